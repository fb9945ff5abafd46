"""The reader's own model: an uploaded state_dict, or what a notebook recorded."""

import zlib
from collections.abc import Callable

import streamlit as st
import torch
from torch import Tensor

from core import own
from core.export import arrays
from core.own import LOSSES, Found, find_layers, tables
from core.recording import Recording
from core.registry import Registry
from core.uploads import read_tensors
from dashboard.controls import CELL_TITLES, plain
from dashboard.seats import turn
from dashboard.text import _
from dashboard.yours import views

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LOSS_TITLES = {
    "last state": _("the size of the last state, ‖h_T‖"),
    "one unit": _("one unit of the last state"),
    "all states": _("the sum of all states of all steps"),
}


def tab() -> None:
    """The whole tab."""
    watched: dict[str, Recording] | None = st.session_state.get("watched")
    if watched:
        _watched(watched)
        return
    st.caption(
        _(
            "The state_dict of a torch.nn.RNN, LSTM or GRU, or of a model that contains some: .safetensors, or "
            ".pt as torch.save(model.state_dict(), …) writes it. Nothing in the file is executed."
        )
    )
    upload = st.file_uploader(
        _("A state_dict"),
        key="own model",
        type=["safetensors", "pt", "pth", "bin"],
        max_upload_size=64,
    )
    if upload is None:
        st.markdown(
            _(
                "From a notebook: `with watch(model) as recordings: loss(model(batch)).backward()`, then "
                "`recordings.show()` opens this page on the recorded batch."
            )
        )
        return
    try:
        tensors = read_tensors(upload.getvalue(), upload.name)
        found = find_layers(tensors)
    except ValueError as error:
        st.warning(plain(str(error)))
        return
    which = st.radio(
        _("Found in the file"),
        range(len(found)),
        format_func=lambda k: _described(found[k]),
        key="own layer",
    )
    _read(found[which], tensors, upload.file_id)


def _described(found: Found) -> str:
    layers = _("1 layer") if found.num_layers == 1 else _("{n} layers").format(n=found.num_layers)
    both = _("both directions") if found.bidirectional else _("one direction")
    bias = _("with biases") if found.bias else _("no biases")
    name = plain(found.name or _("the model itself"))
    return (
        f"{name}: {CELL_TITLES[found.cell]}, {layers}, {both}, "
        + _("{inputs} inputs, {hidden} units").format(
            inputs=found.input_size, hidden=found.hidden_size
        )
        + f", {bias}, "
        + _("{n} numbers").format(n=f"{found.count:,}")
    )


def _read(found: Found, tensors: dict[str, Tensor], upload: str) -> None:
    left, right = st.columns(2)
    with left:
        options = _unknown(found)
        source = _sequence(found, tensors)
    with right:
        loss = st.selectbox(
            _("The gradient is that of"), LOSSES, format_func=lambda name: LOSS_TITLES[name]
        )
        unit = 0
        if loss == "one unit":
            most = found.hidden_size * (1 + found.bidirectional) - 1
            unit = int(st.number_input(_("Unit"), 0, most, 0, key="own unit"))
        st.caption(
            _("The file holds no head, so there is no loss of its own: choose what to derive.")
        )
    try:
        x, symbols = source()
        layer = found.layer(**options)
        subject = own.subject(found.name or CELL_TITLES[found.cell], layer, x, symbols, LOSSES[loss], unit)  # fmt: skip
        with turn():
            reading = subject.read()
    except (ValueError, LookupError) as error:
        st.warning(plain(str(error)))
        return
    st.session_state["subject"] = subject
    with right:
        _downloads(reading.recording, symbols)
    digest = zlib.crc32(repr((upload, found.name, options, loss, unit, x.tolist())).encode())
    views.of_subject(subject, reading, f"own {digest:x}")


def _unknown(found: Found) -> dict[str, str]:
    """What the file cannot tell."""
    if found.cell == "rnn":
        activation = st.segmented_control(
            _("Activation (the file does not tell)"),
            ["tanh", "relu"],
            default="tanh",
            required=True,
            key="own activation",
        )
        return {"activation": str(activation)}
    if found.cell == "gru" and "reset" not in found.options:
        reset = st.segmented_control(
            _("Reset (torch: after the product)"),
            ["after", "before"],
            default="after",
            required=True,
            key="own reset",
        )
        return {"reset": str(reset)}
    return {}


Source = Callable[[], tuple[Tensor, tuple[str, ...]]]


def _sequence(found: Found, tensors: dict[str, Tensor]) -> Source:
    """The controls for the sequence to read -> what makes it."""
    inputs = found.input_size
    sources: Registry[Callable[[], Source]] = Registry(
        "source",
        {
            "drawn": lambda: _drawn(inputs),
            "typed": lambda: _typed(inputs),
            "symbols": lambda: _symbols(inputs, tables(tensors, inputs)),
        },
    )
    titles = {
        "drawn": _("numbers drawn at random"),
        "typed": _("numbers typed or uploaded"),
        "symbols": _("a text, symbol by symbol"),
    }
    name = st.selectbox(
        _("It reads"), list(sources), format_func=lambda name: titles[name], key="own source"
    )
    return sources[name]()


def _drawn(inputs: int) -> Source:
    steps, seed = st.columns(2)
    T = steps.number_input(_("Steps"), 1, own.MOST_STEPS, 20, key="own steps")
    k = seed.number_input(_("Seed"), 0, 2**31 - 1, 1, key="own seed")
    return lambda: own.drawn(inputs, int(T), int(k))


def _typed(inputs: int) -> Source:
    file = st.file_uploader(
        _("A CSV file: a line for each step"), key="own csv", type=["csv", "txt"], max_upload_size=2
    )
    text = st.text_area(
        _("or type: {n} numbers for each step, a line each").format(n=inputs),
        key="own numbers",
        height=110,
    )

    def make() -> tuple[Tensor, tuple[str, ...]]:
        if file is None:
            return own.numbers(text, inputs)
        try:
            return own.numbers(own.as_table(file.getvalue().decode("utf-8-sig")), inputs)
        except UnicodeDecodeError:
            raise ValueError(
                _("file: expected UTF-8 text, got other bytes. Save it as UTF-8 and try again.")
            ) from None

    return make


def _symbols(inputs: int, embeddings: dict[str, Tensor]) -> Source:
    choices = [_("one-hot"), *embeddings]
    name = st.selectbox(_("Each symbol becomes"), choices, index=len(choices) - 1, key="own table")
    table = embeddings.get(name, torch.eye(inputs))
    alphabet = st.text_input(
        _("Alphabet, in the order of your model"), LETTERS[: len(table)], key="own alphabet"
    )
    text = st.text_input(_("Text"), "hello" if len(table) >= 26 else alphabet[:5], key="own text")
    return lambda: own.symbols(text, alphabet, table)


def _downloads(recording: Recording, symbols: tuple[str, ...]) -> None:
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


def _watched(watched: dict[str, Recording]) -> None:
    st.markdown(_("Recorded in a notebook:"))
    names = list(watched)
    name = st.selectbox(
        _("Layer"),
        names,
        format_func=lambda n: plain(n or _("the model itself")),
        key="watched layer",
    )
    if st.button(_("Close, and upload a model instead"), key="watched close"):
        del st.session_state["watched"]
        st.rerun()
    recording = watched[name]
    _downloads(recording, ())
    which = 0
    if recording.B > 1:
        which = int(st.number_input(_("Sequence"), 0, recording.B - 1, 0, key="watched sequence"))
    steps = tuple(str(t) for t in range(int(recording.lengths[which])))
    views.of_recording(recording, steps, which)
