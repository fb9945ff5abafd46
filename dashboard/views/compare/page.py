"""Compare: which cell, and why?"""

import streamlit as st

from core.tasks import TASKS
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.serving import turns
from dashboard.views.compare import panel, runs

asked = panel.panel()
if told := turns.forecast(list(asked.levelled), asked.seeds):
    st.warning(plain(told))
try:
    columns = runs.current(asked)
except (ValueError, LookupError, OSError) as error:
    st.error(plain(str(error)))
    st.stop()
runs.show()

take, again = st.columns([2, 1])
with take.container(horizontal=True):
    st.download_button(
        _("Numbers as CSV"),
        columns.as_csv,
        "comparison.csv",
        "text/csv",
        on_click="ignore",
    )
    st.download_button(
        _("Numbers and recordings as NPZ"),
        columns.as_npz,
        "comparison.npz",
        "application/octet-stream",
        on_click="ignore",
    )
if asked.fair == "time":
    again.button(_("Measure the time again"), on_click=panel.measured_again, args=(asked,))

with st.expander(_("What you see, why it happens, what to try")):
    see, why, try_ = st.columns(3)
    see.markdown(
        _(
            "**What you see.** Networks that learn from the very same batches, one column each. A signed "
            "quantity has the same range of colours in every column. Below: loss and held-out metric, the "
            "gradient of the last loss against its distance from that loss, and the mean opening of each "
            "gate. All times are of this machine's processor, without the drawing of the batch."
        )
    )
    why.markdown(
        _(
            "**Why it happens.** As many hidden units give an LSTM four times the recurrent weights of a "
            "plain RNN, and a longer update. So a comparison says nothing before it says what was made "
            "equal: units, parameters, or time for each update. One seed is one draw: with several, "
            "look whether the bands overlap."
        )
    )
    try_.markdown(
        _(
            "**What to try.** Compare RNN, LSTM and GRU on adding with length 30 and then 100: watch the "
            "reach, and where the RNN stops learning. Change from equal units to equal parameters. Add an "
            "LSTM with forget bias 1 and choose the difference to A."
        )
    )
    st.caption(TASKS[asked.experiments[0].task].source)
