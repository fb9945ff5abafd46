"""Yours: saved runs, own model, own data, export, share. The line above them is drawn last: an own model is read in its tab."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.player.component import load_component
from dashboard.session.controls import draw_tabs
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
drawers = {
    "runs": runs.draw_runs_tab,
    "model": model.draw_model_tab,
    "data": data.draw_data_tab,
    "export": export.draw_export_tab,
    "share": lambda: share.draw_share_tab(present),
}
titles = (_("Runs"), _("Own model"), _("Own data"), _("Export"), _("Share"))
tabs = draw_tabs("yours tab", dict(zip(drawers, titles, strict=True)))
for key, draw in drawers.items():
    if tabs[key].open:
        with tabs[key]:
            draw()
is_of_model = bool(tabs["model"].open)  # the others are about the run
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
        "tab": [tab.open for tab in tabs.values()].index(True),  # another tab draws others
    },
)
