"""Learned vectors of symbols: a table of cosines, and a map on which each symbol moves. Plain dicts for Plotly."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.common.i18n import _, localise_number
from dashboard.common.theme import FAINT, INK, POSITIVE, SIGNED
from dashboard.figures.gradients import Figure, axis, untitled_layout
from dashboard.figures.time_axis import symbol_label

MAP_HEIGHT = 460  # pixels
MARGIN = 0.08  # of the map's range, left free on each side


def cosine_figure(labels: Sequence[str], table: np.ndarray, name: str) -> Figure:
    """The cosine of every two of the symbols, [N, N], as a number in a coloured cell. name: which vectors these are."""
    written = [[localise_number(f"{value:.2f}") for value in row] for row in table.tolist()]
    ticks = [symbol_label(label) for label in labels]
    trace = {
        **{"type": "heatmap", "z": table.tolist(), "x": ticks, "y": ticks, "name": name},
        "text": written,
        **{"zmin": -1, "zmax": 1, "colorscale": SIGNED, "showscale": False, "xgap": 2, "ygap": 2},
        "hovertemplate": "%{y} · %{x}: %{text}<extra></extra>",
    }
    cells = [
        (x, y, text)
        for y, row in zip(ticks, written, strict=True)
        for x, text in zip(ticks, row, strict=True)
    ]
    numbers = {  # in the page's own colour, which is readable on every cell in both themes
        **{"type": "scatter", "mode": "text", "hoverinfo": "skip", "textfont": {"size": 12}},
        **dict(zip(("x", "y", "text"), map(list, zip(*cells, strict=True)), strict=True)),
    }
    axes = {
        "xaxis": {"side": "top", "type": "category", "fixedrange": True, "showgrid": False},
        "yaxis": {
            **{"type": "category", "autorange": "reversed", "fixedrange": True, "showgrid": False}
        },
    }
    height = 60 + 34 * len(labels)
    margin = {"l": 8, "r": 8, "t": 34, "b": 8}
    return {
        "data": [trace, numbers],
        "layout": untitled_layout(height, margin=margin, showlegend=False, **axes),
    }


def map_figure(
    labels: Sequence[str],
    chosen: Sequence[int],
    paths: np.ndarray,
    bounds: np.ndarray,
    titles: tuple[str, str],
) -> Figure:
    """Where the symbols lie: of the chosen ones the way there, of the others a faint point.

    paths [K, V, 2]: every symbol at K updates, the last where it stands now. bounds [2, 2]: the least and the largest
    of each axis over the whole run, so that the axes stand still. titles: of the axes.
    """
    now = paths[-1]
    others = sorted({*range(len(labels))} - {*chosen})
    room = MARGIN * np.maximum(bounds[1] - bounds[0], 1e-9)
    low, high = bounds[0] - room, bounds[1] + room
    data: list[dict[str, Any]] = [
        {
            **{"type": "scatter", "mode": "markers", "name": _("other symbols")},
            **{"x": now[others, 0].tolist(), "y": now[others, 1].tolist()},
            "text": [symbol_label(labels[k]) for k in others],
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {"size": 6, "color": FAINT},
        }
    ]
    for k in chosen:
        data.append(
            {
                **{"type": "scatter", "mode": "lines", "hoverinfo": "skip"},
                **{"x": paths[:, k, 0].tolist(), "y": paths[:, k, 1].tolist()},
                "line": {"width": 1, "color": INK},
            }
        )
    data.append(
        {
            **{"type": "scatter", "mode": "markers+text", "name": _("chosen symbols")},
            **{"x": now[list(chosen), 0].tolist(), "y": now[list(chosen), 1].tolist()},
            "text": [symbol_label(labels[k]) for k in chosen],
            **{"textposition": "top center", "textfont": {"size": 13}, "cliponaxis": False},
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {"size": 9, "color": POSITIVE},
        }
    )
    axes = {
        f"{name}axis": axis(titles[k]) | {"range": [float(low[k]), float(high[k])]}
        for k, name in enumerate("xy")
    }
    margin = {"l": 56, "r": 16, "t": 16, "b": 44}
    return {
        "data": data,
        "layout": untitled_layout(MAP_HEIGHT, margin=margin, showlegend=False, **axes),
    }
