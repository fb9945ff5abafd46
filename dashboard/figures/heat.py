"""Heat maps under one another or side by side, time running to the right: a Plotly figure, a plain dict.

Every background is transparent and every colour holds in both themes, so a figure needs to know neither.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.common.theme import FAINT, INK, OPEN, SIGNED

CLEAR = "rgba(0,0,0,0)"
Figure = dict[str, Any]
GRID: Figure = {"gridcolor": FAINT, "zeroline": False}
WIDTH = 600  # of a figure on a small screen, in pixels: how many labels fit
TURNED = 10  # characters of a label that may stand upright


@dataclass(frozen=True)
class Map:
    """One heat map: z [rows, L], what stands beside it, and its scale.

    signed: blue, nothing, red, symmetric around 0; else 0 to 1 (or to `top`), empty to full.
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
        if self.top is not None:
            return self.top
        return largest(self.z) if self.signed else 1.0


def largest(*arrays: np.ndarray) -> float:
    """The largest finite size in all of them, or 1 when there is none above 0."""
    sizes = [np.abs(a[np.isfinite(a)]) for a in arrays]
    most = max((float(a.max()) for a in sizes if a.size), default=0.0)
    return most or 1.0


def shown(symbol: str) -> str:
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
    steps = list(range(1, L + 1, every))
    return {
        "side": "top",
        "range": [0.5, L + 0.5],
        "tickmode": "array",
        "tickvals": steps,
        "ticktext": [shown(symbols[t - 1]) for t in steps],
        "tickfont": {"size": 12 if upright else 13},
        "tickangle": -90 if upright else 0,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    }


def head(axis: dict[str, Any]) -> int:
    """The pixels that the symbols of a `time_axis` take above the plot."""
    longest = max((len(text) for text in axis["ticktext"]), default=1)
    return 12 + 7 * longest if axis["tickangle"] else 26


def figure(height: int, name: str, **layout: Any) -> Figure:
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


def across(y: float, dash: str = "dash", width: float = 1) -> Figure:
    """A shape: a horizontal line over the whole plot."""
    return {
        **{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y},
        "line": {"dash": dash, "color": INK, "width": width},
    }


def stack(maps: Sequence[Map], symbols: Sequence[str], name: str, row: int = 96) -> Figure:
    """Heat maps of one sequence under one another, its symbols above: unit x time step each."""
    axis = time_axis(symbols)
    above = head(axis)
    margin = {"l": 46, "r": 58, "t": above, "b": 8}
    height = 8 + above + row * len(maps)
    drawn = figure(height, name, margin=margin, xaxis=axis | {"anchor": "y"})
    gap = 12 / (row * len(maps))  # for the last unit's number above the next map's first
    share = (1 - gap * (len(maps) - 1)) / len(maps)
    for k, each in enumerate(maps):
        top = 1 - k * (share + gap)
        add_map(drawn, each, k + 1, (0.0, 1.0), (max(0.0, top - share), top), axis="x")
    return drawn


def add_map(
    drawn: Figure,
    each: Map,
    k: int,
    span: tuple[float, float],
    domain: tuple[float, float],
    axis: str,
    bar: bool = True,
    label: bool = True,
) -> None:
    """Puts one map into a figure. k: the number of its y axis. domain: its place from 0 to 1."""
    y = "y" if k == 1 else f"y{k}"
    if each.lines:
        _add_lines(drawn, each, k, domain, axis, label)
        return
    rows, L = each.z.shape
    limit = each.limit
    ticks = [-limit, 0, limit] if each.signed else [0, limit]
    drawn["data"].append(
        {
            "type": "heatmap",
            "z": each.z.astype(np.float32),
            "x": np.arange(1, L + 1),
            "xaxis": axis,
            "yaxis": y,
            "zmin": -limit if each.signed else 0,
            "zmax": limit,
            "colorscale": SIGNED if each.signed else OPEN,
            "name": each.label,
            "hovertemplate": "t = %{x}, "
            + ("%{y}" if each.rows else "unit %{y}")
            + ": %{z:.3~g}<extra>%{fullData.name}</extra>",
            **({"y": [shown(text) for text in each.rows]} if each.rows else {}),
            "showscale": bar,
            "colorbar": {
                "x": span[1] + 0.005,
                "xpad": 2,
                "y": sum(domain) / 2,
                "len": (domain[1] - domain[0]) * 0.96,
                "thickness": 8,
                "outlinewidth": 0,
                "tickvals": ticks,
                "ticktext": [f"{v:.2g}" for v in ticks],
                "tickfont": {"size": 11},
            },
        }
    )
    room = drawn["layout"]["height"] * 0.85 * (domain[1] - domain[0])
    every = max(1, math.ceil(rows * 13 / room))
    marks = list(range(0, rows, every)) if each.rows else sorted({0, rows - 1})
    if not label:  # what it says already stands at the left edge of the figure
        marks = []
    drawn["layout"].update(
        {
            f"yaxis{'' if k == 1 else k}": {
                "domain": list(domain),
                "anchor": axis,
                "range": [rows - 0.5, -0.5],
                "title": {
                    "text": each.label if label else "",
                    "font": {"color": each.colour, "size": 12},
                    "standoff": 4,
                },
                "tickmode": "array",
                "tickvals": marks,
                "tickfont": {"size": 11},
                "showgrid": False,
                "zeroline": False,
                **({"ticktext": [shown(each.rows[m]) for m in marks]} if each.rows else {}),
            }
        }
    )


def _add_lines(
    drawn: Figure, each: Map, k: int, domain: tuple[float, float], axis: str, label: bool
) -> None:
    """The rows of a map as lines. Where it stands first in its row (`label`), it has the words."""
    styles = ("solid", "dash", "dot")
    for row, style in zip(each.z, styles, strict=False):
        drawn["data"].append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": np.arange(1, len(row) + 1),
                "y": row.astype(np.float32),
                "xaxis": axis,
                "yaxis": "y" if k == 1 else f"y{k}",
                "line": {"color": each.colour, "dash": style, "width": 2},
                "marker": {"size": 4},
                "showlegend": False,
                "name": each.label,
                "hovertemplate": "t = %{x}: %{y:.3~g}<extra>%{fullData.name}</extra>",
            }
        )
    drawn["layout"].update(
        {
            f"yaxis{'' if k == 1 else k}": {
                "domain": list(domain),
                "anchor": axis,
                "title": {"text": each.label if label else "", "standoff": 4},
                "nticks": 4,
                "tickfont": {"size": 11},
                **GRID,
            }
        }
    )
