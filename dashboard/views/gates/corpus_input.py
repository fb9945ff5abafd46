"""The corpus: uploaded, pasted, or what the run has held out; and how it is cut into sequences."""

import streamlit as st

from core.analysis.corpus import Corpus
from core.analysis.corpus_readers import CorpusModel
from core.common.messages import sentence_of
from core.io.corpus_text import (
    FORMS,
    MAX_FILE_BYTES,
    MAX_SYMBOLS,
    TableColumns,
    decode_corpus,
    read_corpus,
    table_columns,
)
from core.training.trainer import Trainer
from dashboard.common.i18n import N_, _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.session.controls import read_control
from dashboard.session.state import state
from dashboard.views.gates.corpus_state import HELD_OUT, PASTED, CorpusState, take_content
from dashboard.widgets.choice import pick_option, pick_segment

TITLES = {
    "text": N_("one text, read through"),
    "lines": N_("lines, each from a state of zeros"),
    "table": N_("a table (CSV): a row for each symbol"),
}
MAX_HELD_OUT = 200  # sequences


def draw_input(trainer: Trainer | None) -> None:
    """Where the corpus comes from. trainer: of the run; None for the reader's own model."""
    upload, paste = st.columns(2)
    upload.file_uploader(
        _("A corpus: a text file or a table (TXT, CSV)"),
        key="corpus file",
        max_upload_size=MAX_FILE_BYTES >> 20,
        on_change=_take_upload,
    )
    paste.text_area(_("or paste it here"), key="corpus paste", height=110, on_change=_take_paste)
    mine = state(CorpusState)
    if trainer is not None and not mine.content:
        paste.button(
            _("Take what the run has held out"),
            key="corpus held out",
            on_click=_take_held_out,
            args=(trainer,),
        )
    if mine.problem:
        st.warning(escape_markdown(say_by_label(mine.problem)))


def draw_form() -> tuple[str, TableColumns | None, str]:
    """(how the corpus is cut into sequences, the columns of a table, a text to look for)."""
    mine = state(CorpusState)
    is_table = mine.source.lower().endswith((".csv", ".tsv"))
    first = 2 if is_table else int(mine.source == HELD_OUT)
    form_place, text_place = st.columns([2, 1], vertical_alignment="bottom")
    with form_place:
        form = pick_segment(
            _("Read it as"), FORMS, f"corpus form {first}", lambda f: _(TITLES[f]), first
        )
    text = text_place.text_input(
        _("Which unit follows this text? (may be empty)"), key="corpus text", max_chars=40
    )
    return form, _draw_columns(mine.content) if form == "table" else None, text or ""


def _draw_columns(content: str) -> TableColumns | None:
    try:
        names, by_name = table_columns(content)
    except ValueError:
        return None  # reading it says why
    left, right, rest = st.columns(3, vertical_alignment="bottom")
    with left:
        symbols = pick_option(
            _("Column of the symbols"),
            names,
            f"corpus symbols {names}",
            str,
            names.index(by_name.symbols),
        )
    with right:
        choices = ("", *names)
        sequence = pick_option(
            _("Column that names the sequence"),
            choices,
            f"corpus sequences {names}",
            lambda name: name or _("none: one sequence"),
            choices.index(by_name.sequence),
        )
    others = [name for name in names if name not in (symbols, sequence)]
    if others:
        rest.caption(_("Annotations: {names}", names=escape_markdown(", ".join(others))))
    return TableColumns(symbols, "" if sequence == symbols else sequence)


def make_corpus(model: CorpusModel, form: str, columns: TableColumns | None) -> Corpus:
    """The reader's text in the symbols of the model. ValueError where there is nothing in it to read."""
    return read_corpus(state(CorpusState).content, form, model.vocabulary, model.unit, columns)


def describe_limits() -> str:
    """What is too much."""
    return _(
        "At most {mb} MB and {n:,} symbols. The file is read on this server and kept nowhere.",
        mb=MAX_FILE_BYTES >> 20,
        n=MAX_SYMBOLS,
    )


def _take_upload() -> None:
    _take_first(_uploaded(), _pasted())


def _take_paste() -> None:
    _take_first(_pasted(), _uploaded())


def _uploaded() -> tuple[bytes, str] | None:
    upload = read_control("corpus file")
    return None if upload is None else (upload.getvalue(), upload.name)


def _pasted() -> tuple[bytes, str] | None:
    pasted = read_control("corpus paste")
    return (pasted.encode(), PASTED) if pasted else None


def _take_first(*offers: tuple[bytes, str] | None) -> None:
    """The first of what there is: where one of both was taken away, the other one still stands on the page."""
    offer = next((offer for offer in offers if offer), None)
    if offer is None:
        take_content("", "")
        return
    try:
        take_content(decode_corpus(offer[0]), offer[1])
    except ValueError as error:
        take_content("", "", sentence_of(error))


def _take_held_out(trainer: Trainer) -> None:
    task = trainer.task
    batch = task.held_out.subset(slice(0, MAX_HELD_OUT), task.at)
    ends = [batch.T] * batch.B if batch.lengths is None else batch.lengths.tolist()
    sequences = [task.written(batch.x[:end, k]) for k, end in enumerate(ends)]
    gap = "" if all(len(symbol) <= 1 for each in sequences for symbol in each) else " "
    take_content("\n".join(gap.join(each) for each in sequences), HELD_OUT)
