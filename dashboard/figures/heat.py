"""Heat maps under one another or side by side, time running to the right: a Plotly figure, a plain dict.

Every background is transparent and every colour holds in both themes, so a figure needs to know neither.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.common.i18n import _
from dashboard.common.theme import FAINT, INK, OPEN, SIGNED
from dashboard.figures.not_finite import mask_trace
from dashboard.figures.strongest import row_centres, strongest_units

CLEAR = "rgba(0,0,0,0)"
Figure = dict[str, Any]
GRID: Figure = {"gridcolor": FAINT, "zeroline": False}
WIDTH = 600  # of a figure on a small screen, in pixels: how many labels fit
TURNED = 10  # characters of a label that may stand upright


@dataclass(frozen=True)
class HeatMap:
    """One heat map: z [rows, L], what stands beside it, and its scale.

    signed: blue, nothing, orange, symmetric around 0; else 0 to 1 (or to `top`), empty to full.
    top: the end of the scale; None: the largest size in z (signed), or 1. rows: what to call them.
    lines: drawn as lines, a few rows being too few for a map.
    """

    label: str
    z: np.ndarray
    colour: str = INK
    signed: bool = False
    top: float | None = None
    rows: tuple[str, ...] = ()
    lines: bool = False

    @property
    def limit(self) -> float:
        """The end of its scale."""
        if self.top is not None:
            return self.top
        return largest_size(self.z) if self.signed else 1.0


def largest_size(*arrays: np.ndarray) -> float:
    """The largest finite size in all of them, or 1 when there is none above 0."""
    sizes = [np.abs(a[np.isfinite(a)]) for a in arrays]
    most = max((float(a.max()) for a in sizes if a.size), default=0.0)
    return most or 1.0


def symbol_label(symbol: str) -> str:
    """A symbol as a label: a visible space, and nothing that Plotly reads as markup."""
    if symbol in ("\n", " "):
        return {"\n": "⏎", " ": "␣"}[symbol]
    return symbol.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def time_axis(symbols: Sequence[str], width: float = WIDTH) -> dict[str, Any]:
    """The axis of the steps 1 .. L with the symbols above it, as many as fit into `width` pixels.

    Those that do not fit beside one another stand upright; of very many, every second or so is written.
    """
    L = len(symbols)
    longest = max((len(s) for s in symbols), default=1)
    upright = L * (8 * longest + 4) > width and 1 < longest <= TURNED
    every = max(1, math.ceil(L * (15 if upright else 8 * longest + 4) / width))
    labelled = list(range(1, L + 1, every))
    return {
        "side": "top",
        "range": [0.5, L + 0.5],
        "tickmode": "array",
        "tickvals": labelled,
        "ticktext": [symbol_label(symbols[t - 1]) for t in labelled],
        "tickfont": {"size": 12 if upright else 13},
        "tickangle": -90 if upright else 0,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    }


def symbols_height(axis: dict[str, Any]) -> int:
    """The pixels that the symbols of a `time_axis` take above the plot."""
    longest = max((len(text) for text in axis["ticktext"]), default=1)
    return 12 + 7 * longest if axis["tickangle"] else 26


def empty_figure(height: int, name: str, **layout: Any) -> Figure:
    """An empty figure. name: what it is a picture of; zoom and hidden lines stay while it is the same."""
    return {
        "data": [],
        "layout": {
            "height": height,
            "uirevision": name,
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "margin": {"l": 46, "r": 58, "t": 26, "b": 8},
            "font": {"size": 12},
            "hoverlabel": {"namelength": -1},
            "annotations": [],
            "shapes": [],
            **layout,
        },
    }


def horizontal_line(y: float, dash: str = "dash", width: float = 1) -> Figure:
    """A shape: a horizontal line over the whole plot."""
    return {
        **{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y},
        "line": {"dash": dash, "color": INK, "width": width},
    }


@dataclass(frozen=True)
class Place:
    """Where a map stands in its figure.

    number: of its y axis, from 1. domain: its bottom and top, right: its right edge, the whole figure being
    0 to 1. axis: its x axis. bar: whether its colour bar stands beside it; label: and what it shows, to the left.
    """

    number: int
    domain: tuple[float, float]
    right: float = 1.0
    axis: str = "x"
    bar: bool = True
    label: bool = True

    @property
    def trace_axes(self) -> Figure:
        """The axes of a trace that stands here."""
        return {"xaxis": self.axis, "yaxis": "y" if self.number == 1 else f"y{self.number}"}

    @property
    def layout_axis(self) -> str:
        """The name of the y axis in the figure's layout."""
        return f"yaxis{'' if self.number == 1 else self.number}"


