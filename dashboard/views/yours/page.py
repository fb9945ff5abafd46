"""Yours: saved runs, own model, own data, export, share."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.session.live_run import find_run
from dashboard.session.settings import experiment
from dashboard.views.yours import data, export, model, runs, share

present = experiment()
run = find_run()
if run is not None:  # so that the list, the files and the links are of one update
    run.autosave.save_newest(run)
tabs = st.tabs(
    [_("Runs"), _("Own model"), _("Own data"), _("Export"), _("Share")],
    key="yours tab",
    on_change="rerun",
)
drawers = (
    runs.draw_runs_tab,
    model.draw_model_tab,
    data.draw_data_tab,
    export.draw_export_tab,
    lambda: share.draw_share_tab(present),
)
for tab, draw in zip(tabs, drawers, strict=True):
    if tab.open:
        with tab:
            draw()
