"""The sequence that the reader's own model reads: drawn, typed, uploaded, or a text."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from core.common.messages import sentence_of
from core.common.registry import Registry
from core.io import user_sequences
from core.io.checkpoints import CheckpointLayer
from core.io.companions import find_embeddings
from core.io.model_files import ModelFile
from dashboard.common.i18n import N_, _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.session import sticky
from dashboard.session.controls import read_control
from dashboard.session.state import state
from dashboard.widgets.choice import draw_list
from dashboard.widgets.upload_text import read_text

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
MAX_WORDS_SHOWN = 5  # of a vocabulary, as the first text to read
UNITS = {"character": N_("characters"), "word": N_("whole words")}
# What the reader sets here, by the names of the controls.
SETTINGS = (
    "own source",
    "own steps",
    "own seed",
    "own numbers",
    "own table",
    "own units",
    "own alphabet",
    "own text",
)

Sequence = tuple[Tensor, tuple[str, ...]]
# A layer and the file that it is in -> what it reads, which may go through the file's own embedding.
Source = Callable[[CheckpointLayer, ModelFile], Sequence]


@dataclass
class SequenceState:
    """problem: why the last file was refused, until it was shown."""

    problem: str = ""


def choose_source(stored: CheckpointLayer, file: ModelFile) -> Source:
    """The controls for the sequence to read -> what makes it."""
    inputs = stored.input_size
    sources: Registry[Callable[[], Source]] = Registry(
        "source",
        {
            "drawn": lambda: _of_any_file(draw_random(inputs)),
            "typed": lambda: _of_any_file(draw_typed(inputs)),
            "symbols": lambda: _draw_symbols(inputs, find_embeddings(file, stored)),
        },
    )
    titles = {
        "drawn": _("random numbers"),
        "typed": _("numbers that you type or upload"),
        "symbols": _("a text"),
    }
    names, name = list(sources), sticky.get_value("own source", "drawn")
    draw_list(
        _("Sequence to read"),
        names,
        names.index(name),
        format_func=lambda name: titles[name],
        **sticky.connect("own source", name),
    )
    return sources[name]()


def _of_any_file(read: Callable[[], Sequence]) -> Source:
    return lambda _stored, _file: read()


def draw_random(inputs: int) -> Callable[[], Sequence]:
    """The controls for numbers drawn at random."""
    steps, seed = st.columns(2)
    T, k = sticky.get_value("own steps", 20), sticky.get_value("own seed", 1)
    steps.number_input(_("Steps"), 1, user_sequences.MAX_STEPS, T, **sticky.connect("own steps", T))
    seed.number_input(_("Seed"), 0, 2**31 - 1, k, **sticky.connect("own seed", k))
    return lambda: user_sequences.draw_numbers(inputs, T, k)


def draw_typed(inputs: int) -> Callable[[], Sequence]:
    """The box for numbers that are typed or uploaded."""
    st.file_uploader(
        _("CSV file: a line for each step"),
        key="own csv",
        type=["csv", "tsv", "txt"],
        max_upload_size=2,
        on_change=_take_csv,
        args=(inputs,),
    )
    sequence = state(SequenceState)
    if sequence.problem:
        st.warning(escape_markdown(say_by_label(sequence.problem)))
        sequence.problem = ""
    text = sticky.get_value("own numbers", "")
    st.text_area(
        _("Numbers: one for each step")
        if inputs == 1
        else _("Numbers: a line for each step, {n} numbers a line", n=inputs),
        text,
        height=110,
        **sticky.connect("own numbers", text),
    )
    return lambda: user_sequences.parse_numbers(text, inputs)


def _take_csv(inputs: int) -> None:
    """What the file holds goes into the box, where it stays and can be changed."""
    file = read_control("own csv")
    if file is None:
        return
    try:
        table = user_sequences.csv_as_text(read_text(file))
        user_sequences.parse_numbers(table, inputs)
    except ValueError as error:
        state(SequenceState).problem = sentence_of(error)
    else:
        sticky.set_value("own numbers", table)


def _draw_symbols(inputs: int, embeddings: dict[str, Tensor]) -> Source:
    one_hot = _("one-hot, {n} symbols", n=inputs)
    tables = {**embeddings, one_hot: torch.eye(inputs)}
    names = list(tables)
    name = sticky.get_value("own table", names[0])
    name = name if name in names else names[0]
    draw_list(
        _("Each symbol becomes"),
        names,
        names.index(name),
        format_func=lambda name: (
            name
            if name == one_hot
            else _("its row of {name}, {n} symbols", name=name, n=len(tables[name]))
        ),
        **sticky.connect("own table", name),
    )
    table = tables[name]
    units = sticky.get_value("own units", "character")
    st.segmented_control(
        _("Its symbols are"),
        list(UNITS),
        default=units,
        required=True,
        format_func=lambda unit: _(UNITS[unit]),
        **sticky.connect("own units", units),
    )
    words = units == "word"
    alphabet = sticky.get_value("own alphabet", ALPHABET[: len(table)])
    st.text_area(
        _("Vocabulary, in the order of your model; a JSON list or dict is read too"),
        alphabet,
        height=70,
        **sticky.connect("own alphabet", alphabet),
    )
    text = sticky.get_value("own text", None)
    if text is None:
        text = _first_text(alphabet, words, len(table))
    st.text_input(_("Text"), text, **sticky.connect("own text", text))

    def read(stored: CheckpointLayer, file: ModelFile) -> Sequence:
        rows = table if name == one_hot else find_embeddings(file, stored)[name]
        vocabulary = user_sequences.parse_vocabulary(alphabet, words)
        return user_sequences.parse_symbols(text, vocabulary, rows, words)

    return read


def _first_text(alphabet: str, words: bool, rows: int) -> str:
    """A text of the vocabulary's own, to begin with."""
    if alphabet == ALPHABET and rows >= len(ALPHABET) and not words:
        return "hello"
    try:
        symbols = list(user_sequences.parse_vocabulary(alphabet, words))[:MAX_WORDS_SHOWN]
    except ValueError:
        return ""
    return (" " if words else "").join(symbols)