def stacked_maps_figure(
    maps: Sequence[HeatMap], symbols: Sequence[str], name: str, row: int = 96
) -> Figure:
    """Heat maps of one sequence under one another, its symbols above: unit x time step each.

    row: the height of a map in pixels.
    """
    axis = time_axis(symbols)
    above = symbols_height(axis)
    margin = {"l": 46, "r": 58, "t": above, "b": 8}
    height = 8 + above + row * len(maps)
    figure = empty_figure(height, name, margin=margin, xaxis=axis | {"anchor": "y"})
    gap = 12 / (row * len(maps))  # for the last unit's number above the next map's first
    share = (1 - gap * (len(maps) - 1)) / len(maps)
    for k, heat_map in enumerate(maps):
        top = 1 - k * (share + gap)
        add_map(figure, heat_map, Place(k + 1, (max(0.0, top - share), top)))
    return figure


def add_map(figure: Figure, heat_map: HeatMap, place: Place) -> None:
    """Puts one map into a figure."""
    if heat_map.lines:
        _add_lines(figure, heat_map, place)
        return
    rows = len(heat_map.z)
    bottom, top = place.domain
    room = figure["layout"]["height"] * 0.85 * (top - bottom)  # pixels
    group = 1 if heat_map.rows else max(1, math.ceil(rows / room))
    middle = 0.0 if heat_map.signed else heat_map.limit / 2
    units = strongest_units(heat_map.z, group, middle)
    z = np.take_along_axis(heat_map.z, units, 0)
    names = [symbol_label(text) for text in heat_map.rows]
    y = names if heat_map.rows else row_centres(rows, group)
    figure["data"].append(_heat_trace(heat_map, z, place) | {"y": y, "customdata": units})
    at = {"x": np.arange(1, z.shape[1] + 1), "y": y, **place.trace_axes}
    if mask := mask_trace(z, **at):
        figure["data"].append(mask)
    if group > 1:
        figure["layout"]["annotations"].append(_grouping_note(group, place))
    every = max(1, math.ceil(rows * 13 / room))
    marks = list(range(0, rows, every)) if heat_map.rows else sorted({0, rows - 1})
    if not place.label:  # what it says already stands at the left edge of the figure
        marks = []
    names = {"ticktext": [symbol_label(heat_map.rows[m]) for m in marks]} if heat_map.rows else {}
    figure["layout"][place.layout_axis] = {
        "domain": list(place.domain),
        "anchor": place.axis,
        "range": [rows - 0.5, -0.5],
        "title": {
            "text": heat_map.label if place.label else "",
            "font": {"color": heat_map.colour, "size": 12},
            "standoff": 4,
        },
        "tickmode": "array",
        "tickvals": marks,
        "tickfont": {"size": 11},
        "showgrid": False,
        "zeroline": False,
        **names,
    }


def _grouping_note(group: int, place: Place) -> Figure:
    """What a row of a map shows that has more units than pixels."""
    return {
        "text": _("each row: the strongest of {n} units").format(n=group),
        **{"xref": "paper", "x": place.right, "xanchor": "right", "showarrow": False},
        **{"yref": "paper", "y": place.domain[0], "yanchor": "bottom", "font": {"size": 10}},
    }


def _heat_trace(heat_map: HeatMap, z: np.ndarray, place: Place) -> Figure:
    """z: the rows that are shown."""
    limit = heat_map.limit
    low = -limit if heat_map.signed else 0
    ticks = [-limit, 0, limit] if heat_map.signed else [0, limit]
    bottom, top = place.domain
    return {
        "type": "heatmap",
        "z": np.where(np.isfinite(z), z, np.nan).astype(np.float32),
        "x": np.arange(1, z.shape[1] + 1),
        **place.trace_axes,
        "zmin": low,
        "zmax": limit,
        "colorscale": SIGNED if heat_map.signed else OPEN,
        "name": heat_map.label,
        "hovertemplate": "t = %{x}, "
        + ("%{y}" if heat_map.rows else "unit %{customdata}")
        + ": %{z:.3~g}<extra>%{fullData.name}</extra>",
        "showscale": place.bar,
        "colorbar": {
            "x": place.right + 0.005,
            "xpad": 2,
            "y": (bottom + top) / 2,
            "len": (top - bottom) * 0.96,
            "thickness": 8,
            "outlinewidth": 0,
            "tickvals": ticks,
            "ticktext": [f"{v:.2g}" for v in ticks],
            "tickfont": {"size": 11},
        },
    }


def _add_lines(figure: Figure, heat_map: HeatMap, place: Place) -> None:
    """The rows of a map as lines."""
    styles = ("solid", "dash", "dot")
    for row, style in zip(heat_map.z, styles, strict=False):
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": np.arange(1, len(row) + 1),
                "y": row.astype(np.float32),
                **place.trace_axes,
                "line": {"color": heat_map.colour, "dash": style, "width": 2},
                "marker": {"size": 4},
                "showlegend": False,
                "name": heat_map.label,
                "hovertemplate": "t = %{x}: %{y:.3~g}<extra>%{fullData.name}</extra>",
            }
        )
    figure["layout"][place.layout_axis] = {
        "domain": list(place.domain),
        "anchor": place.axis,
        "title": {"text": heat_map.label if place.label else "", "standoff": 4},
        "nticks": 4,
        "tickfont": {"size": 11},
        **GRID,
    }
