"""Unrolled: how does backpropagation through time compute this number?"""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.navigation import UNROLLED
from dashboard.views.unrolled import wire
from dashboard.widgets import experiment_panel, train_to_link
from dashboard.widgets.intervention_banner import say_what_is_held
from dashboard.widgets.run_on_page import open_run

open_run(experiment_panel.panel())
say_what_is_held()
train_to_link.to_the_link(UNROLLED)
wire.show()

with st.expander(_("What you see, why it happens, what to try")):
    see, why, try_ = st.columns(3)
    see.markdown(
        _(
            "**What you see.** The network of the Live page, drawn once for each time step, reads its "
            "sequence: first forward, then the losses, then backward. A narrow column is one quantity, each "
            "of its cells one unit. The matrix on the right is the gradient of the recurrent weights as it "
            "grows, one term for each step."
        )
    )
    why.markdown(
        _(
            "**Why it happens.** The same weights are used at every step, so each step has its own say in "
            "their gradient: dW = Σ δ_t h_{t−1}ᵀ. A step whose δ has vanished says nothing. Truncation "
            "shortens the way on purpose: what lies before a chunk gets no gradient from its losses."
        )
    )
    try_.markdown(
        _(
            "**What to try.** Click the last h, then what it was computed from, back to the first step. "
            "Truncate after a third of the steps: how far does the gradient turn? Train 100 updates and look "
            "again. Choose your book's letters below."
        )
    )
with st.expander(_("The letters of your book")):
    experiment_panel.choose_notation()
