"""Unrolled: how does backpropagation through time compute this number?"""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.navigation import UNROLLED
from dashboard.views.unrolled import slow_motion
from dashboard.widgets import experiment_panel, train_to_link
from dashboard.widgets.explainer import explain
from dashboard.widgets.intervention_banner import draw_intervention_banner
from dashboard.widgets.run_on_page import open_run

run = open_run(experiment_panel.draw_panel())
draw_intervention_banner()
train_to_link.train_to_position(UNROLLED)
if not run.trainer.experiment.recurrence:
    st.info(
        _(
            "Recurrence is off: nothing goes from step to step, neither a state nor a gradient. The recurrent weights are 0, "
            "and every term of dW_hh is 0."
        )
    )
slow_motion.draw_unrolled()

explain(UNROLLED)
with st.expander(_("The letters of your book")):
    experiment_panel.choose_notation()
