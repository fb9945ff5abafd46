"""A loss over two directions, and the paths of updates on it: from above, and in space."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.common.i18n import _
from dashboard.common.ranges import decades_of
from dashboard.common.theme import EXPERIMENTS, GRADIENT, INK, SIZES
from dashboard.figures.gradients import Figure, line_trace, untitled_layout
from dashboard.figures.log_axis import axis, decade_label, size_axis, whole_axis
from dashboard.figures.not_finite import edge_markers, mask_trace
from dashboard.figures.space import space_layout

TITLE_CHARACTERS = 16  # of a line of a title in space
MAX_MEDIAN_RATIO = (
    20  # a loss whose largest is more medians than this is coloured on a logarithmic scale
)
PLAIN, CLIPPED = GRADIENT, EXPERIMENTS["a"]  # paths without and with clipping
SOLID = [[0, "#eceef1"], [0.5, "#b4b8c0"], [1, "#6f757f"]]  # sizes, where nothing can shine through


@dataclass(frozen=True)
class LossGrid:
    """loss [N, M] over x [M] and y [N], with the axes' names."""

    x: np.ndarray
    y: np.ndarray
    loss: np.ndarray
    x_title: str
    y_title: str


@dataclass(frozen=True)
class Track:
    """A path over it: points [U, 2], and the loss at each of them where it is known."""

    points: np.ndarray
    colour: str
    losses: np.ndarray | None = None


def map_figure(ground: LossGrid, tracks: Mapping[str, Track]) -> Figure:
    """The loss as colour, the paths as lines; the window stays where the ground is."""
    where = {"x": ground.x.astype(np.float32), "y": ground.y.astype(np.float32)}
    heat = {
        "type": "heatmap",
        **where,
        "customdata": ground.loss,
        "showlegend": False,
        "zsmooth": "best" if np.isfinite(ground.loss).all() else False,
        "colorscale": SIZES,
        "hovertemplate": "%{customdata:.3g}<extra>" + _("loss") + "</extra>",
        **_colours(ground.loss),
    }
    traces = [heat]
    if mask := mask_trace(ground.loss, **where):
        traces.append(mask)
    for name, track in tracks.items():
        x, y = track.points.T
        style = {"mode": "lines+markers", "marker": {"size": 4, "color": track.colour}}
        traces.append(line_trace(name, x, y, track.colour, 2, **style))
    if tracks:
        start_x, start_y = next(iter(tracks.values())).points[:1].T
        start_marker = {
            "mode": "markers",
            "marker": {"size": 12, "symbol": "circle-open", "color": INK, "line": {"width": 3}},
        }
        traces.append(line_trace(_("start"), start_x, start_y, INK, **start_marker))
    x = axis(ground.x_title, range=[ground.x[0], ground.x[-1]])
    y = axis(ground.y_title, range=[ground.y[0], ground.y[-1]])
    return {"data": traces, "layout": untitled_layout(460, xaxis=x, yaxis=y)}


def needs_logarithm(loss: np.ndarray) -> bool:
    """Whether most of a surface would have one colour and one height on a linear scale."""
    finite = loss[np.isfinite(loss)]
    return bool(
        finite.size and finite.min() > 0 and finite.max() > MAX_MEDIAN_RATIO * np.median(finite)
    )


def _colours(loss: np.ndarray) -> Figure:
    """The heights of a map, and the bar that says what its colours mean."""
    bar: Figure = {"title": {"text": _("loss")}, "thickness": 12, "outlinewidth": 0}
    finite = np.where(np.isfinite(loss), loss, np.nan).astype(np.float64)
    if not needs_logarithm(loss):
        return {"z": finite, "colorbar": bar}
    scale = decades_of(loss)
    exponents = list(range(scale.bottom, scale.top + 1, -(-scale.decades // 6)))
    ticks = {"tickvals": exponents, "ticktext": [decade_label(d) for d in exponents]}
    return {"z": np.log10(finite), "colorbar": bar | ticks}


def surface_figure(ground: LossGrid, tracks: Mapping[str, Track]) -> Figure:
    """The loss as height, the paths lying on it; what left the window is not drawn."""
    finite = np.where(np.isfinite(ground.loss), ground.loss, np.nan).astype(np.float64)
    is_log = needs_logarithm(ground.loss)
    surface = {
        "type": "surface",
        "x": ground.x.astype(np.float32),
        "y": ground.y.astype(np.float32),
        "z": finite,
        **({"surfacecolor": np.log10(finite)} if is_log else {}),
        "colorscale": SOLID,
        "showscale": False,
        "opacity": 0.95,
        "hovertemplate": "%{z:.3g}<extra>" + _("loss") + "</extra>",
    }
    traces = [surface]
    for name, track in tracks.items():
        if track.losses is None:
            continue
        x, y = track.points.T
        inside = (x >= ground.x[0]) & (x <= ground.x[-1]) & (y >= ground.y[0]) & (y <= ground.y[-1])
        lift = 0.01 * (np.nanmax(finite) - np.nanmin(finite)) if np.isfinite(finite).any() else 0
        heights = track.losses * 1.05 if is_log else track.losses + lift
        traces.append(
            {
                "type": "scatter3d",
                "mode": "lines+markers",
                "name": name,
                "x": np.where(inside, x, np.nan).astype(np.float32),
                "y": np.where(inside, y, np.nan).astype(np.float32),
                "z": np.where(inside, heights, np.nan).astype(np.float32),
                "line": {"color": track.colour, "width": 6},
                "marker": {"size": 2.5, "color": track.colour},
            }
        )

    def space_axis(title: str, **more: Any) -> Figure:
        # Two short lines stay inside the picture, however it is turned.
        return {
            "title": {"text": break_title(title), "font": {"size": 12}},
            "tickfont": {"size": 12},
            **more,
        }

    axes = (
        space_axis(ground.x_title),
        space_axis(ground.y_title),
        space_axis(_("loss"), **({"type": "log"} if is_log else {})),
    )
    camera = {
        "eye": {"x": -1.65, "y": -1.55, "z": 1.0},
        "center": {"x": 0, "y": 0, "z": -0.1},
    }
    return {"data": traces, "layout": space_layout(460, axes, camera)}


def break_title(title: str) -> str:
    """A title in lines of at most TITLE_CHARACTERS characters, where its words allow it."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > TITLE_CHARACTERS:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def loss_figure(tracks: Mapping[str, Track]) -> Figure:
    """The loss along each path against the number of updates."""
    losses = {name: track.losses for name, track in tracks.items() if track.losses is not None}
    y, ends = size_axis(_("loss"), np.concatenate([*losses.values(), []]))
    traces = []
    for name, values in losses.items():
        updates, colour = np.arange(len(values)), tracks[name].colour
        traces.append(line_trace(name, updates, values, colour))
        traces += edge_markers(name, updates, values, *ends, colour)
    longest = max(map(len, losses.values()), default=1)
    x = whole_axis(_("update"), [0, longest - 1])
    return {"data": traces, "layout": untitled_layout(230, xaxis=x, yaxis=y)}
