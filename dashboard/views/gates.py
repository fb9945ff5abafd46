"""Gates: what does this gate do, and what happens without it?"""

from typing import cast

import streamlit as st

from core.recording import Trace
from dashboard import (
    catching_up,
    controls,
    cursor,
    intervening,
    interventions,
    live,
    remembering,
    searching,
)
from dashboard.figures import gates as figures
from dashboard.pictures import chart
from dashboard.text import _

UPDATES, PATIENCE = 100, 20  # of a press of Train, and the seconds that it may take

run = live.opened(controls.panel())
trainer = run.trainer
catching_up.to_the_link("gates")
arrived = cursor.take("gates")


def read() -> None:
    """The reader typed a sequence."""
    with live.turn():
        run.read(st.session_state["gates probe"])


with st.container(horizontal=True, vertical_alignment="center", key="strip"):
    if st.button(
        _("Train {n} updates").format(n=UPDATES),
        key="train",
        type="primary",
        icon=":material/play_arrow:",
    ):
        made = run.train(UPDATES, PATIENCE)
        if made < UPDATES and not trainer.diverged:
            st.toast(
                _("{made} updates in {seconds} seconds: press again to go on.").format(
                    made=made, seconds=PATIENCE
                )
            )
    st.session_state["gates probe"] = trainer.probe.text
    st.text_input(
        _("Watch it read"),
        key="gates probe",
        on_change=read,
        placeholder=_("another sequence"),
        label_visibility="collapsed",
        help=_("A sequence of your own, as on the Live page; empty: one of the held-out ones"),
        width=170,
    )
    with live.turn():
        look = trainer.look()
    wheres = look.recording.layers
    if "layer" in arrived:
        st.session_state["gates layer"] = wheres[min(arrived["layer"], len(wheres)) - 1]
    where = wheres[0]
    if len(wheres) > 1:
        where = st.selectbox(
            _("Layer"),
            wheres,
            label_visibility="collapsed",
            format_func=lambda w: _("layer {n}, {way}").format(n=w[0] + 1, way=_(w[1])),
            key="gates layer",
            width=160,
        )
    st.markdown(
        _("Update **{n}** · loss **{loss:.3g}**").format(n=trainer.index, loss=look.loss)
        + (
            " · " + _("answer: {a}").format(a=controls.plain(look.probe.answer))
            if look.probe.answer
            else ""
        )
    )
if run.probe_error:
    st.warning(controls.plain(run.probe_error))
if trainer.diverged:
    st.error(controls.plain(trainer.diverged) + " " + _("Go back on the Live page."))
if held := interventions.in_force(trainer):
    st.warning(
        _("**Under an intervention:** {what}. It is in every picture here.").format(
            what=controls.plain(interventions.sentence(held))
        ),
        icon=":material/back_hand:",
    )

trace = cast(Trace, look.recording[where])
symbols = look.probe.symbols
name = f"{run.id} {where}"
gated = bool(trace.cell.gates)
NONE = _(
    "A plain RNN has no gates: its state is computed anew at every step, so nothing decides what is kept. "
    "Choose LSTM or GRU as the cell in the sidebar; what can be shown of an RNN is its state h."
)

TABS = [
    _("Over time"),
    _("Saturation and memory"),
    _("Over training"),
    _("Interventions"),
    _("Find units"),
]
if "tab" in arrived:
    st.session_state["gates tab"] = TABS[min(arrived["tab"], len(TABS)) - 1]
tabs = st.tabs(TABS, key="gates tab", on_change="rerun")
cursor.note(
    "gates",
    tab=1 + next((k for k, tab in enumerate(tabs) if tab.open), 0),
    layer=1 + wheres.index(where),
)
if tabs[0].open:
    with tabs[0]:
        st.caption(
            _(
                "Each row of a map is a unit, each column a step of the sequence above; gates go from empty "
                "(0, shut) to full (1, open), states are blue below and red above 0. A gate is a sigmoid of "
                "input and last state, so it may open for one symbol and shut for the next. Train, and look "
                "for units whose gate follows a symbol; type a sequence of your own above."
            )
        )
        if not gated:
            st.info(NONE)
        chart(figures.over_time(trace, symbols, name), "over time")
if tabs[1].open:
    with tabs[1]:
        if not gated:
            st.info(NONE)
        else:
            remembering.show(run, look, where)
if tabs[2].open:
    with tabs[2]:
        st.caption(
            _(
                "Each column is the spread of all values on the watched sequence after that update: the fuller, "
                "the more of them. Sigmoids of small numbers begin around ½, and move to the ends where a switch "
                "pays. Train on, then compare forget bias 0 with 3."
            )
        )
        if not gated:
            st.info(NONE)
        if len(run.history.updates) < 2:
            st.info(
                _("One column so far: train a hundred updates, and there is something to compare.")
            )
        chart(figures.over_training(run.history, *where, trace, name), "over training")
if tabs[3].open:
    with tabs[3]:
        intervening.show(run, where)
if tabs[4].open:
    with tabs[4]:
        searching.show(run, look, where)
