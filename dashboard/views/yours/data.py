"""The reader's own data: uploaded, pasted or drawn; what was read of it, and which tasks it fits."""

from dataclasses import dataclass

import streamlit as st

from core.common.messages import say, sentence_of
from core.io.data_reading import read_data
from core.io.user_data import MAX_CHARACTERS, Choices, TaskFit, curve_to_csv, fit_tasks
from core.tasks.data.encodings import decode_text
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import LIVE, go_to
from dashboard.player.component import load_component
from dashboard.serving.turns import time_slice
from dashboard.session import sticky
from dashboard.session.controls import read_control
from dashboard.session.settings import choose_experiment
from dashboard.session.state import state
from dashboard.views.yours.data_reading import SETTINGS, draw_reading

MAX_CURVE = 1000  # numbers


@dataclass
class DataState:
    """The data that the reader brought last; it stays while another page is open.

    source: where it is from, for the reader: a file's name. problem: why it was refused. note: its encoding, where
    that is not the usual one. taken: the data is to be trained on, and Live not open yet.
    """

    content: str = ""
    source: str = ""
    problem: str = ""
    note: str = ""
    taken: bool = False


def draw_data_tab() -> None:
    """The whole tab."""
    data = state(DataState)
    left, right = st.columns(2)
    with left:
        st.markdown(f"## {_('A file, or pasted')}")
        st.caption(
            _(
                "A table with columns of numbers; texts or series with a label each; pairs to translate (source, tab, target); or any text, in any language."
            )
        )
        st.file_uploader(
            _("A text file"),
            key="own data",
            type=["csv", "tsv", "txt", "dat"],
            max_upload_size=5,
            on_change=_take_upload,
        )
        st.text_area(_("or paste it here"), key="own paste", height=100, on_change=_take_paste)
    with right:
        st.markdown(f"## {_('Drawn by hand')}")
        st.caption(
            _(
                "Draw a curve from left to right, with the pointer or with the arrow keys; a network learns to predict how it goes on."
            )
        )
        load_component("sheet")(
            key="sheet",
            data={"label": _("a sheet to draw on, with the pointer or with the arrow keys")},
            on_curve_change=_take_curve,
        )
    if data.problem:
        st.warning(escape_markdown(say_by_label(data.problem)))
    if data.content:
        _offer(data)
    if data.taken:
        data.taken = False
        go_to(LIVE)


# ---------------------------------------------------------------- where the data comes from


def _take(content: str, source: str, note: str = "") -> None:
    """From now on this is the reader's data; what was chosen of the former one is forgotten."""
    data = state(DataState)
    if content != data.content:
        sticky.forget_values(SETTINGS)
    data.content, data.source, data.note, data.problem = content, source, note, ""
    if len(content) > MAX_CHARACTERS:
        data.content = ""
        data.problem = say(
            "data: expected text of at most {most:,} characters, got {got:,}. Use a part of it.",
            most=MAX_CHARACTERS,
            got=len(content),
        )


def _take_upload() -> None:
    upload = read_control("own data")
    if upload is None:
        _take("", "")
        return
    try:
        decoded = decode_text(upload.getvalue())
    except ValueError as error:
        _take("", "")
        state(DataState).problem = sentence_of(error)
        return
    note = ""
    if decoded.encoding != "UTF-8":
        note = say("The file was read as {encoding}.", encoding=decoded.encoding)
    _take(decoded.text, upload.name, note)
    if not decoded.text.strip():
        state(DataState).problem = say("file: expected text, got an empty file. Choose another.")


def _take_paste() -> None:
    _take(read_control("own paste") or "", say("pasted text"))


def _take_curve() -> None:
    take_drawn(getattr(read_control("sheet"), "curve", None))


def take_drawn(curve: object) -> None:
    """Takes what the sheet says was drawn on it."""
    if not isinstance(curve, list) or not 0 < len(curve) <= MAX_CURVE:
        return
    try:
        _take(curve_to_csv(curve), say("drawn curve"))
    except ValueError as error:
        _take("", "")
        state(DataState).problem = sentence_of(error)


# ---------------------------------------------------------------- what it can be trained on


def _offer(data: DataState) -> None:
    if not data.content.strip():
        return
    st.divider()
    with time_slice():
        reading = read_data(data.content)
    st.markdown(f"## {escape_markdown(_(data.source))}")
    if data.note:
        st.caption(escape_markdown(_(data.note)))
    choices = draw_reading(reading, data.content)
    _offer_tasks(data.content, choices)


def _offer_tasks(content: str, choices: Choices) -> None:
    with time_slice(), st.spinner(_("Trying which tasks it fits …")):
        fits = fit_tasks(content, choices)
    usable = [fit for fit in fits if fit.experiment]
    others = [fit for fit in fits if not fit.experiment]
    st.markdown(
        _("It fits {n} of {all} tasks that take data:", n=len(usable), all=len(fits))
        if usable
        else _("It fits no task:")
    )
    for k, fit in enumerate(usable):
        text, button = st.columns([4, 1], vertical_alignment="center")
        text.markdown(f"**{escape_markdown(_(fit.title))}**  \n{escape_markdown(_(fit.division))}")
        button.button(
            _("Train on it"),
            key=f"train on {fit.task}",
            type="secondary" if k else "primary",
            on_click=_take_data,
            args=(fit,),
            width="stretch",
        )
    if others:
        with st.expander(_("Why not the others"), expanded=not usable):
            for fit in others:
                st.markdown(
                    f"{escape_markdown(_(fit.title))}: {escape_markdown(say_by_label(fit.problem))}"
                )


def _take_data(fit: TaskFit) -> None:
    assert fit.experiment is not None  # the others have no button
    choose_experiment(fit.experiment)
    state(DataState).taken = True
