"""Gradients: why does it vanish or explode?"""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.navigation import GRADIENTS
from dashboard.views.gradients import sections
from dashboard.widgets import experiment_panel, train_to_link
from dashboard.widgets.intervention_banner import say_what_is_held
from dashboard.widgets.run_on_page import open_run

open_run(experiment_panel.panel())
say_what_is_held()
train_to_link.to_the_link(GRADIENTS)
sections.show()

with st.expander(_("What you see, why it happens, what to try")):
    see, why, try_ = st.columns(3)
    see.markdown(
        _(
            "**What you see.** The run that is on the Live page, with the weights of this moment. A row of "
            "the triangle is one loss, a column one state: the colour is the size of the gradient that "
            "arrives there through every path. The red stroke marks the last state that still gets a "
            "hundredth of the row's largest: the horizon."
        )
    )
    why.markdown(
        _(
            "**Why it happens.** From step to step a gradient is multiplied by the Jacobian of the step. "
            "Where its singular values are below 1 the product vanishes, where they are above 1 it can "
            "explode. An LSTM adds to its cell state instead of multiplying it, as far as its forget gate "
            "lets it."
        )
    )
    try_.markdown(
        _(
            "**What to try.** Take the RNN on adding with length 50 and play: watch the horizon. Then take "
            "the LSTM with forget bias 1. Under Untrained, move the spectral radius through 1 with the "
            "activation identity, and then with tanh. On the cliff, raise the clipping limit until a path is "
            "thrown off again."
        )
    )
