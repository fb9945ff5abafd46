"""The reader's own model: an uploaded state_dict, or what a notebook recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from torch import Tensor

from core.cells import CELL_TITLES, CELLS
from core.io import uploads
from core.io.cell_candidates import Candidate
from core.io.checkpoints import CheckpointLayer, find_layers
from core.io.export import arrays
from core.io.user_model import LOSSES, inspect_layer, layer_bytes
from core.layers.recording import Recording
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import PAGES, link_to
from dashboard.serving.turns import reserve_memory, time_slice
from dashboard.session import inspected, sticky
from dashboard.session.controls import connect_control, read_control
from dashboard.session.inspected import InspectedState, forget_model
from dashboard.session.state import state
from dashboard.views.yours import sequence
from dashboard.widgets import inspected_switch, recording_panels

LOSS_TITLES = {
    "last state": _("the size of the last state, ‖h_T‖"),
    "one unit": _("one unit of the last state"),
    "all states": _("the sum of all states of all steps"),
}


# What the reader sets for a model, by the names of the controls.
SETTINGS = ("own cell", "own activation", "own reset", "own loss", "own unit", *sequence.SETTINGS)


@dataclass(frozen=True)
class OpenedFile:
    """A file that was uploaded: its name, one of its own for each upload, its tensors and layers."""

    file: str
    id: str
    tensors: Mapping[str, Tensor]
    layers: Sequence[CheckpointLayer]

    @property
    def nbytes(self) -> int:
        """What the tensors take, in bytes."""
        return sum(v.nbytes for v in self.tensors.values())


@dataclass
class ModelState:
    """opened: the file that was uploaded; problem: why the last one was refused.

    watched_seen: the recordings that this tab has shown already.
    """

    opened: OpenedFile | None = None
    problem: str = ""
    watched_seen: Mapping[str, Recording] | None = None


def draw_model_tab() -> None:
    """The whole tab."""
    inspected_state = state(InspectedState)
    if inspected_state.watched:
        _draw_watched(inspected_state.watched)
        return
    st.caption(
        _(
            "The state_dict of a torch.nn.RNN, LSTM or GRU, or of a model that contains some: .safetensors, or .pt as torch.save(model.state_dict(), …) writes it. Nothing in the file is executed."
        )
    )
    st.file_uploader(
        _("A state_dict"),
        key="own model",
        type=["safetensors", "pt", "pth", "bin"],
        max_upload_size=uploads.MAX_FILE_BYTES >> 20,
        on_change=_take_upload,
    )
    model = state(ModelState)
    if model.problem:
        st.warning(escape_markdown(model.problem))
    opened = model.opened
    if opened is None:
        st.markdown(
            _(
                "From a notebook: `with watch(model) as recordings: loss(model(batch)).backward()`, then `recordings.show()` opens this page on the recorded batch. A file that `recording.save()` wrote opens here too."
            )
        )
        return
    layers = opened.layers
    index = sticky.get_value("own layer", 0)
    st.radio(
        _("Found in {file}").format(file=escape_markdown(opened.file)),
        range(len(layers)),
        index,
        format_func=lambda k: _describe_layer(layers[k]),
        **connect_control("own layer", index, _choose_layer),
    )
    _draw_reading(layers[index], opened)


def _choose_layer(index: int) -> None:
    sticky.set_value("own layer", index)
    sticky.forget_values(SETTINGS)  # another layer has another input and other units


def _take_upload() -> None:
    """A file came, or the reader took it away. What it holds stays when the reader goes to another page,
    or brings one that is refused, and takes that away again."""
    upload, model = read_control("own model"), state(ModelState)
    refused, model.problem = model.problem, ""
    if upload is None and refused:
        return
    if upload is None:
        model.opened = None
        forget_model()
        reserve_memory("own model", 0)
        return
    content = upload.getvalue()
    try:
        if uploads.is_recording(content):
            recording = uploads.read_recording(content)
            reserve_memory("recording", recording.nbytes)
            state(InspectedState).watched = {upload.name.rpartition(".")[0]: recording}
            state(InspectedState).passed_over = {}
            return
        tensors = uploads.read_tensors(content, upload.name)
        opened = OpenedFile(upload.name, upload.file_id, tensors, find_layers(tensors))
        reserve_memory("own model", opened.nbytes)
    except ValueError as error:
        model.problem = str(error)
        return
    open_model(opened)


def open_model(opened: OpenedFile) -> None:
    """From now on this is the reader's own model, here and on the pages that look inside."""
    forget_model()
    state(ModelState).opened = opened
    sticky.forget_values((*SETTINGS, "own layer"))
    inspected.choose_kind(inspected.MODEL)


def _describe_layer(stored: CheckpointLayer) -> str:
    layers = _("1 layer") if stored.num_layers == 1 else _("{n} layers").format(n=stored.num_layers)
    both = _("both directions") if stored.bidirectional else _("one direction")
    bias = _("with biases") if stored.bias else _("no biases")
    name = escape_markdown(stored.name or _("the model itself"))
    blocks = len(stored.candidates[0].block_names)
    cell = CELL_TITLES[stored.cell] if stored.cell else _("{n} blocks of rows").format(n=blocks)
    return (
        f"{name}: {cell}, {layers}, {both}, "
        + _("{inputs} inputs, {hidden} units").format(
            inputs=stored.input_size, hidden=stored.hidden_size
        )
        + f", {bias}, "
        + _("{n} numbers").format(n=f"{stored.parameter_count:,}")
    )


