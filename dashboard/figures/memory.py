"""How far back each network learns: success against distance, as curves and as a heatmap."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from core.studies.table import TableCell
from dashboard.common.theme import EXPERIMENTS

# A network is told by its colour and by its mark.
COLOURS = (*EXPERIMENTS.values(), "#9b5de5", "#a8820a", "#64748b", "#0a9b73")
MARKS = ("circle", "square", "diamond", "triangle-up", "x", "star", "pentagon", "cross")
# Nothing solved is a shade of the page; from the first seed on, white numbers hold on every shade.
SHADES = [[0.0, "rgba(127,127,127,0.13)"], [0.02, "#637f97"], [1.0, "#0f62ab"]]
SHIFT = 0.012  # of the axis: networks with equal rates stand beside each other


def success_curves(
    labels: Sequence[str],
    distances: Sequence[int],
    rows: Sequence[Sequence[TableCell]],
    words: dict[str, str],
) -> go.Figure:
    """The share of finished seeds that solved the task, against the distance.

    rows: a row of cells for each label, a cell for each distance. words: axis titles and the hover
    text, see the page.
    """
    wide = distances[-1] > 6 * distances[0]
    low, high = (math.log10(d) if wide else float(d) for d in (distances[0], distances[-1]))
    figure = go.Figure()
    for k, (label, cells) in enumerate(zip(labels, rows, strict=True)):
        shift = SHIFT * (high - low or 1) * (k - (len(labels) - 1) / 2)
        points = [(d, c) for d, c in zip(distances, cells, strict=True) if c.finished]
        figure.add_trace(
            go.Scatter(
                x=[d * 10**shift if wide else d + shift for d, _ in points],
                y=[100 * c.rate for _, c in points],
                name=label,
                mode="lines+markers",
                line={"color": COLOURS[k % len(COLOURS)], "width": 2},
                marker={"symbol": MARKS[k % len(MARKS)], "size": 10},
                customdata=[
                    (d, c.solved, c.finished, "–" if c.updates is None else f"{c.updates:g}")
                    for d, c in points
                ],
                hovertemplate=words["hover"],
            )
        )
    figure.update_layout(**_layout(), legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})
    figure.update_xaxes(
        title=words["distance"],
        type="log" if wide else "linear",
        tickvals=list(distances),
        ticktext=[str(d) for d in distances],
        range=[low - 0.06 * (high - low or 1), high + 0.06 * (high - low or 1)],
    )
    figure.update_yaxes(title=words["solved"], range=[-5, 105], ticksuffix=" %", dtick=25)
    return figure


def success_heatmap(
    labels: Sequence[str],
    distances: Sequence[int],
    rows: Sequence[Sequence[TableCell]],
    words: dict[str, str],
) -> go.Figure:
    """The same, a cell for each network and distance: solved of finished, and the median updates."""
    columns, lines = list(range(len(distances))), list(range(len(labels)))
    figure = go.Figure(
        go.Heatmap(
            x=columns,
            y=lines,
            z=[[c.rate if c.finished else None for c in cells] for cells in rows],
            colorscale=SHADES,
            zmin=0,
            zmax=1,
            xgap=2,
            ygap=2,
            hoverinfo="skip",
            colorbar={
                **{
                    "title": {"text": words["share"], "side": "right", "font": {"size": 12}},
                    "tickformat": ".0%",
                },
                **{"thickness": 12, "outlinewidth": 0, "dtick": 0.5},
            },
        )
    )
    for line, cells in zip(lines, rows, strict=True):
        for column, cell in zip(columns, cells, strict=True):
            on_dark = {"font": {"color": "white"}} if cell.solved else {}
            figure.add_annotation(
                x=column, y=line, text=_cell_text(cell), showarrow=False, **on_dark
            )
    figure.update_layout(**_layout())
    figure.update_xaxes(
        title=words["distance"],
        **{"tickvals": columns, "ticktext": [str(d) for d in distances]},
        range=[-0.5, len(columns) - 0.5],
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(
        **{"tickvals": lines, "ticktext": list(labels)},
        range=[len(lines) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    return figure


def _cell_text(cell: TableCell) -> str:
    if not cell.finished:
        return "·"
    updates = f"<br>{cell.updates:g}" if cell.updates is not None else ""
    return f"<b>{cell.solved}/{cell.finished}</b>{updates}"


def _layout() -> dict:
    return {
        **{"height": 330, "margin": {"l": 10, "r": 10, "t": 34, "b": 10}},
        **{"uirevision": "memory", "font": {"size": 13}, "hovermode": "closest"},
    }
