"""Heat maps under one another or side by side, time running to the right: a Plotly figure, a plain dict.

Every background is transparent and every colour holds in both themes, so a figure needs to know neither.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.common.i18n import _, join_words
from dashboard.common.theme import CLEAR, FAINT, INK, OPEN, SIGNED, SLOPES
from dashboard.figures.not_finite import mask_trace
from dashboard.figures.strongest import row_centres, strongest_units
from dashboard.figures.time_axis import symbol_label, symbols_height, time_axis

Figure = dict[str, Any]
GRID: Figure = {"gridcolor": FAINT, "zeroline": False}
TITLE_HEIGHT, TITLE_SIZE = 22, 14  # of the title above a map, and of its letters, in pixels
READING_SIZE = 16  # of what stands beside the pointer, in pixels
NUMBER_HEIGHT = 13  # of a unit's number beside its row
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # from one number beside a map to the next


@dataclass(frozen=True)
class HeatMap:
    """One heat map: z [rows, L], what stands beside it, and its scale.

    signed: from blue over nothing to orange, symmetric around 0; else 0 to 1 (or to `top`), empty to full.
    top: the end of the scale; None: the largest size in z (signed), or 1. rows: what to call them.
    lines: drawn as lines, a few rows being too few for a map. units: the number of the unit in each row; None:
    by number. bounds: the rows above which a line parts the units. weight: its height, of maps under one another.
    slopes: of gradients, which have colours of their own. note: what its title says besides.
    """

    label: str
    z: np.ndarray
    colour: str = INK
    signed: bool = False
    top: float | None = None
    rows: tuple[str, ...] = ()
    lines: bool = False
    units: np.ndarray | None = None
    bounds: tuple[int, ...] = ()
    weight: float = 1.0
    slopes: bool = False
    note: str = ""

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
            "hoverlabel": {"namelength": -1, "font": {"size": READING_SIZE}},
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
    0 to 1. axis: its x axis. bar: whether its colour bar stands beside it; numbers: and those of its units.
    lift: the pixels from its upper edge to the middle of its title; None: it has none.
    """

    number: int
    domain: tuple[float, float]
    right: float = 1.0
    axis: str = "x"
    bar: bool = True
    numbers: bool = True
    lift: float | None = None

    @property
    def trace_axes(self) -> Figure:
        """The axes of a trace that stands here."""
        return {"xaxis": self.axis, "yaxis": "y" if self.number == 1 else f"y{self.number}"}

    @property
    def layout_axis(self) -> str:
        """The name of the y axis in the figure's layout."""
        return f"yaxis{'' if self.number == 1 else self.number}"


def stacked_maps_figure(
    maps: Sequence[HeatMap], symbols: Sequence[str], name: str, height: int
) -> Figure:
    """Heat maps of one sequence under one another, each under its title, the symbols above the first.

    height: of the whole figure in pixels; the maps share what titles and symbols leave, by their weights.
    """
    axis = time_axis(symbols)
    above = symbols_height(axis) + TITLE_HEIGHT
    margin = {"l": 42, "r": 44, "t": above, "b": 8}
    figure = empty_figure(height, name, margin=margin, xaxis=axis | {"anchor": "y"})
    room = height - above - margin["b"]  # pixels, the whole of what a domain counts
    gap = TITLE_HEIGHT + 6
    share = (room - gap * (len(maps) - 1)) / sum(heat_map.weight for heat_map in maps)
    top = 1.0
    for k, heat_map in enumerate(maps):
        bottom = top - share * heat_map.weight / room
        lift = above - TITLE_HEIGHT / 2 if not k else TITLE_HEIGHT / 2
        add_map(figure, heat_map, Place(k + 1, (max(0.0, bottom), top), lift=lift))
        top = bottom - gap / room
    return figure


