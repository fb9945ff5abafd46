"""Paths of states in two or three dimensions, with fixed points, and the eigenvalues beside a fixed point."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.common.i18n import _
from dashboard.common.theme import FAINT, INK
from dashboard.figures.gradients import Figure, axis, eigenvalues_figure, untitled_layout
from dashboard.figures.heat import READING_SIZE
from dashboard.figures.log_axis import whole_ticks
from dashboard.figures.space import space_layout
from dashboard.figures.time_axis import symbol_label

HEIGHT = 520  # pixels
MAX_WRITTEN = 40  # symbols of a path that are written beside it
MAX_THICK = 300  # steps of a path that is drawn thick: of a longer one nothing else could be seen
FAR = 0.5  # of each range, that fixed points may add to it on each side
MARGIN = 0.08  # of each range, left free on each side
LEAST = 0.1  # of the largest range, that each has at least
# From the first step to the last: told from each other by lightness too, and visible on both themes.
TIME = [[0.0, "#5b3a9a"], [0.5, "#2a9d8f"], [1.0, "#d0b92a"]]
# Kind of a fixed point -> its mark: full where states are drawn in, a cross where they are driven away.
MARKS = {"stable": "circle", "saddle": "diamond-open", "unstable": "x", "slow": "square-open"}


@dataclass(frozen=True)
class PlacedPath:
    """A path in the space of K dimensions: places [L, K], symbols of its L steps; name: of the sequence."""

    places: np.ndarray
    symbols: Sequence[str]
    name: str


@dataclass(frozen=True)
class PlacedPoint:
    """A fixed point in the space: place [K], its kind, and its name in words."""

    place: np.ndarray
    kind: str
    name: str


def bounds_of(places: np.ndarray, points: Sequence[PlacedPoint]) -> np.ndarray:
    """The least and the largest place on each axis [2, K]: of all places [N, K], and of points that are not far away."""
    least, most = places.min(0), places.max(0)
    room = FAR * (most - least)
    shown = np.stack([least, most, *(point.place for point in points)])
    return np.stack([np.maximum(shown.min(0), least - room), np.minimum(shown.max(0), most + room)])


def paths_figure(
    paths: Sequence[PlacedPath],
    chosen: int,
    step: int,
    bounds: np.ndarray,
    points: Sequence[PlacedPoint] = (),
) -> Figure:
    """Every path, coloured by its steps; of the chosen one the line is strong, and step number `step` is lit.

    bounds [2, K]: the least and the largest place on each axis, over all updates, so that the axes stand still. Points
    beyond them are drawn where the axes end, and say so.
    """
    K = bounds.shape[1]
    longest = max(len(path.places) for path in paths)
    data: list[dict[str, Any]] = []
    for k, path in enumerate(paths):
        data.append(_path_trace(path, k == chosen, longest, K, has_scale=not k))
    lit = paths[chosen]
    t = min(step, len(lit.places) - 1)
    data.append(
        {
            **_scatter(lit.places[t : t + 1], K),
            **{"mode": "markers", "name": _("step {t} of the sequence", t=t + 1)},
            "marker": {"size": 16, "symbol": "circle-open", "color": INK, "line": {"width": 3}},
            "hoverinfo": "skip",
        }
    )
    for kind, mark in MARKS.items():
        those = [point for point in points if point.kind == kind]
        if those:
            places = np.stack([point.place for point in those])
            inside = places.clip(*bounds)
            data.append(
                {
                    **_scatter(inside, K),
                    **{"mode": "markers+text", "name": kind_title(kind), "hoverinfo": "text"},
                    "text": [
                        _("beyond") if is_beyond else "" for is_beyond in (inside != places).any(1)
                    ],
                    **{"textposition": "bottom center", "textfont": {"size": READING_SIZE}},
                    "hovertext": [point.name for point in those],
                    "marker": {"size": 12 if K == 2 else 7, "symbol": _mark(mark, K), "color": INK},
                }
            )
    return {"data": data, "layout": _layout(bounds, K)}


def kind_title(kind: str) -> str:
    """What to call points of this kind."""
    return {
        "stable": _("fixed, stable"),
        "saddle": _("fixed, a saddle"),
        "unstable": _("fixed, unstable"),
        "slow": _("slow"),
    }[kind]


def point_eigenvalues_figure(name: str, eigenvalues: np.ndarray) -> Figure:
    """The eigenvalues beside a fixed point, around the unit circle."""
    return eigenvalues_figure({name: (eigenvalues, INK)})


def _path_trace(path: PlacedPath, strong: bool, longest: int, K: int, has_scale: bool) -> Figure:
    steps = np.arange(1, len(path.places) + 1)
    strong = strong and len(steps) <= MAX_THICK
    size = (8 if strong else 4) if K == 2 else (5 if strong else 2.5)
    marker: dict[str, Any] = {
        **{"size": size, "color": steps, "cmin": 1, "cmax": max(2, longest)},
        **{"colorscale": TIME, "showscale": has_scale},
    }
    if has_scale:
        marker["colorbar"] = {
            **{"title": {"text": _("step"), "side": "top"}, "thickness": 10, "len": 0.6},
            **{"outlinewidth": 0, "x": 1.0, "xpad": 4},
            **whole_ticks([1, longest]),
        }
    symbols = [symbol_label(symbol) for symbol in path.symbols]
    trace = {
        **_scatter(path.places, K),
        **{"mode": "lines+markers", "name": path.name, "showlegend": False},
        "line": _line(strong, K),
        "marker": marker,
        "hovertext": [
            _("{name}, step {t}: {symbol}", name=path.name, t=t, symbol=symbol)
            for t, symbol in zip(steps.tolist(), symbols, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    if strong and len(symbols) <= MAX_WRITTEN:
        trace |= {"mode": "lines+markers+text", "text": symbols, "textposition": "top center"}
        trace["textfont"] = {"size": READING_SIZE}
    return trace


def _line(strong: bool, K: int) -> Figure:
    """Of a path. In space lines have no half transparent colours: there the weak ones are thinner only."""
    if K == 3:
        return {"width": 5 if strong else 1, "color": INK}
    return {"width": 2 if strong else 1, "color": INK if strong else FAINT}


def _scatter(places: np.ndarray, K: int) -> Figure:
    names = ("x", "y", "z")[:K]
    columns = {name: places[:, k].tolist() for k, name in enumerate(names)}
    return {"type": "scatter" if K == 2 else "scatter3d", **columns}


def _mark(mark: str, K: int) -> str:
    """In space there are fewer marks than on a plane; the names of all in use are the same."""
    return mark if K == 2 or mark != "x" else "cross"


def _layout(bounds: np.ndarray, K: int) -> Figure:
    sizes = bounds[1] - bounds[0]
    least = LEAST * (
        sizes.max() or 1
    )  # of an axis on which nothing moves, as the second one of a single unit
    room = np.maximum(MARGIN * sizes, (least - sizes) / 2)
    ends = np.stack([bounds[0] - room, bounds[1] + room], 1).tolist()
    titles = (_("first axis"), _("second axis"), _("third axis"))
    axes = [axis(title, range=end) for title, end in zip(titles, ends, strict=False)]
    if K == 2:
        return untitled_layout(HEIGHT, xaxis=axes[0], yaxis=axes[1], hovermode="closest")
    sparse = [each | {"nticks": 5} for each in axes]
    return space_layout(HEIGHT, sparse, {"eye": {"x": 1.4, "y": 1.4, "z": 0.9}})
