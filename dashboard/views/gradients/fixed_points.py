"""Where the state would rest if the input stayed the same: the search, on request, and what it found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.analysis.fixed_points import FixedPoint, find_fixed_points, spread_starts, step_map
from core.analysis.trajectories import Path
from core.common.messages import sentence_of
from core.layers.recurrent import Recurrent
from dashboard.common.i18n import N_, _, join_sentences
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.figures import trajectories as figures
from dashboard.serving.turns import time_slice
from dashboard.session.state import state
from dashboard.widgets.charts import draw_titled_chart
from dashboard.widgets.choice import pick_option, pick_segment

ZEROS, LIT = "zeros", "lit"
INPUTS = {LIT: N_("the input at the lit step"), ZEROS: N_("zeros")}


@dataclass
class FixedPointState:
    """points: that were found by so many searches; of: in which network, for which input; None: nobody has searched."""

    points: Sequence[FixedPoint] = ()
    searches: int = 0
    of: tuple | None = None


def draw_search(
    of: tuple,
    layer: Recurrent,
    where: tuple[int, str],
    states: np.ndarray,
    path: Path,
    step: int,
) -> None:
    """The choice of the input, and the button. of: the network at this moment. states: where searches may begin."""
    seen = state(FixedPointState)
    held = pick_segment(
        _("With the input held at"), list(INPUTS), "fixed input", lambda k: _(INPUTS[k])
    )
    x = np.zeros_like(path.inputs[step]) if held == ZEROS else path.inputs[step]
    of = (*of, None if held == ZEROS else (step, path.symbols))
    if seen.of != of:
        forget_points()
    if st.button(_("Search for fixed points"), key="search fixed points"):
        with st.spinner(_("Searching …")):
            try:
                with time_slice():
                    one_step = step_map(layer, where, x)
                starts = spread_starts(states)
                seen.points = find_fixed_points(one_step, starts, turn=time_slice())
            except ValueError as error:
                st.warning(escape_markdown(say_by_label(sentence_of(error))))
                return
        seen.of, seen.searches = of, len(starts)


def found_points() -> list[tuple[str, FixedPoint]]:
    """What to call each of the points that were found, and the point."""
    seen = state(FixedPointState)
    return [(_title(k, point, seen.searches), point) for k, point in enumerate(seen.points)]


def forget_points() -> None:
    """They were those of another network, or of another input."""
    seen = state(FixedPointState)
    seen.points, seen.searches, seen.of = (), 0, None


def draw_found(about: str | None) -> None:
    """The points, one of them with its eigenvalues. about: as of `draw_titled_chart`."""
    seen = state(FixedPointState)
    if seen.of is None:
        st.caption(
            _(
                "From up to 40 of the states on the left, with the input held, the search goes to where the next state is the "
                "same as this one. Near such a point the eigenvalues of the step say what becomes of a small difference: "
                "below 1 in size it fades, above 1 it grows."
            )
        )
        return
    if not seen.points:
        st.info(
            _(
                "None of the {n} searches ended at a point where the state rests: for this input it keeps moving.",
                n=seen.searches,
            )
        )
        return
    which = pick_option(
        _("Point"),
        range(len(seen.points)),
        "fixed point",
        lambda k: _title(k, seen.points[k], seen.searches),
    )
    point = seen.points[which]
    figure = figures.point_eigenvalues_figure(_("this point"), point.eigenvalues)
    draw_titled_chart(_("Eigenvalues at this point"), figure, "fixed point eigenvalues", about)
    st.caption(_describe(point, seen.searches - sum(each.starts for each in seen.points)))


def _title(k: int, point: FixedPoint, searches: int) -> str:
    return _(
        "{n}: {kind}, from {starts} of {searches} searches",
        n=k + 1,
        kind=figures.kind_title(point.kind),
        starts=point.starts,
        searches=searches,
    )


def _describe(point: FixedPoint, lost: int) -> str:
    largest = abs(point.eigenvalues[0])
    grows = int((np.abs(point.eigenvalues) > 1).sum())
    if point.kind == "slow":
        text = _(
            "Not quite at rest: the next state differs by up to {residual:.1e}. The largest eigenvalue has size {size:.3g}.",
            residual=point.residual,
            size=largest,
        )
    elif grows:
        text = _(
            "In {n} of {S} directions a small difference grows, by up to ×{size:.3g} a step: the state leaves this point.",
            n=grows,
            S=len(point.eigenvalues),
            size=largest,
        )
    else:
        text = _(
            "Every small difference fades: the slowest is e times smaller after {steps:.3g} steps. That long the state "
            "remembers that it was elsewhere.",
            steps=point.memory,
        )
    if not lost:
        return text
    return join_sentences([text, _("{n} searches ended at no such point.", n=lost)])
