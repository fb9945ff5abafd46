"""How far back each network learns: success against distance, with its intervals and as a map."""

import textwrap
import unicodedata
from collections.abc import Sequence

import pandas as pd  # noqa: F401 (whole, before Plotly asks for it: another session may be importing it)
import plotly.graph_objects as go

from core.studies.table import TableCell
from dashboard.common.i18n import _
from dashboard.common.theme import EMPTY, EXPERIMENTS

# A network is told by its colour and by its mark.
COLOURS = (*EXPERIMENTS.values(), "#9b5de5", "#a8820a", "#64748b", "#0a9b73")
MARKS = {
    **{"circle": "●", "square": "■", "diamond": "◆", "triangle-up": "▲", "x": "✕", "star": "★"},
    **{"pentagon": "⬟", "cross": "✚"},
}  # Plotly's name -> how a text shows it
# Nothing, a part, and all of the seeds are told apart at a glance; the numbers stand in the cells as well.
SHADES = [
    [0.0, EMPTY],
    [1e-6, "rgba(24,112,196,0.2)"],
    [1 / 3, "rgba(24,112,196,0.32)"],
    [2 / 3, "rgba(24,112,196,0.64)"],
    [1 - 1e-6, "rgba(24,112,196,0.8)"],
    [1.0, "rgba(24,112,196,1)"],
]
BAND = 0.8  # of the room of a distance: what its networks share
LETTERS_IN_A_LABEL = 14
GAP = 15  # per cent: at least so far apart are two labels
LOW, HIGH = -5.0, 105.0  # per cent: of the axis
TARGET = 44  # px: what a finger hits


def success_intervals(
    labels: Sequence[str],
    distances: Sequence[int],
    rows: Sequence[Sequence[TableCell]],
    words: dict[str, str],
) -> go.Figure:
    """The share of finished seeds that solved the task at each distance, and the interval that so few seeds leave.

    rows: a row of cells for each label, a cell for each distance. words: axis titles and the hover text, see the page.
    """
    figure, marks = go.Figure(), list(MARKS)
    for k, (label, cells) in enumerate(zip(labels, rows, strict=True)):
        shift = BAND * ((k + 0.5) / len(labels) - 0.5)
        points = [(n, d, c) for n, (d, c) in enumerate(zip(distances, cells, strict=True))]
        points = [(n, d, c) for n, d, c in points if c.finished]
        colour = COLOURS[k % len(COLOURS)]
        figure.add_trace(
            go.Scatter(
                x=[n + shift for n, _, _ in points],
                y=[100 * c.rate for _, _, c in points],
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [100 * (c.interval[1] - c.rate) for _, _, c in points],
                    "arrayminus": [100 * (c.rate - c.interval[0]) for _, _, c in points],
                    **{"thickness": 2, "width": 4},
                },
                name=label,
                mode="markers",
                marker={"color": colour, "symbol": marks[k % len(marks)], "size": 10},
                customdata=[
                    (d, _seeds(c, words), *(f"{100 * share:.0f}" for share in c.interval))
                    for _, d, c in points
                ],
                hovertemplate=words["hover"],
                cliponaxis=False,
            )
        )
    _label_networks(figure, labels, rows)
    figure.update_layout(**_layout(_room_for(labels)), showlegend=False)
    figure.update_xaxes(
        title=words["distance"],
        **{"tickvals": list(range(len(distances))), "ticktext": [str(d) for d in distances]},
        range=[-0.5, len(distances) - 0.5],
        **{"zeroline": False, "showgrid": False, "fixedrange": True},
    )
    figure.update_yaxes(
        title=words["solved"], range=[LOW, HIGH], ticksuffix=" %", dtick=25, fixedrange=True
    )
    return figure


def _seeds(cell: TableCell, words: dict[str, str]) -> str:
    """ "2 of 3 seeds" """
    form = words["seed" if cell.finished == 1 else "seeds"]
    return _(form, solved=cell.solved, finished=cell.finished)


def _label_networks(
    figure: go.Figure, labels: Sequence[str], rows: Sequence[Sequence[TableCell]]
) -> None:
    """Each network's name right of the plot, at the height of its last mark, none on another."""
    ends: list[tuple[float, int]] = []
    for k, cells in enumerate(rows):
        rates = [c.rate for c in cells if c.finished]
        if rates:
            ends.append((100 * rates[-1], k))
    heights = spread([end for end, _ in ends], GAP, LOW, HIGH)
    for (_end, k), height in zip(ends, heights, strict=True):
        mark = [*MARKS.values()][k % len(MARKS)]
        label: str = labels[k]
        name = "<br>".join(_lines(label))
        colour = COLOURS[k % len(COLOURS)]
        figure.add_annotation(
            **{"xref": "paper", "x": 1.0, "xanchor": "left", "xshift": 8, "align": "left"},
            **{"yref": "paper", "y": (height - LOW) / (HIGH - LOW), "yanchor": "middle"},
            text=f'<span style="color:{colour};font-size:16px">{mark}</span> {name}',
            showarrow=False,
        )


