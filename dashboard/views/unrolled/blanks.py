"""Blanks in the microscope: numbers of its formula that the reader fills in, one after the other.

How much is given, one of `DEGREES`, belongs to the session and to the link (blanks=half). What is filled in stays per
number, while the reader steps to others and back, until the number itself changes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.analysis.blanks import (
    DEGREES,
    MAX_CHARACTERS,
    TOLERANCE,
    ZERO_TOLERANCE,
    Degree,
    Slip,
    find_slip,
    is_right,
    read_answer,
)
from core.common.messages import sentence_of
from dashboard.common.i18n import N_, _
from dashboard.common.markdown import escape_markdown
from dashboard.figures.number_writer import Blank, NumberWriter, number_latex
from dashboard.session.controls import connect_control, read_control
from dashboard.session.state import state
from dashboard.views.unrolled.slips import describe_slip

MAX_FORMULAS = 200  # whose filled blanks are remembered
TITLES = {"worked": N_("worked"), "half": N_("half"), "empty": N_("empty")}
FindSlip = Callable[[float], Slip]
FIELD = "blank answer"


@dataclass
class BlankState:
    """degree: how much is given. solved: formula -> index of a number -> its value when it was filled in.

    skipped: how many open blanks the reader has passed over. answer: what was said about the last one, and whether
    it was right; of_formula: whose.
    """

    degree: Degree = "worked"
    solved: dict[Any, dict[int, float]] = field(default_factory=dict)
    skipped: int = 0
    answer: tuple[str, bool] | None = None
    of_formula: Any = None


def new_writer(formula: Any) -> NumberWriter:
    """Writes this formula (anything that names it) with the blanks that the reader has not filled in."""
    seen = state(BlankState)
    if seen.of_formula != formula:
        seen.of_formula, seen.answer, seen.skipped = formula, None, 0
    return NumberWriter(seen.degree, seen.solved.get(formula, {}))


def set_degree(degree: Degree) -> None:
    """From now on formulas are given that far."""
    seen = state(BlankState)
    seen.degree, seen.answer, seen.skipped = degree, None, 0


def choose_degree() -> None:
    """The control for how much of a formula is given."""
    degree = state(BlankState).degree
    st.segmented_control(
        _("Numbers of the formula"),
        DEGREES,
        default=degree,
        required=True,
        format_func=lambda name: _(TITLES[name]),
        help=_(
            "worked: all numbers are given. half: you find the result, and in every product one factor. empty: you find "
            "every number."
        ),
        **connect_control("blanks", degree, set_degree),
    )


def draw_blanks(formula: Any, writer: NumberWriter, slip_of: FindSlip, words: Any = None) -> None:
    """The field for the next blank that is open, with what was said about the last answer.

    slip_of: what a wrong result of the formula looks like. words: the names of factors and terms, for `describe_slip`.
    """
    if not writer.blanks:
        return
    seen, left = state(BlankState), writer.open_blanks
    with st.container(border=True, key="blanks"):
        if not left:
            _say_answer(seen)
            st.markdown(_("All numbers of this formula are filled in."))
            st.button(_("Empty it again"), key="blanks again", on_click=_forget, args=(formula,))
            return
        blank = left[seen.skipped % len(left)]

        def check() -> None:
            _check(formula, blank, slip_of, words)

        def show() -> None:
            _fill_in(formula, blank)
            seen.answer = _describe_number(N_("Shown: ${letter} = {value}$."), blank), True

        with st.form("blank", clear_on_submit=True, border=False):
            st.text_input(
                _("Type number ${letter} = {of}$", letter=blank.letter, of=blank.of),
                key=FIELD,
                max_chars=MAX_CHARACTERS,
                placeholder=_("such as −0.42 or 3e-5"),
                autocomplete="off",
            )
            with st.container(horizontal=True, gap="small"):
                st.form_submit_button(_("Check"), on_click=check, type="primary")
                st.form_submit_button(_("Show it"), on_click=show)
                st.form_submit_button(_("Another one"), on_click=_skip, disabled=len(left) == 1)
        _say_answer(seen)
        st.caption(
            _(
                "{n} of {all} are still to be found. A number counts when it is at most {percent:.0%} off; where it is exactly 0, "
                "up to {zero}. Weights, inputs and states are in the picture and in the strips beside: point at them.",
                n=len(left),
                all=len(writer.blanks),
                percent=TOLERANCE,
                zero=ZERO_TOLERANCE,
            )
        )


def _say_answer(seen: BlankState) -> None:
    if seen.answer is None:
        return
    sentence, is_good = seen.answer
    if is_good:
        st.success(sentence)
    else:
        st.warning(sentence)


def _check(formula: Any, blank: Blank, slip_of: FindSlip, words: Any) -> None:
    seen = state(BlankState)
    text = str(read_control(FIELD, "") or "")
    try:
        answer = read_answer(text)
    except ValueError as error:
        seen.answer = escape_markdown(_(sentence_of(error))), False
        return
    if is_right(answer, blank.value):
        _fill_in(formula, blank)
        seen.answer = _describe_number(N_("Right: ${letter} = {value}$."), blank), True
        return
    is_result = blank.role == "result"
    slip = slip_of(answer) if is_result else find_slip(answer, blank.value)
    typed = _("You typed {answer} for ${letter}$.", answer=f"{answer:.4g}", letter=blank.letter)
    seen.answer = f"{typed} {describe_slip(slip, words)}", False


def _describe_number(template: str, blank: Blank) -> str:
    return _(template, letter=blank.letter, value=number_latex(blank.value))


def _fill_in(formula: Any, blank: Blank) -> None:
    solved = state(BlankState).solved
    solved.setdefault(formula, {})[blank.index] = blank.value
    while len(solved) > MAX_FORMULAS:
        del solved[next(iter(solved))]


def _skip() -> None:
    seen = state(BlankState)
    seen.skipped, seen.answer = seen.skipped + 1, None


def _forget(formula: Any) -> None:
    seen = state(BlankState)
    seen.solved.pop(formula, None)
    seen.answer, seen.skipped = None, 0
