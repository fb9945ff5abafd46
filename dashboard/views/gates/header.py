"""The lines above the tabs of the Gates page: what is read, in which layer, and Train."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.layers.recording import Recording
from core.layers.trace import Trace
from core.training.events import ProbePass
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.serving.turns import time_slice
from dashboard.session import interventions, live_run, sticky
from dashboard.session.controls import connect_control
from dashboard.session.inspected import Inspected
from dashboard.widgets import inspected_switch
from dashboard.widgets.layer_picker import pick_layer
from dashboard.widgets.train_button import draw_train_button


@dataclass(frozen=True)
class InspectedLayer:
    """One sequence and the layer that is looked at. name: of the pictures.

    look: of the session's run; own: of the reader's own model or recording. One of them is None.
    """

    name: str
    recording: Recording
    symbols: tuple[str, ...]
    where: tuple[int, str]
    look: ProbePass | None = None
    own: Inspected | None = None

    @property
    def trace(self) -> Trace:
        """Of that layer and direction."""
        return self.recording[self.where]

    @property
    def about(self) -> str | None:
        """How the name of a saved picture begins; None: with the run's."""
        return None if self.own is None else self.own.file


def draw_header(run: live_run.LiveRun, linked: Mapping[str, Any]) -> InspectedLayer:
    """The switch between run and own model, and the strip of the one that is chosen.

    linked: the position of the link, once; {} otherwise.
    """
    own = inspected_switch.choose_inspected("gates layer")
    if own is None:
        return _draw_run_header(run, linked)
    return InspectedLayer(f"{own.run} {own.where}", own.recording, own.symbols, own.where, own=own)


def _draw_run_header(run: live_run.LiveRun, linked: Mapping[str, Any]) -> InspectedLayer:
    trainer = run.trainer

    def set_probe(text: str) -> None:
        """The reader typed a sequence."""
        with time_slice():
            live_run.get_run().set_probe(text)

    with st.container(horizontal=True, vertical_alignment="center", key="strip"):
        draw_train_button("train", "primary")
        st.text_input(
            _("Sequence to watch"),
            trainer.probe.text,
            placeholder=_("another sequence"),
            label_visibility="collapsed",
            help=_("A sequence of your own, as on the Live page; empty: a held-out example"),
            width=170,
            **connect_control("gates probe", trainer.probe.text, set_probe),
        )
        with time_slice():
            look = trainer.look()
        layers = look.recording.layers
        if "layer" in linked:
            sticky.set_value("gates layer", layers[min(linked["layer"], len(layers)) - 1])
        where = pick_layer(look.recording, "gates layer")
        st.markdown(
            _("Update **{n}** · loss **{loss:.3g}**").format(n=trainer.index, loss=look.loss)
            + (
                " · " + _("target: {a}").format(a=escape_markdown(look.probe.answer))
                if look.probe.answer
                else ""
            )
        )
    if run.probe_error:
        st.warning(escape_markdown(run.probe_error))
    if trainer.diverged:
        st.error(escape_markdown(trainer.diverged) + " " + _("Go back on the Live page."))
    if active := interventions.get_run_interventions(trainer):
        st.warning(
            _(
                "**Under an intervention:** {what}. Every picture here shows the network with it."
            ).format(what=escape_markdown(interventions.describe(active))),
            icon=":material/back_hand:",
        )
    return InspectedLayer(f"{run.id} {where}", look.recording, look.probe.symbols, where, look=look)
