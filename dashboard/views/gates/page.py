"""Gates: what does this gate do, and what happens without it?"""

import streamlit as st

from core.cells import CELL_TITLES, CELLS
from dashboard.common.i18n import _
from dashboard.navigation import GATES
from dashboard.session import position
from dashboard.session.controls import draw_tabs, set_tab
from dashboard.views.gates import (
    corpus,
    corpus_state,
    distributions,
    header,
    interventions,
    over_time,
    saturation,
    unit_search,
)
from dashboard.widgets import experiment_panel, train_to_link
from dashboard.widgets.run_on_page import open_run

run = open_run(experiment_panel.draw_panel())
train_to_link.train_to_position(GATES)
linked = position.take_link_position(GATES)
inspected = header.draw_header(run, linked)
corpus_state.note_network(run.id, inspected)
GATED = [CELL_TITLES[name] for name in CELLS if CELLS[name]().gates]
gated = bool(inspected.trace.cell.gates)
NONE = _(
    "A plain RNN has no gates: its state is computed anew at every step, and nothing decides what is kept."
)
if inspected.own is None:
    NONE = _(
        "A plain RNN has no gates: its state is computed anew at every step, and nothing decides what is kept. Choose {cells} or {last} as the cell in All settings.",
        cells=", ".join(GATED[:-1]),
        last=GATED[-1],
    )

TABS = {
    "time": _("Over time"),
    "saturation": _("Saturation and memory"),
    "training": _("Over training"),
    "interventions": _("Interventions"),
    "units": _("Find units"),
    "corpus": _("Units over a corpus"),
}
if "tab" in linked:
    set_tab("gates tab", list(TABS)[min(linked["tab"], len(TABS)) - 1])
tabs = list(draw_tabs("gates tab", TABS).values())
position.note_position(
    GATES,
    tab=1 + next((k for k, tab in enumerate(tabs) if tab.open), 0),
    layer=1 + (inspected.recording.layers.index(inspected.where) if inspected.own is None else 0),
)
if tabs[0].open:
    with tabs[0]:
        if not gated:
            st.info(NONE)
        over_time.draw_over_time(inspected)
if tabs[1].open:
    with tabs[1]:
        if not gated:
            st.info(NONE)
        else:
            saturation.draw_saturation(run, inspected)
if tabs[2].open:
    with tabs[2]:
        if not gated:
            st.info(NONE)
        if inspected.own is None:
            distributions.draw_over_training(run, inspected)
        else:
            distributions.draw_one_sequence(inspected)
if tabs[3].open:
    with tabs[3]:
        interventions.draw_interventions(run, inspected)
if tabs[4].open:
    with tabs[4]:
        unit_search.draw_unit_search(run, inspected)
if tabs[5].open:
    with tabs[5]:
        corpus.draw_corpus(run, inspected)
