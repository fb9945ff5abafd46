"""Yours: saved runs, own model, own data, export, share. The line above them is drawn last: an own model is read in its tab."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.player.component import load_component
from dashboard.session.live_run import find_run
from dashboard.session.settings import experiment
from dashboard.views.yours import data, export, model, runs, share
from dashboard.widgets import context_line, context_place, inspected_switch

st.html("<style>.stMain .stMarkdown h2 { font-size: 1.25rem; padding: 0.25rem 0; }</style>")
place = st.container()
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
is_of_model = bool(tabs[drawers.index(model.draw_model_tab)].open)  # the others are about the run
with place:
    if is_of_model and inspected_switch.draw_inspected_line():
        pass
    elif run is not None:
        context_line.draw_context_line(run, has_switch=is_of_model)
    else:
        with context_place.open_context():
            if is_of_model:
                inspected_switch.draw_switch()
            st.markdown(_("**No run yet**: open Live first."), width="content")
load_component("hidden/yours_words")(
    key="yours words",
    data={
        "code": _("The link below as a QR code, to be scanned"),
        "tab": [tab.open for tab in tabs].index(True),  # another tab draws others
    },
)
