"""What the reader's whole model reads: a text with its vocabulary, numbers, or the columns of a table."""

from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from core.analysis.inspection import Inspection
from core.common.messages import say, sentence_of
from core.io.vocabulary import (
    END_TOKENS,
    START_TOKENS,
    UNITS,
    Vocabulary,
    encode,
    read_vocabulary,
    unknown_symbols,
)
from core.io.whole_model.network import Sequences, WholeModel
from core.tasks.data.csv_table import read_table
from dashboard.common.i18n import N_, _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.session import sticky
from dashboard.session.controls import read_control
from dashboard.session.state import state
from dashboard.session.whole_model import IN, OUT, WholeModelState, vocabulary_of
from dashboard.views.yours import sequence
from dashboard.views.yours.whole_table import ChosenRows, choose_rows
from dashboard.widgets.choice import pick_option, pick_segment
from dashboard.widgets.upload_text import read_text

UNIT_TITLES = {"word": N_("words"), "character": N_("characters"), "id": N_("numbers")}
SOURCES = {
    "drawn": N_("random numbers"),
    "typed": N_("numbers that you type or upload"),
    "table": N_("columns of a table"),
}
MAX_UPLOAD_MIB = 16
TABLE = "table"
FIRST_SYMBOLS = 8  # of a first text


@dataclass(frozen=True)
class Given:
    """read: what the network reads. symbols: a label for each step. ids: of what it reads, where these are symbols.

    table: where it is read from one. unit: how texts are cut. answer: the symbols that a decoder is to say, its end among them; None without one.
    """

    read: Sequences
    symbols: tuple[str, ...]
    unit: str = "id"
    ids: Tensor | None = None
    answer: Tensor | None = None
    table: ChosenRows | None = None


def choose_input(network: WholeModel, reads_symbols: bool) -> Given:
    """The controls for what is read. ValueError where that cannot be."""
    if reads_symbols:
        return _choose_text(network)
    inputs = next(iter(network.parts.values())).input_size
    name = pick_option(
        _("Sequence to read"), list(SOURCES), "whole source", lambda name: _(SOURCES[name])
    )
    table = None
    if name == "table":
        _draw_table()
    if name == "table" and state(WholeModelState).table:
        table = choose_rows(state(WholeModelState).table, inputs)
        x, symbols = table.read_chosen()
    else:
        draw = sequence.draw_typed if name == "typed" else sequence.draw_random
        x, symbols = draw(inputs)()
    read = Sequences(x[:, 0])
    if not network.plan.is_pair:
        return Given(read, symbols, table=table)
    decoded, names, answer = _choose_answer(network, "id")
    return Given(Sequences(x[:, 0], decoded), symbols + names, "id", None, answer)


def first_output_step(subject: Inspection) -> int:
    """The first step at which the model says something: a decoder's first."""
    if len(subject.layers) == 1:
        return 0
    encoder = next(iter(subject.layers.values())).recording
    return 0 if encoder is None else encoder.T


def _choose_text(network: WholeModel) -> Given:
    part = next(iter(network.parts))
    rows = _rows_of(network, part)
    _draw_vocabulary(IN, _("Vocabulary: JSON, or one token a line"))
    vocabulary = vocabulary_of(IN)
    _compare_sizes(vocabulary, rows)
    units: list[str] = [*UNITS] if vocabulary else ["id"]
    first = _likely_unit(vocabulary)
    unit = pick_segment(
        _("Its symbols are"),
        units,
        "whole units",
        lambda unit: _(UNIT_TITLES[unit]),
        units.index(first),
        help=_("Words are cut at spaces. Without a vocabulary, write the symbols’ numbers."),
    )
    text = sticky.get_value("whole text", None)
    if text is None:
        text = _first_text(vocabulary, unit, rows)
    st.text_area(_("Text"), text, height=90, **sticky.connect("whole text", text))
    ids, symbols = encode(text, unit, vocabulary, rows)
    if unknown := unknown_symbols(text, unit, vocabulary):
        st.caption(
            escape_markdown(
                _(
                    "Not in the vocabulary, and read as {unknown}: {symbols}",
                    unknown=vocabulary.unknown,
                    symbols=", ".join(unknown[:10]),
                )
            )
        )
    if not network.plan.is_pair:
        return Given(Sequences(ids), symbols, unit, ids)
    decoded, names, answer = _choose_answer(network, unit)
    return Given(Sequences(ids, decoded), symbols + names, unit, ids, answer)


def _compare_sizes(vocabulary: Vocabulary, rows: int) -> None:
    """Says so where there are not as many tokens as symbols: words would be read as others, and nothing else tells."""
    tokens = 1 + max(vocabulary.ids.values(), default=-1)
    if tokens not in (0, rows):
        st.caption(
            _(
                "The vocabulary has {tokens:,} tokens, and the model reads {rows:,} symbols: is it the one that the model "
                "was trained with?",
                tokens=tokens,
                rows=rows,
            )
        )


def _rows_of(network: WholeModel, part: str) -> int:
    table = network.tables[part]
    return network.parts[part].input_size if table is None else len(table)


