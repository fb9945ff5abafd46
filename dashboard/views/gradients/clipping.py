"""Exploding gradients: the norms of the run before and after clipping, and the cliff behind them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.analysis import error_cliff
from core.analysis.landscape import Landscape, around, onwards
from core.studies.comparison import Comparison
from core.training.experiment import Experiment
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.figures import cliffs
from dashboard.figures import gradients as figures
from dashboard.navigation import COMPARE, go_to
from dashboard.serving.turns import turn
from dashboard.session.live_run import Live, get_run
from dashboard.session.settings import choose_comparison
from dashboard.session.state import state
from dashboard.views.gradients.jacobians import chart

GRID = 121  # points of the surface on each side
AHEAD = 20  # updates that are looked ahead on the plane of the run


@dataclass
class PlaneState:
    """seen: the last plane that was computed, of which run, and the paths on it."""

    seen: dict[str, Any] | None = None


def norms() -> None:
    """Every update of the session's run: its gradient's norm before and after clipping, and its loss."""
    live = get_run()
    experiment, kept = live.trainer.experiment, live.curves
    if not len(kept):
        st.info(_("Nothing has been learnt yet: train some updates, here or on the Live page."))
    else:
        index, values = kept.updates, kept.values
        st.markdown(plain(_clipped_share(experiment, values)))
        limit = experiment.clip_at if experiment.clipping == "norm" else None
        title = _("Norm of the gradient of each update, before and after clipping")
        chart(title, figures.norms(index, values, limit), "norms")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Compare without and with clipping"), key="compare clipping"):
            _compare(live)
        st.caption(
            _("Opens Compare with these two: same seed, same batches, clipping off and by norm.")
        )


def _clipped_share(experiment: Experiment, values: np.ndarray) -> str:
    if experiment.clipping == "off":
        return _("Clipping is off: every update has the length that its gradient gives it.")
    clipped = values[:, 2] < values[:, 1]
    told = _("{share:.0f} % of the updates were clipped, {how} at {at:g}.")
    return told.format(
        share=100 * clipped.mean(),
        how={"norm": _("by norm"), "value": _("each number")}[experiment.clipping],
        at=experiment.clip_at,
    )


def _compare(live: Live) -> None:
    experiment = live.trainer.experiment
    try:
        two = tuple(experiment.but(clipping=how) for how in ("off", "norm"))
        choose_comparison(Comparison(two))
    except ValueError as error:
        st.warning(plain(str(error)))
        return
    go_to(COMPARE)


def one_unit() -> None:
    """The error cliff of one unit, with both paths on it."""
    columns = st.columns(5, vertical_alignment="bottom")
    rate = columns[0].slider(
        _("Learning rate"), 0.01, 0.3, error_cliff.RATE, 0.01, key="cliff rate"
    )
    at = columns[1].slider(_("Clip at"), 0.1, 5.0, error_cliff.CLIP_AT, 0.1, key="cliff at")
    w = columns[2].slider(_("Start: w"), *error_cliff.W, error_cliff.START[0], 0.05, key="cliff w")
    b = columns[3].slider(_("Start: b"), *error_cliff.B, error_cliff.START[1], 0.05, key="cliff b")
    space = columns[4].toggle(_("In space"), key="cliff space")
    x, y = np.linspace(*error_cliff.W, GRID), np.linspace(*error_cliff.B, GRID)
    ground = cliffs.Ground(x, y, _surface(), "w", "b")
    plain_path, clipped = error_cliff.descend((w, b), rate), error_cliff.descend((w, b), rate, at)
    tracks = {
        _("gradient descent"): cliffs.Track(plain_path.points, cliffs.PLAIN, plain_path.losses),
        _("clipped by norm"): cliffs.Track(clipped.points, cliffs.CLIPPED, clipped.losses),
    }
    st.markdown(plain(_thrown(plain_path, clipped, rate)))
    left, right = st.columns([3, 2])
    with left:
        title = _("Loss of one unit over its two weights: h_t = σ(w h_t−1 + b), after 50 steps")
        draw = cliffs.in_space if space else cliffs.from_above
        chart(title, draw(ground, tracks), "cliff surface")
    with right:
        chart(_("Loss along both paths"), cliffs.losses(tracks), "cliff losses")
        _at_the_wall(plain_path)
    st.caption(
        plain(
            _(
                "After Pascanu, Mikolov and Bengio (2013), equation 8 and figure 6: x_0 = 0.5, loss "
                "(σ(x_50) − 0.7)², h_t = σ(x_t)."
            )
        )
    )


@st.cache_data
def _surface() -> np.ndarray:
    return error_cliff.surface(np.linspace(*error_cliff.W, GRID), np.linspace(*error_cliff.B, GRID))


def _thrown(path: error_cliff.Path, clipped: error_cliff.Path, rate: float) -> str:
    k = path.thrown
    length = float(np.linalg.norm(path.points[k] - path.points[k - 1]))
    return _(
        "Without clipping update {k} is the longest: its gradient has norm {norm:.3g}, so it moves the "
        "weights by {length:.3g}, to w = {w:.2f}, b = {b:.2f}; the loss ends at {loss:.3g}. With clipping "
        "{cut} of {all} updates are cut, none is longer than {most:.3g}, and the loss ends at {end:.3g}."
    ).format(
        k=k,
        norm=path.norms[k - 1],
        length=length,
        w=path.points[k][0],
        b=path.points[k][1],
        loss=path.losses[-1],
        cut=int(clipped.clipped.sum()),
        all=len(clipped.norms),
        most=rate * (clipped.clip_at or 0),
        end=clipped.losses[-1],
    )


def _at_the_wall(path: error_cliff.Path) -> None:
    """What the recorded gradient does along the 50 steps, at the start and where the wall is met."""
    unit, t = error_cliff.OneUnit(), np.arange(1, error_cliff.STEPS + 1)
    curves = {
        _("before update {k}").format(k=path.thrown): (path.points[path.thrown - 1], cliffs.PLAIN),
        _("at the start"): (path.points[0], figures.GREY),
    }
    lines = []
    for name, (point, colour) in curves.items():
        sizes = unit.gradients(*point)
        lines.append(figures.line(name, t, np.where(sizes > 0, sizes, np.nan), colour))
    layout = figures.untitled(
        230,
        xaxis=figures.axis(_("step t")),
        yaxis=figures.decades("|∂L/∂h_t|", -10, 4),
    )
    title = _("|∂L/∂h_t| inside: at the wall it grows on its way back")
    chart(title, {"data": lines, "layout": layout}, "cliff inside")


def of_run() -> None:
    """The loss around the run's own weights, computed on request."""
    live = get_run()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        share = st.select_slider(
            _("Half the side, as a share of the norm of all weights"),
            [0.01, 0.03, 0.1, 0.3, 1.0],
            0.3,
            format_func=lambda v: f"{100 * v:g} %",
            key="plane share",
            width=360,
        )
        if st.button(_("Draw the loss around the present weights"), key="plane"):
            _compute(live, share)
    seen = state(PlaneState).seen
    if seen is None or seen["run"] != live.id:
        st.caption(
            _(
                "One batch, 21 × 21 networks: the weights moved along the gradient and along a random "
                "direction at a right angle to it; and where the next {n} updates lead, with and without "
                "clipping."
            ).format(n=AHEAD)
        )
        return
    plane: Landscape = seen["plane"]
    tracks = {
        name: cliffs.Track(points, colour)
        for name, points, colour in (
            (_("{n} updates, not clipped").format(n=AHEAD), seen["off"], cliffs.PLAIN),
            (_("{n} updates, clipped").format(n=AHEAD), seen["norm"], cliffs.CLIPPED),
        )
    }
    ground = cliffs.Ground(
        plane.along,
        plane.along,
        plane.loss,
        _("moved along −gradient"),
        _("moved along a random direction"),
    )
    title = _("Loss of one batch around the weights after update {update}").format(
        update=seen["at"]
    )
    above, space = st.columns(2)
    with above:
        chart(title, cliffs.from_above(ground, tracks), "plane above")
    with space:
        chart(_("The same in space"), cliffs.in_space(ground, {}), "plane space")
    st.caption(
        plain(
            _(
                "Loss {here:.4g} at the weights, whose norm is {size:.3g}; from {low:.3g} to {high:.3g} on "
                "this square. The gradient's norm is {norm:.3g}. The paths are projected onto the plane: "
                "what they move outside it is not seen."
            ).format(
                here=plane.here,
                size=plane.size,
                low=np.nanmin(plane.loss),
                high=np.nanmax(plane.loss),
                norm=plane.norm,
            )
        )
    )


def _compute(live: Live, share: float) -> None:
    with st.spinner(_("Computing 441 losses …")):
        try:
            plane = around(live.trainer, share, turn=turn())
        except ValueError as error:
            st.warning(plain(str(error)))
            return
        seen: dict[str, Any] = {"run": live.id, "at": live.trainer.index, "plane": plane}
        for how in ("off", "norm"):
            with turn():
                seen[how] = onwards(live.trainer, plane, how, AHEAD)
    state(PlaneState).seen = seen
