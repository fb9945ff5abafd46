"""Compare: which cell, and why?"""

import streamlit as st

from core.tasks import TASKS
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import COMPARE
from dashboard.serving import admission
from dashboard.views.compare import panel, runs
from dashboard.widgets.explainer import explain

comparison = panel.draw_panel()
if forecast := admission.forecast(list(comparison.levelled), comparison.seeds):
    st.warning(escape_markdown(forecast))
try:
    compared = runs.open_comparison(comparison)
except (ValueError, LookupError, OSError) as error:
    st.error(escape_markdown(say_by_label(error)))
    st.stop()
runs.draw_player()

downloads, remeasure = st.columns([2, 1])
with downloads.container(horizontal=True):
    st.download_button(
        _("Numbers as CSV"), compared.as_csv, "comparison.csv", "text/csv", on_click="ignore"
    )
    st.download_button(
        _("Numbers and recordings as NPZ"),
        compared.as_npz,
        "comparison.npz",
        "application/octet-stream",
        on_click="ignore",
    )
if comparison.fair == "time":
    remeasure.button(_("Measure the time again"), on_click=panel.measure_again)

explain(COMPARE).caption(_(TASKS[comparison.experiments[0].task].source))
