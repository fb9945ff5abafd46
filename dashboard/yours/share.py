"""A link to the present experiment, as a teacher wants others to see it."""

import io

import segno
import streamlit as st

from core.experiment import FIELDS, Experiment, cell_options
from core.tasks import TASKS
from dashboard.controls import LABELS, notation, plain
from dashboard.teaching import MOST_SAID, Lesson
from dashboard.text import _
from dashboard.yours.links import link

PAGES = {"": _("Live"), "compare": _("Compare"), "architectures": _("Architectures")}
LONGEST = 2300  # characters that a QR code of a size that a projector shows can hold


def tab(now: Experiment) -> None:
    """The whole tab."""
    left, right = st.columns([3, 2])
    with left:
        page = st.selectbox(_("Page"), PAGES, format_func=lambda page: PAGES[page], key="to page")
        names = _controls(now)
        hide = st.multiselect(_("Hide these controls"), names, format_func=_label, key="to hide")
        lock = st.multiselect(
            _("Show these, but lock them"),
            [name for name in names if name not in hide],
            format_func=_label,
            key="to lock",
        )
        say = st.text_input(_("A sentence above the page"), key="to say", max_chars=MOST_SAID)
        big = st.toggle(_("Large type, for a projector"), key="to big")
    lesson = Lesson(frozenset(hide), frozenset(lock), say.strip(), big)
    book = {} if notation() == "torch" else {"notation": notation()}
    address = link(page, _query(page, now) | book | lesson.to_query())
    with left:
        st.code(address, language=None, wrap_lines=True)
        st.caption(
            _(
                "It holds the task, every setting that differs from its default, and the seed: whoever opens "
                "it trains the same network on the same batches. Hiding tidies a lesson; it is no protection."
            )
        )
        if now.left_out:
            st.warning(
                _(
                    "Your own data is too long for a link. Save the run and make a link to it, under Runs."
                )
            )
    with right:
        _qr(address)


def _query(page: str, now: Experiment) -> dict[str, str]:
    comparison = st.session_state.get("comparison")
    if page == "compare" and comparison is not None:
        return comparison.to_query()
    return now.to_query() if page != "compare" else {}


def _controls(now: Experiment) -> list[str]:
    options = [*cell_options(now.cell), *TASKS[now.task].options]
    return [*FIELDS, *(option.name for option in options if option.name not in FIELDS)]


def _label(name: str) -> str:
    return LABELS.get(name) or _(name.replace("_", " ").capitalize())


def _qr(address: str) -> None:
    if len(address) > LONGEST:
        st.caption(
            _("The link has {n} characters; a QR code of it could not be read.").format(
                n=len(address)
            )
        )
        return
    file = io.BytesIO()
    segno.make_qr(address, error="l").save(file, kind="png", scale=8, border=3)
    st.image(file.getvalue(), width=380, caption=plain(_("Scan it")))
