"""The panel of spreads: how the values of gates and states are distributed, and how training moves them."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.figures import gates as figures
from dashboard.session.live_run import LiveRun
from dashboard.views.gates.header import Sight
from dashboard.widgets import inspected_switch
from dashboard.widgets.charts import chart


def over_training(run: LiveRun, sight: Sight) -> None:
    """The spread after each update of the run."""
    st.caption(
        _(
            "Each column is the spread of all values on the watched sequence after that update: the fuller, "
            "the more of them. Sigmoids of small numbers begin around ½, and move to the ends where a switch "
            "pays. Train on, then compare forget bias 0 with 3."
        )
    )
    if len(run.history.updates) < 2:
        st.info(_("One column so far: train a hundred updates, and there is something to compare."))
    figure = figures.over_training(run.history, *sight.where, sight.trace, sight.name)
    chart(figure, "over training")


def of_one(sight: Sight) -> None:
    """Where nothing trains here: the spread of the one sequence."""
    inspected_switch.needs_a_run(_("How training moves the gates"))
    st.caption(
        _(
            "Below: the spread of all values on this sequence as it is, {bins} equal parts of each quantity's "
            "range."
        ).format(bins=figures.BINS)
    )
    chart(figures.spread(sight.trace, sight.name), "spread", about=sight.about)