def _map_title(heat_map: HeatMap, place: Place, group: int) -> Figure:
    """What a map shows, and what its rows are where it has more units than pixels."""
    text = (
        join_words([f"<b>{heat_map.label}</b>", heat_map.note]) if heat_map.note else heat_map.label
    )
    if group > 1:
        text += " · " + _("strongest of {n} units a row", n=group)
    return {
        "text": text,
        **{"xref": f"{place.axis} domain", "x": 0, "xanchor": "left", "showarrow": False},
        **{"yref": "paper", "y": place.domain[1], "yanchor": "middle", "yshift": place.lift},
        "font": {"size": TITLE_SIZE},
    }


def add_map(figure: Figure, heat_map: HeatMap, place: Place) -> None:
    """Puts one map into a figure."""
    layout = figure["layout"]
    if heat_map.lines:
        _add_lines(figure, heat_map, place)
        if place.lift is not None:
            layout["annotations"].append(_map_title(heat_map, place, 1))
        return
    rows = len(heat_map.z)
    bottom, top = place.domain
    margin = layout["margin"]
    room = (layout["height"] - margin["t"] - margin["b"]) * (top - bottom)  # pixels
    group = 1 if heat_map.rows else max(1, math.ceil(rows / room))
    middle = 0.0 if heat_map.signed else heat_map.limit / 2
    chosen = strongest_units(heat_map.z, group, middle)
    z = np.take_along_axis(heat_map.z, chosen, 0)
    names = [symbol_label(text) for text in heat_map.rows]
    y = names if heat_map.rows else row_centres(rows, group)
    numbers = np.arange(rows) if heat_map.units is None else heat_map.units
    figure["data"].append(_heat_trace(heat_map, z, place) | {"y": y, "customdata": numbers[chosen]})
    at = {"x": np.arange(1, z.shape[1] + 1), "y": y, **place.trace_axes}
    if mask := mask_trace(z, **at):
        figure["data"].append(mask)
    if place.lift is not None:
        layout["annotations"].append(_map_title(heat_map, place, group))
    layout["shapes"] += [_bound(row, place) for row in heat_map.bounds]
    layout[place.layout_axis] = {
        "domain": list(place.domain),
        "anchor": place.axis,
        "range": [rows - 0.5, -0.5],
        "tickmode": "array",
        "tickfont": {"size": 12},
        "showgrid": False,
        "zeroline": False,
        **_row_labels(heat_map, numbers, room, group),
    }
    if not place.numbers:
        layout[place.layout_axis] |= {"tickvals": []}


def _row_labels(heat_map: HeatMap, numbers: np.ndarray, room: float, group: int) -> Figure:
    """The numbers or names beside the rows, as many as `room` pixels hold.

    A row that stands for several units has no number, unless they stand by number.
    """
    rows = len(heat_map.z)
    need = math.ceil(rows * NUMBER_HEIGHT / room)
    every = next((step for step in STEPS if step >= need), rows)
    marks = list(range(0, rows, every))
    if heat_map.rows:
        return {"tickvals": marks, "ticktext": [symbol_label(heat_map.rows[m]) for m in marks]}
    if group > 1 and heat_map.units is not None:
        marks = []
    return {"tickvals": marks, "ticktext": [str(numbers[m]) for m in marks]}


def _bound(row: int, place: Place) -> Figure:
    """The line above a row at which units of another type begin."""
    return {
        **{"type": "line", "xref": f"{place.axis} domain", "x0": 0, "x1": 1},
        **{"yref": place.trace_axes["yaxis"], "y0": row - 0.5, "y1": row - 0.5},
        "line": {"color": INK, "width": 2},
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
        "colorscale": SLOPES if heat_map.slopes else SIGNED if heat_map.signed else OPEN,
        "name": heat_map.label,
        "hovertemplate": join_words(
            [
                heat_map.label,
                "%{y}" if heat_map.rows else _("unit {unit}", unit="%{customdata}"),
                _("step {step}: {value}", step="%{x:d}", value="<b>%{z:.3~g}</b>"),
            ]
        )
        + "<extra></extra>",
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
            "tickfont": {"size": 12},
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
        "nticks": 4,
        "tickfont": {"size": 12},
        **GRID,
    }
