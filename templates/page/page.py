"""Reach: how much of the loss reaches the hidden state of each step?

A page to start from. Copy the folder to dashboard/views/reach/; in dashboard/navigation.py write into PAGES,
where it is to stand in the menu:

    Page("reach", N_("Reach"), shows_a_run=True)

The menu, the ways from page to page, links and tests follow. A page imports no other page: what two pages
draw belongs in dashboard/widgets, what they keep in dashboard/session.
"""

import streamlit as st
from dashboard.views.reach.figure import norms

from dashboard.common.i18n import _
from dashboard.serving.turns import time_slice
from dashboard.widgets import experiment_panel
from dashboard.widgets.charts import draw_chart
from dashboard.widgets.run_on_page import open_run

run = open_run(
    experiment_panel.draw_panel()
)  # the sidebar, and the session's run of what it asks for
with time_slice():  # whatever computes waits for its turn: others train on the same cores
    look = run.trainer.look()

st.caption(
    _("The norm of dL/dh at each step of the sequence, through every path, as the network is now.")
)
draw_chart(norms(look.recording["h"].grads, look.probe.symbols), "reach")

with st.expander(_("What you see, why it happens, what to try")):
    see, why, try_ = st.columns(3)
    see.markdown(
        _(
            "**What you see.** One point for each step: how strongly the loss depends on the hidden state there. The axis is logarithmic."
        )
    )
    why.markdown(
        _(
            "**Why it happens.** On its way back the gradient is multiplied once for each step. Factors below 1 let it vanish, factors above 1 let it explode."
        )
    )
    try_.markdown(
        _("**What to try.** Take a plain RNN in the sidebar, then an LSTM: which curve is flatter?")
    )
