"""Compare: which cell, and why?"""

import streamlit as st

from core.tasks import TASKS
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.navigation import COMPARE
from dashboard.serving import turns
from dashboard.views.compare import panel, runs
from dashboard.widgets.explainer import explain

asked = panel.draw_panel()
if told := turns.forecast(list(asked.levelled), asked.seeds):
    st.warning(plain(told))
try:
    columns = runs.open_comparison(asked)
except (ValueError, LookupError, OSError) as error:
    st.error(plain(str(error)))
    st.stop()
runs.draw_player()

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
    again.button(_("Measure the time again"), on_click=panel.measure_again, args=(asked,))

explain(COMPARE).caption(TASKS[asked.experiments[0].task].source)
