"""The lines above the tabs of the Gates page: what is looked at, and in which layer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.layers.recording import Recording
from core.layers.trace import Trace
from core.training.events import ProbePass
from dashboard.common.i18n import _, join_sentences
from dashboard.common.markdown import escape_markdown
from dashboard.session import interventions, live_run, sticky
from dashboard.session.inspected import Inspected
from dashboard.widgets import inspected_switch
from dashboard.widgets.context_line import draw_context_line
from dashboard.widgets.layer_picker import pick_layer


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
    look = draw_context_line(run)
    layers = look.recording.layers
    if "layer" in linked:
        sticky.set_value("gates layer", layers[min(linked["layer"], len(layers)) - 1])
    where = pick_layer(look.recording, "gates layer")
    if run.trainer.diverged:
        diverged = escape_markdown(_(run.trainer.diverged))
        st.error(join_sentences([diverged, _("Go back on the Live page.")]))
    if active := interventions.get_run_interventions(run.trainer):
        st.warning(
            _(
                "**This run trains under an intervention:** {what}. Every picture here shows the network with it.",
                what=escape_markdown(interventions.describe(active)),
            ),
            icon=":material/back_hand:",
        )
    return InspectedLayer(f"{run.id} {where}", look.recording, look.probe.symbols, where, look=look)
