"""The microscope: a number's formula in the letters of the reader's book, and with the numbers put in."""

from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from core.analysis.microscope import Explanation, Microscope, Place
from dashboard.common.file_names import plain_name
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.figures.formula_latex import (
    MAX_PRODUCTS,
    Letters,
    formula_with_numbers,
    number_latex,
    operand_latex,
)
from dashboard.figures.microscope import product_figure, weight_term_figure
from dashboard.session.controls import connect_control
from dashboard.session.position import PositionState
from dashboard.session.settings import notation
from dashboard.session.state import state
from dashboard.widgets.charts import draw_chart


def look_at(place: Place, column: int | None = None) -> None:
    """From now on this number is under the microscope; column: of dW_hh, a term by itself when None."""
    path = state(PositionState).numbers
    if not path or path[-1] != (place, column):
        path.append((place, column))
    del path[:-30]


def look_at_linked(scope: Microscope, run: str, place: Place, column: int | None) -> None:
    """A link puts this number under the microscope; one that there is not is passed over."""
    if _find_explanation(scope, place, column) is not None:
        seen = state(PositionState)
        seen.numbers, seen.numbers_of = [(place, column)], run


def _find_explanation(scope: Microscope, place: Place, column: int | None) -> Explanation | None:
    """None when there is no such number."""
    try:
        if column is not None:
            scope.explain_weight(place, column)
        return scope.explain(place)
    except LookupError:
        return None


def examined_place() -> Place | None:
    """The place that is under the microscope, or None before there is one."""
    path = state(PositionState).numbers
    return path[-1][0] if path else None


def draw_microscope(scope: Microscope, run: str) -> None:
    """The number that was clicked, explained; at first the last hidden state's first unit."""
    seen = state(PositionState)
    path = seen.numbers
    if seen.numbers_of != run:
        path.clear()
        seen.numbers_of = run
    if not path:
        look_at(_first_place(scope))
    place, column = path[-1]
    explanation = _find_explanation(scope, place, column)
    if explanation is None:  # of another network, or nobody's click
        path.clear()
        place, column = _first_place(scope), None
        explanation = scope.explain(place)
    cell = next(iter(scope.stacks.values())).cells[place.layer, place.direction]
    letters = Letters(notation(), cell)
    with st.container(border=True, key="microscope"):
        if column is not None:
            _draw_weight(scope, place, column, letters)
        else:
            _draw_number(scope, explanation, letters)


def _first_place(scope: Microscope) -> Place:
    T = len(scope.inspection.symbols)
    layer, direction = scope.reading.recording.layers[0]
    return Place("h", T - 1, 0, scope.part_of(T - 1), layer, direction)


def _draw_number(scope: Microscope, explanation: Explanation, letters: Letters) -> None:
    place = explanation.place
    formulas, figures = st.columns([3, 2])
    with formulas:
        _draw_head(scope, explanation)
        if explanation.clamped:
            st.markdown(_("An intervention holds this number: no formula gives it."))
        else:
            st.latex(letters.equation(place, explanation.formula, explanation.terms))
            st.latex(formula_with_numbers(explanation))
            _draw_onward_buttons(explanation, letters)
    with figures:
        dots = [
            (letters.dot(part.term), (part.left, part.right))
            for part in explanation.terms
            if part.left is not None and part.right is not None
        ]
        if dots:
            names, pairs = zip(*dots, strict=True)
            draw_chart(product_figure(names, pairs), "products", about=_file_prefix(scope))


def _draw_head(scope: Microscope, explanation: Explanation) -> None:
    place = explanation.place
    symbol = scope.inspection.symbols[place.t]
    where = [_("unit {unit}").format(unit=place.unit), _("step {t}").format(t=place.t + 1)]
    if len(scope.reading.recording.layers) > 1:
        arrow = "←" if place.direction == "reverse" else "→"
        where.append(_("layer {layer} {arrow}").format(layer=place.layer + 1, arrow=arrow))
    if place.part:
        where.append(_(place.part))
    title, back_place, unit_place = st.columns([6, 1, 2], vertical_alignment="center")
    title.markdown(
        f"**{place.name} = {four_digits(explanation.value)}** · "
        + ", ".join(where)
        + f" (“{escape_markdown(symbol)}”)"
    )
    path = state(PositionState).numbers
    if back_place.button("⟵", key="microscope back", disabled=len(path) < 2, help=_("Back")):
        path.pop()
        st.rerun()
    H = scope.stacks[place.part].arrays[place.layer, place.direction]["h"].shape[1]
    unit_place.number_input(
        _("Unit"),
        0,
        H - 1,
        place.unit,
        label_visibility="collapsed",
        **connect_control(
            "microscope unit", place.unit, lambda unit: look_at(replace(place, unit=unit))
        ),
    )


def _draw_onward_buttons(explanation: Explanation, letters: Letters) -> None:
    """A button for each quantity that the number was computed from."""
    choices: dict[tuple[Any, ...], Place] = {}
    for part in explanation.terms:
        if part.left is not None and part.right is not None and part.places:
            places = [part.places[int(np.nanargmax(np.abs(part.left * part.right)))]]
        else:
            places = list(part.places)
        for place in places:
            choices.setdefault(
                (place.name, place.t, place.part, place.layer, place.direction), place
            )
    if not choices:
        return
    with st.container(horizontal=True):
        st.markdown(_("Computed from"), width="content")
        for number, place in enumerate(choices.values()):
            label = f"{place.name} · {_('step {t}').format(t=place.t + 1)}"
            if place.layer != explanation.place.layer:
                label += f" · {_('layer {layer}').format(layer=place.layer + 1)}"
            st.button(label, key=f"onwards {number}", on_click=look_at, args=(place,))


def _draw_weight(scope: Microscope, place: Place, column: int, letters: Letters) -> None:
    """One number of dW_hh: a product for each step, and their sum."""
    delta, before, terms = scope.explain_weight(place, column)
    st.markdown(
        _(
            "**dW[{row}, {column}] = {total}**: a term for each step, its δ times the state before it."
        ).format(row=place.unit, column=column, total=four_digits(float(terms.sum())))
    )
    largest = np.argsort(-np.abs(terms))[:MAX_PRODUCTS]
    products = r" \\ & + ".join(
        rf"{operand_latex(float(delta[t]))} \cdot {operand_latex(float(before[t]))}_{{\,t={t + 1}}}"
        for t in sorted(largest)
    )
    rest = len(terms) - len(largest)
    dots = rf" + \dots_{{({rest})}}" if rest > 0 else ""
    total = number_latex(float(terms.sum()))
    beginning = r"\small\begin{aligned} \textstyle\sum_t \delta_t\, h_{t-1} = \ & "
    st.latex(rf"{beginning}{products}{dots} = {total} \end{{aligned}}")
    draw_chart(
        weight_term_figure(scope.inspection.symbols, terms),
        "weight terms",
        about=_file_prefix(scope),
    )


def four_digits(value: float) -> str:
    """Four digits that are worth showing."""
    return f"{value:.4g}"


def _file_prefix(scope: Microscope) -> str:
    """How the files of its pictures begin."""
    return plain_name([scope.inspection.title, scope.inspection.cell.name])
