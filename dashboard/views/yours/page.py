"""Yours: saved runs, own model, own data, export, share."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.views.yours import data, export, model, runs, share
from dashboard.widgets import experiment_panel

now = experiment_panel.experiment()
tabs = st.tabs(
    [_("Runs"), _("Own model"), _("Own data"), _("Export"), _("Share")],
    key="yours tab",
    on_change="rerun",
)
parts = (runs.tab, model.tab, data.tab, export.tab, lambda: share.tab(now))
for tab, part in zip(tabs, parts, strict=True):
    if tab.open:
        with tab:
            part()
