"""Exploding gradients: the norms of the run before and after clipping, and the loss around its weights."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.analysis.landscape import Landscape, loss_landscape, project_updates
from core.studies.comparison import Comparison
from core.training.experiment import Experiment
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.figures import cliffs
from dashboard.figures import gradients as figures
from dashboard.navigation import COMPARE, go_to
from dashboard.serving.turns import time_slice
from dashboard.session.live_run import LiveRun, get_run
from dashboard.session.settings import choose_comparison
from dashboard.session.state import state
from dashboard.widgets.charts import draw_titled_chart

UPDATES_AHEAD = 20  # updates that are looked ahead on the plane of the run


@dataclass
class PlaneState:
    """seen: the last plane that was computed, of which run, and the paths on it."""

    seen: dict[str, Any] | None = None


def draw_norms() -> None:
    """Every update of the session's run: its gradient's norm before and after clipping, and its loss."""
    live = get_run()
    experiment, curves = live.trainer.experiment, live.curves
    if not len(curves):
        st.info(_("Not trained yet: train some updates, here or on the Live page."))
    else:
        index, values = curves.updates, curves.values
        st.markdown(escape_markdown(_clipped_share(experiment, values)))
        limit = experiment.clip_at if experiment.clipping == "norm" else None
        title = _("Norm of the gradient of each update, before and after clipping")
        draw_titled_chart(title, figures.norm_figure(index, values, limit), "norms")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Compare without and with clipping"), key="compare clipping"):
            _compare_clipping(live)
        st.caption(
            _(
                "Opens Compare with this experiment twice: without clipping and clipped by norm, same seed and batches."
            )
        )


def _clipped_share(experiment: Experiment, values: np.ndarray) -> str:
    if experiment.clipping == "off":
        return _("Clipping is off: the gradient of every update is used as it is.")
    clipped = values[:, 2] < values[:, 1]
    return _(
        "{share:.0f} % of the updates were clipped ({how}, at {at:g}).",
        share=100 * clipped.mean(),
        how={"norm": _("by norm"), "value": _("by value")}[experiment.clipping],
        at=experiment.clip_at,
    )


def _compare_clipping(live: LiveRun) -> None:
    experiment = live.trainer.experiment
    try:
        two = tuple(experiment.but(clipping=how) for how in ("off", "norm"))
        choose_comparison(Comparison(two))
    except ValueError as error:
        st.warning(escape_markdown(say_by_label(error)))
        return
    go_to(COMPARE)


def draw_loss_plane() -> None:
    """The loss around the run's own weights, computed on request."""
    live = get_run()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        share = st.select_slider(
            _("Distance from the weights to the edge, in % of their norm"),
            [0.01, 0.03, 0.1, 0.3, 1.0],
            0.3,
            format_func=lambda v: f"{100 * v:g} %",
            key="plane share",
            width="stretch",
        )
        if st.button(_("Draw the loss around the present weights"), key="plane"):
            _compute_plane(live, share)
    seen = state(PlaneState).seen
    if seen is None or seen["run"] != live.id:
        st.caption(
            _(
                "The loss of one batch at 21 × 21 points around the present weights: along the gradient, and along a random direction perpendicular to it; and where the next {n} updates lead, with and without clipping.",
                n=UPDATES_AHEAD,
            )
        )
        return
    plane: Landscape = seen["plane"]
    tracks = {
        name: cliffs.Track(points, colour)
        for name, points, colour in (
            (_("{n} updates, not clipped", n=UPDATES_AHEAD), seen["off"], cliffs.PLAIN),
            (_("{n} updates, clipped", n=UPDATES_AHEAD), seen["norm"], cliffs.CLIPPED),
        )
    }
    ground = cliffs.LossGrid(
        plane.along,
        plane.along,
        plane.loss,
        _("moved along −gradient"),
        _("moved along a random direction"),
    )
    title = _("Loss of one batch around the weights after update {update}", update=seen["at"])
    above, space = st.columns(2)
    with above:
        draw_titled_chart(title, cliffs.map_figure(ground, tracks), "plane above")
    with space:
        draw_titled_chart(_("The same in space"), cliffs.surface_figure(ground, {}), "plane space")
    st.caption(
        escape_markdown(
            _(
                "Loss at the weights: {here:.4g}; on this square from {low:.3g} to {high:.3g}. Norm of the weights: {size:.3g}; of the gradient: {norm:.3g}. The paths are projected onto the plane: movement out of it is not shown.",
                here=plane.here,
                size=plane.size,
                low=np.nanmin(plane.loss),
                high=np.nanmax(plane.loss),
                norm=plane.norm,
            )
        )
    )


def _compute_plane(live: LiveRun, share: float) -> None:
    with st.spinner(_("Computing 441 losses …")):
        try:
            plane = loss_landscape(live.trainer, share, turn=time_slice())
        except ValueError as error:
            st.warning(escape_markdown(say_by_label(error)))
            return
        seen: dict[str, Any] = {"run": live.id, "at": live.trainer.index, "plane": plane}
        for how in ("off", "norm"):
            with time_slice():
                seen[how] = project_updates(live.trainer, plane, how, UPDATES_AHEAD)
    state(PlaneState).seen = seen
