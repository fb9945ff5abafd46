"""The reader's own model: an uploaded file, or what a notebook recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from core.cells import CELL_TITLES
from core.common.messages import sentence_of
from core.io import uploads
from core.io.checkpoint_files import is_zip_of_files, unpack_files
from core.io.checkpoint_series import read_series, shapes_of
from core.io.checkpoints import CheckpointLayer
from core.io.model_files import read_model_file
from core.layers.recording import Recording
from dashboard.common.i18n import N_, _, join_words
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.serving.turns import reserve_memory
from dashboard.session import inspected, sticky
from dashboard.session.checkpoints import open_series
from dashboard.session.controls import connect_control, read_control
from dashboard.session.inspected import InspectedState
from dashboard.session.own_model import (
    RESERVED,
    OpenedFile,
    OwnModelState,
    close_model,
    close_recordings,
    forget_file,
    open_model,
    open_notebook_model,
    open_recordings,
)
from dashboard.session.state import state
from dashboard.session.whole_model import forget_whole_model
from dashboard.views.yours import checkpoints, model_reading, whole
from dashboard.views.yours.model_reading import describe_variant
from dashboard.widgets import inspected_switch
from dashboard.widgets.choice import pick_segment

LAYER, WHOLE = "layer", "whole"  # what of the file is looked at
EXTENTS = {LAYER: N_("one layer"), WHOLE: N_("the whole model")}


def draw_model_tab() -> None:
    """The whole tab."""
    inspected_state = state(InspectedState)
    if inspected_state.watched:
        _draw_watched(inspected_state.watched)
        return
    st.caption(
        _(
            "A model that contains an RNN, LSTM or GRU. PyTorch: its state_dict, or a checkpoint with one in it (.pt, .pth, .bin, .ckpt, .tar, .safetensors). Keras: the model or its weights (.keras, .h5). ONNX (.onnx), with its weights in the file. Only numbers and settings are read. Nothing in the file is executed."
        )
    )
    opened = state(OwnModelState).opened
    if opened is None:
        _draw_uploader()
        st.markdown(
            _(
                "From a notebook: `with watch(model) as recordings: loss(model(batch)).backward()`, then `recordings.show()` opens this page on the recorded batch. A file that `recording.save()` wrote opens here too."
            )
        )
        return
    file, sequence, objective = st.columns(3)
    with file:
        st.markdown(f"## {_('File')}")
        _draw_uploader()
        _draw_file(opened)
        checkpoints.draw_slider()
        extent = pick_segment(
            _("Look at"), list(EXTENTS), "own extent", lambda extent: _(EXTENTS[extent])
        )
        stored = _pick_layer(opened) if extent == LAYER else None
    if stored is None:
        whole.draw_whole(opened, (file, sequence, objective))
    else:
        model_reading.draw_reading(stored, opened, sequence, objective)
    if state(InspectedState).subject is None or inspected_switch.chosen_kind() != inspected.MODEL:
        with file:  # else it stands in the line above the page
            st.button(_("Close"), key="own model close", on_click=close_model)


def _draw_uploader() -> None:
    """Where a file is put, and why the last one was refused."""
    model = state(OwnModelState)
    key = f"own model {model.closed}" if model.closed else "own model"
    st.file_uploader(
        _("Model file, or several checkpoints of one model, also as a zip"),
        key=key,
        accept_multiple_files=True,
        max_upload_size=uploads.MAX_FILE_BYTES >> 20,
        on_change=_take_upload,
        args=(key,),
    )
    if model.problem:
        st.warning(escape_markdown(say_by_label(model.problem)))


def _draw_file(opened: OpenedFile) -> None:
    """The name of the file, and what is known of it."""
    st.markdown(_("Open: **{file}**", file=escape_markdown(opened.file)))
    for sentence in opened.model.problems:
        st.warning(escape_markdown(_(sentence)))
    for sentence in opened.model.notes:
        st.caption(escape_markdown(_(sentence)))


def _pick_layer(opened: OpenedFile) -> CheckpointLayer:
    """The layer of the file that is looked at."""
    layers = opened.model.layers
    index = sticky.get_value("own layer", 0)
    st.radio(
        _("Layer"),
        range(len(layers)),
        index,
        format_func=lambda k: _describe_layer(layers[k], len({layer.source for layer in layers})),
        **connect_control("own layer", index, _choose_layer),
    )
    return layers[index]


def _choose_layer(index: int) -> None:
    sticky.set_value("own layer", index)
    sticky.forget_values(model_reading.SETTINGS)  # another layer has another input and other units


def _take_upload(key: str) -> None:
    """Files came, or the reader took them away. What they hold stays when the reader goes to another page,
    or brings one that is refused, and takes that away again."""
    uploaded, model = read_control(key), state(OwnModelState)
    refused, model.problem = model.problem, ""
    if not uploaded:
        if not refused:
            forget_file()
        return
    try:
        _open_uploads([(upload.name, upload.getvalue()) for upload in uploaded])
    except ValueError as error:
        model.problem = sentence_of(error)


def _open_uploads(files: Sequence[tuple[str, bytes]]) -> None:
    """Opens a recording, a model, or several checkpoints of one. ValueError with a sentence.

    What the reader chose stays where the model is of the same make: one more checkpoint, or a newer one.
    """
    before = state(OwnModelState).opened
    *others, (name, content) = files
    if uploads.is_recording(content):
        open_recordings({name.rpartition(".")[0]: uploads.read_recording(content)}, {})
        return
    if others or is_zip_of_files(content):
        unpacked, problems = unpack_files(files)
        series = read_series(unpacked)
        series = replace(series, problems=(*problems, *series.problems))
        reserve_memory(RESERVED, series.nbytes)
        opened = open_series(series)
    else:
        opened = OpenedFile(name, read_model_file(content))
        reserve_memory(RESERVED, opened.model.nbytes)
        state(OwnModelState).series = None
    if before is None or shapes_of(before.model) != shapes_of(opened.model):
        sticky.forget_values((*model_reading.SETTINGS, "own layer"))
        forget_whole_model()
    open_model(opened)


def _describe_layer(stored: CheckpointLayer, sources: int) -> str:
    """sources: how many state_dicts of the file have layers; of several each one is named."""
    layers = _("1 layer") if stored.num_layers == 1 else _("{n} layers", n=stored.num_layers)
    both = _("both directions") if stored.bidirectional else _("one direction")
    bias = _("with biases") if stored.bias else _("no biases")
    name = stored.name or _("the model itself")
    if stored.source and (sources > 1 or not stored.name):
        name = f"{stored.source}: {stored.name}" if stored.name else stored.source
    blocks = len(stored.candidates[0].block_names)
    cell = CELL_TITLES[stored.cell] if stored.cell else _("{n} blocks of rows", n=blocks)
    if len(stored.candidates) == 1:  # the file says all of it
        cell = join_words([cell, *describe_variant(stored.candidates[0])])
    facts = join_words(
        [
            *(cell, layers, both),
            _(
                "{inputs} inputs, {hidden} units",
                inputs=stored.input_size,
                hidden=stored.hidden_size,
            ),
            bias,
            _("{n:,} parameters", n=stored.parameter_count),
        ]
    )
    return _("{part}: {what}", part=escape_markdown(name), what=facts)


def _open_notebook_model() -> None:
    sticky.forget_values((*model_reading.SETTINGS, "own layer"))
    sticky.set_value("own extent", WHOLE)
    forget_whole_model()
    open_notebook_model()


def _say_where_recorded(has_weights: bool, loss_title: str) -> str:
    if loss_title:
        loss = escape_markdown(loss_title)
        return _("**Recorded of a training elsewhere**, with the gradients of {loss}.", loss=loss)
    if has_weights:
        return _(
            "**Recorded in a notebook**, for its own batch and loss, with the layer’s weights."
        )
    return _(
        "**Recorded in a notebook**, for its own batch and loss: the numbers, without weights."
    )


def _draw_watched(watched: Mapping[str, Recording]) -> None:
    model = state(OwnModelState)
    if model.watched_seen is not watched:
        model.watched_seen = watched
        inspected.choose_kind(inspected.RECORDED)
    title = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        seen = inspected_switch.choose_recording()
        model_reading.draw_downloads(seen.recording, seen.symbols)
        st.button(
            _("Close, and upload a model instead"), key="watched close", on_click=close_recordings
        )
        if state(InspectedState).whole is not None:
            st.button(_("Open the whole model"), key="watched whole", on_click=_open_notebook_model)
    mine = state(InspectedState)
    title.markdown(_say_where_recorded(seen.subject is not None, mine.loss_title))
    for sentence in (*mine.passed_over.values(), *([mine.problem] if mine.problem else [])):
        st.caption(escape_markdown(_(sentence)))
    model_reading.draw_page_links()
    model_reading.draw_recorded(seen.recording, seen.symbols)