def _draw_reading(stored: CheckpointLayer, opened: OpenedFile) -> None:
    candidate = None if stored.cell else _pick_cell(stored)
    if not stored.cell and candidate is None:  # nothing is read as a cell that it may not be
        forget_model()
        reserve_memory("own model", opened.nbytes)
        return
    left, right = st.columns(2)
    with left:
        options = dict(candidate.options) if candidate else _pick_unknown_options(stored)
        source = sequence.choose_source(stored, opened.tensors)
    with right:
        losses = list(LOSSES)
        loss = sticky.get_value("own loss", losses[0])
        st.selectbox(
            _("The gradient is that of"),
            losses,
            losses.index(loss),
            format_func=lambda name: LOSS_TITLES[name],
            **sticky.connect("own loss", loss),
        )
        unit = 0
        if loss == "one unit":
            last_unit = stored.hidden_size * (1 + stored.bidirectional) - 1
            unit = sticky.get_value("own unit", 0)
            st.number_input(_("Unit"), 0, last_unit, unit, **sticky.connect("own unit", unit))
        st.caption(
            _("The file holds no head, so there is no loss of its own: choose what to derive.")
        )
    try:
        x, symbols = source()
        layer = stored.make_layer(candidate.cell if candidate else None, **options)
        title = stored.name or CELL_TITLES[layer.cell.name]
        subject = inspect_layer(title, layer, x, symbols, LOSSES[loss], unit)
        reserve_memory("own model", opened.nbytes + layer_bytes(layer, len(x)))
        with time_slice():
            reading = subject.read()
    except (ValueError, LookupError) as error:
        st.warning(escape_markdown(str(error)))
        return
    state(InspectedState).subject = subject
    with right:
        _draw_downloads(reading.recording, symbols)
    _draw_page_links()
    recording_panels.draw_recording(reading.recording, symbols)


def _pick_cell(stored: CheckpointLayer) -> Candidate | None:
    """The cell that the reader says it is, where no torch class has such weights; None: nothing yet."""
    number = sticky.get_value("own cell", None)
    st.radio(
        _("Which cell is it? Its shapes fit:"),
        range(len(stored.candidates)),
        index=number,
        format_func=lambda k: _describe_candidate(stored.candidates[k]),
        **sticky.connect("own cell", number),
    )
    return None if number is None else stored.candidates[number]


def _describe_candidate(candidate: Candidate) -> str:
    variant = [
        name if value is True else f"{name} {value}" for name, value in candidate.variant.items()
    ]
    blocks = _("blocks {names}").format(names=", ".join(candidate.block_names))
    return f"{', '.join([CELL_TITLES[candidate.cell], *variant])} ({blocks})"


def _pick_unknown_options(stored: CheckpointLayer) -> dict[str, Any]:
    """What the file cannot tell of torch's cells."""
    known = CELLS[stored.cell]().torch_options if stored.cell else {}
    if len(known.get("activation", ())) > 1:  # a module says which, its weights do not
        activation = sticky.get_value("own activation", "tanh")
        st.segmented_control(
            _("Activation (the file does not tell)"),
            list(known["activation"]),
            default=activation,
            required=True,
            **sticky.connect("own activation", activation),
        )
        return {"activation": activation}
    if "reset" in known:
        reset = sticky.get_value("own reset", "after")
        st.segmented_control(
            _("Reset (torch: after the product)"),
            ["after", "before"],
            default=reset,
            required=True,
            **sticky.connect("own reset", reset),
        )
        return {"reset": reset}
    return {}


def _draw_page_links() -> None:
    """The way to the pages that look inside."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("Look at it on"), width="content")
        for page in PAGES.values():
            if page.looks_inside:
                link_to(page, page.title, ":material/arrow_forward:")


def _draw_downloads(recording: Recording, symbols: tuple[str, ...]) -> None:
    with st.container(horizontal=True):
        st.download_button(
            _("Recording, npz"),
            lambda: arrays.recording_npz(recording),
            "recording.npz",
            "application/octet-stream",
            on_click="ignore",
            key="own npz",
        )
        st.download_button(
            _("Recording, CSV"),
            lambda: arrays.recording_csv(recording, symbols),
            "recording.csv",
            "text/csv",
            on_click="ignore",
            key="own recording csv",
        )


def _draw_watched(watched: Mapping[str, Recording]) -> None:
    model = state(ModelState)
    if model.watched_seen is not watched:
        model.watched_seen = watched
        inspected.choose_kind(inspected.RECORDED)
    st.markdown(
        _("**Recorded in a notebook**, for its own batch and loss: numbers, and no weights.")
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        seen = inspected_switch.choose_recording()
        _draw_downloads(seen.recording, seen.symbols)
        if st.button(_("Close, and upload a model instead"), key="watched close"):
            state(InspectedState).watched = {}
            reserve_memory("recording", 0)
            st.rerun()
    for sentence in state(InspectedState).passed_over.values():
        st.caption(escape_markdown(sentence))
    _draw_page_links()
    recording_panels.draw_recording(seen.recording, seen.symbols)