def _choose_answer(network: WholeModel, unit: str) -> tuple[Tensor, tuple[str, ...], Tensor]:
    """What the decoder is to say: (what it reads, a label for each step, what it is to say)."""
    rows = _rows_of(network, "decoder")
    _draw_vocabulary(OUT, _("Vocabulary of the decoder, where it is another one"))
    vocabulary = vocabulary_of(OUT)
    text = sticky.get_value("whole answer", None)
    if text is None:
        text = _first_text(vocabulary, unit, min(rows, network.outputs))
    st.text_area(
        _("What the decoder is to say"), text, height=70, **sticky.connect("whole answer", text)
    )
    left, right = st.columns(2)
    start, end = vocabulary.first_of(START_TOKENS), vocabulary.first_of(END_TOKENS)
    start = sticky.get_value("whole start", start if start is not None else 0)
    end = sticky.get_value("whole end", end if end is not None else min(1, network.outputs - 1))
    start, end = min(start, rows - 1), min(end, network.outputs - 1)
    left.number_input(
        _("Number of its start symbol"),
        0,
        rows - 1,
        start,
        help=_("What the decoder reads first. The file does not say it."),
        **sticky.connect("whole start", start),
    )
    right.number_input(
        _("Number of its end symbol"),
        0,
        network.outputs - 1,
        end,
        help=_("What the decoder is to say last. The file does not say it."),
        **sticky.connect("whole end", end),
    )
    ids, names = encode(
        text, unit, vocabulary, min(rows, network.outputs), say("What the decoder is to say")
    )
    start_name = vocabulary.names.get(start, str(start))
    decoded = torch.cat([torch.tensor([start]), ids])
    return decoded, (start_name, *names), torch.cat([ids, torch.tensor([end])])


def _likely_unit(vocabulary: Vocabulary) -> str:
    if not vocabulary:
        return "id"
    short = sum(len(token) == 1 for token in vocabulary.ids)
    return "character" if 2 * short > len(vocabulary) else "word"


def _first_text(vocabulary: Vocabulary, unit: str, rows: int) -> str:
    """Some symbols of the vocabulary's own, to begin with."""
    ordinary = [
        token
        for token, number in vocabulary.ids.items()
        if number < rows and not token.startswith(("<", "[")) and token.strip()
    ]
    if unit == "id" or not ordinary:
        return " ".join(str(k % rows) for k in range(min(FIRST_SYMBOLS, 2 * rows)))
    return (" " if unit == "word" else "").join(ordinary[:FIRST_SYMBOLS])


def _draw_vocabulary(side: str, label: str) -> None:
    """Where a vocabulary is put; what is known of the present one, and why the last one was refused."""
    mine, key = state(WholeModelState), f"whole vocabulary {side}"
    st.file_uploader(
        label,
        key=key,
        type=["json", "txt", "vocab", "tsv"],
        max_upload_size=MAX_UPLOAD_MIB,
        on_change=_take_upload,
        args=(side, key),
    )
    if problem := mine.problems.get(side):
        st.warning(escape_markdown(say_by_label(problem)))
    elif side in mine.vocabularies:
        known = mine.vocabularies[side]
        st.caption(
            escape_markdown(
                _(
                    "{file}: {n:,} tokens, {some} …",
                    file=mine.names[side],
                    n=len(known),
                    some=" ".join(list(known.ids)[:6])[:60],
                )
            )
        )


def _take_upload(kind: str, key: str) -> None:
    """A vocabulary, or a table, came; or the reader took it away, which a refused one does not do."""
    mine, upload = state(WholeModelState), read_control(key)
    refused = mine.problems.pop(kind, "")
    if upload is None:
        if not refused:
            _forget_upload(kind)
        return
    try:
        _keep_upload(kind, read_text(upload), upload.name)
    except ValueError as error:
        mine.problems[kind] = sentence_of(error)


def _keep_upload(kind: str, text: str, name: str) -> None:
    mine = state(WholeModelState)
    if kind == TABLE:
        read_table(text)
        mine.table = text
        sticky.forget_values(("whole columns", "whole naming", "whole sequence"))
        sticky.forget_values(("whole first line", "whole lines", "whole class order"))
    else:
        vocabulary = read_vocabulary(text)
        if not vocabulary:
            raise ValueError(
                _("Vocabulary: expected tokens, got an empty file. Choose another one.")
            )
        mine.vocabularies[kind] = vocabulary
        sticky.forget_values(("whole units", "whole text", "whole answer"))
        sticky.forget_values(("whole start", "whole end"))
    mine.names[kind] = name


def _forget_upload(kind: str) -> None:
    mine = state(WholeModelState)
    if kind == TABLE:
        mine.table = ""
    else:
        mine.vocabularies.pop(kind, None)


def _draw_table() -> None:
    """Where a table is put, and why the last one was refused."""
    st.file_uploader(
        _("CSV file: a line for each step"),
        key="whole table",
        type=["csv", "tsv", "txt"],
        max_upload_size=MAX_UPLOAD_MIB,
        on_change=_take_upload,
        args=(TABLE, "whole table"),
    )
    if problem := state(WholeModelState).problems.get(TABLE):
        st.warning(escape_markdown(say_by_label(problem)))
