"""The sequence that the reader's own model reads: drawn, typed, uploaded, or a text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from core.common.registry import Registry
from core.io import user_sequences
from core.io.checkpoints import CheckpointLayer, embedding_tables
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.session import sticky
from dashboard.session.controls import read_control
from dashboard.session.state import state
from dashboard.widgets.upload_text import read_text

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
# What the reader sets here, by the names of the controls.
SETTINGS = (
    "own source",
    "own steps",
    "own seed",
    "own numbers",
    "own table",
    "own alphabet",
    "own text",
)

Source = Callable[[], tuple[Tensor, tuple[str, ...]]]


@dataclass
class SequenceState:
    """problem: why the last file was refused, until it was said."""

    problem: str = ""


def choose_source(stored: CheckpointLayer, tensors: Mapping[str, Tensor]) -> Source:
    """The controls for the sequence to read -> what makes it."""
    inputs = stored.input_size
    sources: Registry[Callable[[], Source]] = Registry(
        "source",
        {
            "drawn": lambda: _draw_random(inputs),
            "typed": lambda: _draw_typed(inputs),
            "symbols": lambda: _draw_symbols(inputs, embedding_tables(tensors, inputs)),
        },
    )
    titles = {
        "drawn": _("numbers drawn at random"),
        "typed": _("numbers typed or uploaded"),
        "symbols": _("a text, symbol by symbol"),
    }
    names, name = list(sources), sticky.get_value("own source", "drawn")
    st.selectbox(
        _("It reads"),
        names,
        names.index(name),
        format_func=lambda name: titles[name],
        **sticky.connect("own source", name),
    )
    return sources[name]()


def _draw_random(inputs: int) -> Source:
    steps, seed = st.columns(2)
    T, k = sticky.get_value("own steps", 20), sticky.get_value("own seed", 1)
    steps.number_input(_("Steps"), 1, user_sequences.MAX_STEPS, T, **sticky.connect("own steps", T))
    seed.number_input(_("Seed"), 0, 2**31 - 1, k, **sticky.connect("own seed", k))
    return lambda: user_sequences.draw_numbers(inputs, T, k)


def _draw_typed(inputs: int) -> Source:
    st.file_uploader(
        _("A CSV file: a line for each step"),
        key="own csv",
        type=["csv", "txt"],
        max_upload_size=2,
        on_change=_take_csv,
        args=(inputs,),
    )
    sequence = state(SequenceState)
    if sequence.problem:
        st.warning(escape_markdown(sequence.problem))
        sequence.problem = ""
    text = sticky.get_value("own numbers", "")
    st.text_area(
        _("or type: {n} numbers for each step, a line each").format(n=inputs),
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
        state(SequenceState).problem = str(error)
    else:
        sticky.set_value("own numbers", table)


def _draw_symbols(inputs: int, embeddings: dict[str, Tensor]) -> Source:
    choices = [_("one-hot"), *embeddings]
    name = sticky.get_value("own table", choices[-1])
    st.selectbox(
        _("Each symbol becomes"), choices, choices.index(name), **sticky.connect("own table", name)
    )
    table = embeddings.get(name, torch.eye(inputs))
    alphabet = sticky.get_value("own alphabet", ALPHABET[: len(table)])
    st.text_input(
        _("Alphabet, in the order of your model"),
        alphabet,
        **sticky.connect("own alphabet", alphabet),
    )
    text = sticky.get_value("own text", "hello" if len(table) >= 26 else alphabet[:5])
    st.text_input(_("Text"), text, **sticky.connect("own text", text))
    return lambda: user_sequences.parse_symbols(text, alphabet, table)
