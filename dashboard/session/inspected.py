"""What the pages that look inside look at: the run, the reader's own model, or what a notebook recorded.

    own = looking.choose()        # the switch; None: the run

The choice holds on Unrolled, Gates and Gradients alike. There is a switch only where there is a choice.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from core.analysis.inspection import Inspection, Reading
from core.layers.recording import Recording
from dashboard.common.file_names import plain_name
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.serving.turns import turn

RUN, MODEL, RECORDED = "run", "model", "recorded"
TITLES = {RUN: _("The run"), MODEL: _("Own model"), RECORDED: _("Recording")}


@dataclass(frozen=True)
class Own:
    """One sequence, read by something that does not train here.

    run: another name for another model, sequence or loss. reading.recording holds one sequence, cut at
    its end; batch: every sequence that was recorded. subject: None where there are numbers and no
    weights; then there are no losses either, and no output. where: the layer and direction looked at.
    """

    run: str
    title: str
    symbols: tuple[str, ...]
    reading: Reading
    batch: Recording
    subject: Inspection | None = None
    where: tuple[int, str] = (0, "forward")

    @property
    def recording(self) -> Recording:
        """Of the one sequence."""
        return self.reading.recording

    @property
    def file(self) -> str:
        """How the name of a saved picture begins."""
        return plain_name(["own", self.title, self.recording.cell.name])


def of_subject(subject: Inspection) -> Own:
    """A model that can be run again, reading its sequence now."""
    with turn():
        reading = subject.read()
    return Own(_name(), subject.title, subject.symbols, reading, reading.recording, subject)


def of_recording(title: str, batch: Recording, which: int) -> Own:
    """One sequence of a batch that was only recorded.

    Under its steps stands the input where that is one number, else the step's own number.
    """
    steps = max(1, int(batch.lengths[which]))
    none = np.zeros((steps, 0), np.float32)
    reading = Reading(
        batch.sequence(which).until(steps), none, float("nan"), (), np.zeros(0), {}, none
    )
    x = reading.recording[batch.layers[0]]["x"].values[:, 0]
    symbols = [f"{row[0]:.3g}" if len(row) == 1 else str(t) for t, row in enumerate(x, 1)]
    return Own(_name(), title, tuple(symbols), reading, batch)


def _name() -> str:
    return f"own.{uuid.uuid4().hex[:8]}"


def prefer(kind: str) -> None:
    """The reader has just brought this: from now on the pages look at it."""
    st.session_state["looking at"] = kind


def choose(layer_key: str = "") -> Own | None:
    """The switch, and a line that says what is looked at; None: the run of this page.

    layer_key: the key of a control for the layer, where the whole page looks at one: see `layer`.
    """
    kinds = [RUN]
    kinds += [MODEL] if st.session_state.get("subject") is not None else []
    kinds += [RECORDED] if st.session_state.get("watched") else []
    if len(kinds) == 1:
        return None
    now = st.session_state.get("looking at", RUN)
    st.session_state["look at"] = now if now in kinds else RUN
    with st.container(horizontal=True, vertical_alignment="center", key="looking"):
        st.segmented_control(
            _("Look at"),
            kinds,
            format_func=TITLES.__getitem__,
            key="look at",
            required=True,
            on_change=_chosen,
            label_visibility="collapsed",
            width="content",
        )
        kind = st.session_state["look at"]
        own = _model() if kind == MODEL else recorded() if kind == RECORDED else None
        if own is not None and layer_key:
            own = replace(own, where=layer(own.recording, layer_key))
        if own is not None:
            st.markdown(_line(own), width="content")
        if kind == MODEL:
            st.page_link(
                "views/yours/page.py",
                label=_("Another sequence"),
                icon=":material/edit:",
                width="content",
            )
    return own


def _chosen() -> None:
    prefer(st.session_state["look at"])


def _model() -> Own:
    subject: Inspection = st.session_state["subject"]
    kept: Own | None = st.session_state.get("own seen")
    if kept is None or kept.subject is not subject:
        kept = st.session_state["own seen"] = of_subject(subject)
    return kept


def recorded() -> Own:
    """What a notebook recorded; with controls for the layer and the sequence, where there are several."""
    watched: Mapping[str, Recording] = st.session_state["watched"]
    names = list(watched)
    name, which = st.session_state.get("recorded at", (names[0], 0))
    name = name if name in watched else names[0]
    if len(names) > 1:
        st.session_state["recorded layer"] = name
        name = st.selectbox(
            _("Layer of the model"),
            names,
            format_func=lambda n: plain(n or _("the model itself")),
            key="recorded layer",
            label_visibility="collapsed",
            width=170,
        )
    batch = watched[name]
    which = min(which, batch.B - 1)
    if batch.B > 1:
        st.session_state["recorded sequence"] = which
        which = st.selectbox(
            _("Sequence"),
            range(batch.B),
            format_func=lambda k: _("sequence {n} of {B}").format(n=k + 1, B=batch.B),
            key="recorded sequence",
            label_visibility="collapsed",
            width=170,
        )
    st.session_state["recorded at"] = (name, which)
    kept = st.session_state.get("recording seen")
    if kept is None or kept[0] is not batch or kept[1] != which:
        title = name if len(names) == 1 else ""  # of several, the control says it
        kept = (batch, which, of_recording(title, batch, which))
        st.session_state["recording seen"] = kept
    return kept[2]


def _line(own: Own) -> str:
    """What it is, in words."""
    cell = own.recording.cell.name
    title = own.title if own.title.lower() != cell else ""
    size = _("{T} steps, {H} units").format(T=len(own.symbols), H=own.recording.H)
    parts = [f"**{plain(title)}**" if title else "", own.recording.cell.title, size]
    if own.subject is not None:
        parts.append(_("loss **{loss:.4g}**").format(loss=own.reading.loss))
    return " · ".join(part for part in parts if part)


def layer(recording: Recording, key: str) -> tuple[int, str]:
    """Which layer and direction of it, where there are several: a selectbox."""
    wheres = recording.layers
    if len(wheres) == 1:
        return wheres[0]
    return st.selectbox(
        _("Layer"),
        wheres,
        label_visibility="collapsed",
        format_func=lambda w: _("layer {n}, {way}").format(n=w[0] + 1, way=_(w[1])),
        key=key,
        width=160,
    )


def needs_a_run(what: str) -> None:
    """In place of a view that has no meaning for a model that does not train here."""
    st.info(
        _("{what} needs a run that trains here: choose “{run}” above.").format(
            what=what, run=TITLES[RUN]
        )
    )


def needs_weights(what: str) -> None:
    """In place of a view that a recording is not enough for."""
    st.info(
        _(
            "{what} needs the weights, and a recording holds numbers alone. Upload the model's state_dict on "
            "Yours."
        ).format(what=what)
    )
