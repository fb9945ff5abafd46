"""The error cliff: the loss of one unit over its two weights, and a path that is thrown off it."""

import numpy as np
import streamlit as st

from core.analysis import error_cliff
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.common.theme import INK
from dashboard.figures import cliffs
from dashboard.figures import gradients as figures
from dashboard.figures.log_axis import axis, log_axis
from dashboard.figures.not_finite import edge_markers
from dashboard.views.gradients.workbench import connect, value_of
from dashboard.widgets.charts import draw_titled_chart

GRID = 121  # points of the surface on each side


def draw_error_cliff() -> None:
    """The error cliff of one unit, with both paths on it."""
    columns = st.container(key="cliff").columns(5, vertical_alignment="bottom")
    rate = columns[0].slider(
        _("Learning rate"), 0.01, 0.3, value_of("cliff_rate"), 0.01, **connect("cliff_rate")
    )
    at = columns[1].slider(_("Clip at"), 0.1, 5.0, value_of("cliff_at"), 0.1, **connect("cliff_at"))
    w = columns[2].slider(
        _("Start: w"), *error_cliff.W_RANGE, value_of("cliff_w"), 0.05, **connect("cliff_w")
    )
    b = columns[3].slider(
        _("Start: b"), *error_cliff.B_RANGE, value_of("cliff_b"), 0.05, **connect("cliff_b")
    )
    space = columns[4].toggle(_("In space"), value_of("cliff_space"), **connect("cliff_space"))
    x, y = np.linspace(*error_cliff.W_RANGE, GRID), np.linspace(*error_cliff.B_RANGE, GRID)
    ground = cliffs.LossGrid(x, y, _surface(), "w", "b")
    plain_path, clipped = error_cliff.descend((w, b), rate), error_cliff.descend((w, b), rate, at)
    tracks = {
        _("gradient descent"): cliffs.Track(plain_path.points, cliffs.PLAIN, plain_path.losses),
        _("clipped by norm"): cliffs.Track(clipped.points, cliffs.CLIPPED, clipped.losses),
    }
    st.markdown(escape_markdown(_describe_paths(plain_path, clipped, rate)))
    left, right = st.columns([3, 2])
    with left:
        title = _("Loss of one unit over its two weights: h_t = σ(w h_t−1 + b), after 50 steps")
        draw = cliffs.surface_figure if space else cliffs.map_figure
        draw_titled_chart(title, draw(ground, tracks), "cliff surface")
    with right:
        draw_titled_chart(_("Loss along both paths"), cliffs.loss_figure(tracks), "cliff losses")
        _draw_gradients_at_the_wall(plain_path)
    st.caption(
        escape_markdown(
            _(
                "After Pascanu, Mikolov and Bengio (2013), equation 8 and figure 6: x_0 = 0.5, loss (σ(x_50) − 0.7)², h_t = σ(x_t)."
            )
        )
    )


@st.cache_data
def _surface() -> np.ndarray:
    return error_cliff.loss_surface(
        np.linspace(*error_cliff.W_RANGE, GRID), np.linspace(*error_cliff.B_RANGE, GRID)
    )


def _describe_paths(
    path: error_cliff.DescentPath, clipped: error_cliff.DescentPath, rate: float
) -> str:
    update = path.thrown
    length = float(np.linalg.norm(path.points[update] - path.points[update - 1]))
    return _(
        "Without clipping, update {k} takes the longest step: a gradient of norm {norm:.3g} moves the weights by {length:.3g}, to w = {w:.2f}, b = {b:.2f}; the final loss is {loss:.3g}. With clipping, {cut} of {all} updates are clipped, no step is longer than {most:.3g}, and the final loss is {end:.3g}.",
        k=update,
        norm=path.norms[update - 1],
        length=length,
        w=path.points[update][0],
        b=path.points[update][1],
        loss=path.losses[-1],
        cut=int(clipped.clipped.sum()),
        all=len(clipped.norms),
        most=rate * (clipped.clip_at or 0),
        end=clipped.losses[-1],
    )


def _draw_gradients_at_the_wall(path: error_cliff.DescentPath) -> None:
    """What the recorded gradient does along the 50 steps, at the start and where the wall is met."""
    unit, t = error_cliff.OneUnit(), np.arange(1, error_cliff.STEPS + 1)
    curves = {
        _("before update {k}", k=path.thrown): (path.points[path.thrown - 1], cliffs.PLAIN),
        _("at the start"): (path.points[0], INK),
    }
    sizes = {name: unit.gradients(*point) for name, (point, _colour) in curves.items()}
    y, ends = log_axis("|∂L/∂h_t|", *sizes.values())
    lines = []
    for name, (_point, colour) in curves.items():
        shown = np.where(sizes[name] > 0, sizes[name], np.nan)
        lines.append(figures.line_trace(name, t, shown, colour))
        lines += edge_markers(name, t, sizes[name], *ends, colour)
    layout = figures.untitled_layout(230, xaxis=axis(_("step t")), yaxis=y)
    title = _("|∂L/∂h_t| inside: at the wall it grows on its way back")
    draw_titled_chart(title, {"data": lines, "layout": layout}, "cliff inside")
