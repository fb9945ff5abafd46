"""The panel of histograms: how the values of gates and states are distributed, and how training moves them."""

import streamlit as st

from core.analysis.gates import BINS
from dashboard.common.i18n import _
from dashboard.figures import distributions as figures
from dashboard.session.live_run import LiveRun
from dashboard.views.gates.header import InspectedLayer
from dashboard.widgets import inspected_switch
from dashboard.widgets.charts import draw_chart


def draw_over_training(run: LiveRun, inspected: InspectedLayer) -> None:
    """The histograms after each update of the run."""
    st.caption(
        _(
            "Each column is a histogram of all values on the watched sequence after that update; the stronger the colour of a cell, the more of them it holds. Untrained gates lie around ½, because their pre-activations are small; training moves them towards 0 and 1 where a switch helps. Train on, then compare forget bias 0 with 3."
        )
    )
    if len(run.history.updates) < 2:
        st.info(_("Only one column so far. Train 100 updates to see how the values move."))
    figure = figures.over_training_figure(
        run.history, *inspected.where, inspected.trace, inspected.name
    )
    draw_chart(
        figure,
        "over training",
        alt=_("How the values of each quantity are spread after each update"),
    )


def draw_one_sequence(inspected: InspectedLayer) -> None:
    """Where nothing trains here: the histograms of the one sequence."""
    inspected_switch.say_run_is_needed(_("How training moves the gates"))
    st.caption(
        _(
            "Histograms of all values on this sequence, with {bins} equal bins over each quantity's range.",
            bins=BINS,
        )
    )
    draw_chart(
        figures.distribution_figure(inspected.trace, inspected.name),
        "spread",
        about=inspected.about,
        alt=_("How the values of each quantity are spread over this sequence"),
    )
