"""A loss over two directions, and the paths of updates on it: from above, and in space."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.common.i18n import _
from dashboard.figures.gradients import GREY, LINE, Figure, axis, line_trace, untitled_layout

PLAIN, CLIPPED = "#d9480f", "#0a9b73"  # paths without and with clipping
OVERLAY = [[0, "rgba(42,127,255,0)"], [1, "rgba(42,127,255,0.8)"]]  # over either background
SOLID = [[0, "#e3eeff"], [0.5, "#7fb0ff"], [1, "#12408f"]]


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
    heat = {
        "type": "heatmap",
        "x": ground.x.astype(np.float32),
        "y": ground.y.astype(np.float32),
        "z": ground.loss.astype(np.float32),
        "showlegend": False,
        "zsmooth": "best",
        "colorscale": OVERLAY,
        "colorbar": {"title": {"text": _("loss")}, "thickness": 12, "outlinewidth": 0},
        "hovertemplate": "%{z:.3g}<extra>" + _("loss") + "</extra>",
    }
    traces = [heat]
    for name, track in tracks.items():
        x, y = track.points.T
        style = {"mode": "lines+markers", "marker": {"size": 4, "color": track.colour}}
        traces.append(line_trace(name, x, y, track.colour, 2, **style))
    if tracks:
        start_x, start_y = next(iter(tracks.values())).points[:1].T
        start_marker = {
            "mode": "markers",
            "marker": {"size": 12, "symbol": "circle-open", "color": GREY, "line": {"width": 3}},
        }
        traces.append(line_trace(_("start"), start_x, start_y, GREY, **start_marker))
    x = axis(ground.x_title, range=[ground.x[0], ground.x[-1]])
    y = axis(ground.y_title, range=[ground.y[0], ground.y[-1]])
    return {"data": traces, "layout": untitled_layout(460, xaxis=x, yaxis=y)}


def surface_figure(ground: LossGrid, tracks: Mapping[str, Track]) -> Figure:
    """The loss as height, the paths lying on it; what left the window is not drawn."""
    surface = {
        "type": "surface",
        "x": ground.x.astype(np.float32),
        "y": ground.y.astype(np.float32),
        "z": ground.loss.astype(np.float32),
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
        heights = track.losses + 0.01 * (ground.loss.max() - ground.loss.min())
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

    def space_axis(title: str) -> Figure:
        return {"title": {"text": title}, "gridcolor": LINE, "backgroundcolor": "rgba(0,0,0,0)"}

    scene = {
        "xaxis": space_axis(ground.x_title),
        "yaxis": space_axis(ground.y_title),
        "zaxis": space_axis(_("loss")),
        "camera": {"eye": {"x": -1.4, "y": -1.3, "z": 0.9}},
        "aspectmode": "cube",
    }
    margin = {"l": 0, "r": 0, "t": 34, "b": 0}
    return {"data": traces, "layout": untitled_layout(460, scene=scene, margin=margin)}


def loss_figure(tracks: Mapping[str, Track]) -> Figure:
    """The loss along each path against the number of updates."""
    traces = [
        line_trace(name, np.arange(len(track.losses)), track.losses, track.colour)
        for name, track in tracks.items()
        if track.losses is not None
    ]
    x, y = axis(_("update")), axis(_("loss"), rangemode="tozero")
    return {"data": traces, "layout": untitled_layout(230, xaxis=x, yaxis=y)}