def spread(heights: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights near the given ones, in their order, at least `gap` apart where low to high has room for it."""
    gap = min(gap, (high - low) / max(1, len(heights) - 1))
    order = sorted(range(len(heights)), key=lambda k: heights[k])
    places = [0.0] * len(heights)
    floor = low
    for k in order:  # upwards: none below its neighbour
        places[k] = max(heights[k], floor)
        floor = places[k] + gap
    ceiling = high
    for k in reversed(order):  # and what was pushed beyond the top back down
        places[k] = min(places[k], ceiling)
        ceiling = places[k] - gap
    return places


def _lines(label: str) -> list[str]:
    return textwrap.wrap(label, LETTERS_IN_A_LABEL, max_lines=2, placeholder="…") or [label]


def _room_for(labels: Sequence[str]) -> int:
    """px right of the plot."""
    return 34 + max((_width(line) for label in labels for line in _lines(label)), default=0)


def _width(line: str) -> int:
    """px that the line takes at most: a Chinese character is nearly twice as wide as a letter."""
    return sum(14 if unicodedata.east_asian_width(letter) in "FW" else 8 for letter in line)


def success_heatmap(
    labels: Sequence[str],
    distances: Sequence[int],
    rows: Sequence[Sequence[TableCell]],
    words: dict[str, str],
) -> go.Figure:
    """The same, a cell for each network and distance: solved of finished, and the median updates.

    Over each cell lies a mark that can be selected; its customdata is (row, distance).
    """
    columns, lines = list(range(len(distances))), list(range(len(labels)))
    figure = go.Figure(
        go.Heatmap(
            x=columns,
            y=lines,
            z=[[c.rate if c.finished else None for c in cells] for cells in rows],
            colorscale=SHADES,
            **{"zmin": 0, "zmax": 1, "xgap": 2, "ygap": 2},
            **{"hoverinfo": "skip", "showscale": False},
        )
    )
    places = [(line, column) for line in lines for column in columns]
    for line, column in places:
        figure.add_annotation(
            x=column, y=line, text=_cell_text(rows[line][column]), showarrow=False
        )
    figure.add_trace(
        go.Scatter(
            x=[column for _, column in places],
            y=[line for line, _ in places],
            mode="markers",
            marker={"symbol": "square", "size": TARGET, "opacity": 0},
            selected={"marker": {"opacity": 0}},
            unselected={"marker": {"opacity": 0}},
            customdata=[(line, distances[column]) for line, column in places],
            text=[_(words["train"], network=labels[n], distance=distances[c]) for n, c in places],
            hovertemplate="%{text}<extra></extra>",
            showlegend=False,
        )
    )
    figure.update_layout(**_layout(10), clickmode="event+select", dragmode=False)
    figure.update_xaxes(
        title=words["distance"],
        **{"tickvals": columns, "ticktext": [str(d) for d in distances]},
        range=[-0.5, len(columns) - 0.5],
        **{"showgrid": False, "zeroline": False, "fixedrange": True},
    )
    figure.update_yaxes(
        **{"tickvals": lines, "ticktext": ["<br>".join(_lines(label)) for label in labels]},
        range=[len(lines) - 0.5, -0.5],
        **{"showgrid": False, "zeroline": False, "automargin": True, "fixedrange": True},
    )
    return figure


def describe_success(
    labels: Sequence[str], distances: Sequence[int], rows: Sequence[Sequence[TableCell]], span: str
) -> str:
    """The table in words: "RNN: length 30 0 of 3, length 60 0 of 3; …"."""
    return "; ".join(
        f"{label}: "
        + ", ".join(
            f"{span} {d} {c.solved}/{c.finished}" for d, c in zip(distances, cells, strict=True)
        )
        for label, cells in zip(labels, rows, strict=True)
    )


def _cell_text(cell: TableCell) -> str:
    if not cell.finished:
        return "·"
    updates = f"<br>{cell.updates:,.0f}" if cell.updates is not None else ""
    text = f"<b>{cell.solved}/{cell.finished}</b>{updates}"
    return f'<span style="color:#ffffff">{text}</span>' if cell.rate == 1 else text


def _layout(right: int) -> dict:
    return {
        **{"height": 330, "margin": {"l": 10, "r": right, "t": 14, "b": 10}},
        **{"uirevision": "memory", "font": {"size": 13}, "hovermode": "closest"},
    }
