"""The microscope: a number's formula in the letters of the reader's book, and with the numbers put in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from core.analysis.attention import ATTENTION_NAMES
from core.analysis.blanks import find_slip
from core.analysis.consumers import find_consumers, find_fed_column
from core.analysis.explanation import Explanation, Place
from core.analysis.head import HEAD_NAMES, LOSS, OUTPUT_SUM, STEP_LOSS, HeadNumbers
from core.analysis.microscope import Microscope
from core.cells.symbolic import StepMean
from dashboard.common.file_names import plain_name
from dashboard.common.i18n import N_, _, join_sentences, join_words
from dashboard.common.markdown import escape_markdown
from dashboard.figures.books import NOTATIONS
from dashboard.figures.formula_latex import (
    dot_label,
    formula_in_symbols,
    formula_with_numbers,
)
from dashboard.figures.letters import Letters
from dashboard.figures.microscope import product_figure
from dashboard.figures.number_writer import NumberWriter, number_latex
from dashboard.session.controls import connect_control
from dashboard.session.position import PositionState
from dashboard.session.settings import notation
from dashboard.session.state import state
from dashboard.views.unrolled import blanks
from dashboard.views.unrolled.number_path import (
    draw_back_button,
    draw_buttons_to,
    four_digits,
    look_at,
)
from dashboard.views.unrolled.slips import words_of_formula
from dashboard.views.unrolled.unit_curve import draw_unit_curve
from dashboard.views.unrolled.weight import draw_weight, draw_weight_terms
from dashboard.widgets.charts import draw_chart

OF_SOURCE = ("e", "de", "att", "datt")  # of attention: their units are steps of the source


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


def draw_microscope(scope: Microscope, run: str, on_action: Callable[[], None]) -> None:
    """The number that was clicked, explained; at first the last hidden state's first unit.

    on_action: is called when the reader picks another step of it.
    """
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
    letters = Letters(notation(), scope.cell_at(place))
    book = scope.in_convention(NOTATIONS[notation()].convention)
    with st.container(border=True, key="microscope"):
        formulas, figures = st.columns([3, 2])
        with formulas:
            if column is not None:
                is_asked = False
                draw_weight(book, book.explain_weight(place, column), letters, run)
            else:
                is_asked = _draw_number(scope, explanation.value, book.explain(place), letters, run)
        with figures:
            draw_unit_curve(scope, place, column, on_action, is_asked)
            if column is None:
                _draw_products(scope, book.explain(place), letters)
        if column is not None:
            draw_weight_terms(scope, book.explain_weight(place, column))


def _first_place(scope: Microscope) -> Place:
    T = len(scope.inspection.symbols)
    layer, direction = scope.reading.recording.layers[0]
    return Place("h", T - 1, 0, scope.part_of(T - 1), layer, direction)


def _draw_number(
    scope: Microscope, recorded: float, explanation: Explanation, letters: Letters, run: str
) -> bool:
    """recorded: as the picture shows it; the explanation has it in the book's convention.

    -> whether the reader is to find the number.
    """
    writer = NumberWriter()
    if explanation.clamped:
        _draw_head(scope, recorded, explanation, letters, writer)
        st.markdown(_("An intervention holds this number: no formula gives it."))
    else:
        formula = (run, notation(), explanation.place)
        writer = blanks.new_writer(formula)
        numbers = formula_with_numbers(explanation, letters, writer)
        _draw_head(scope, recorded, explanation, letters, writer)
        st.latex(formula_in_symbols(explanation, letters))
        st.latex(numbers)
        _draw_loss_note(scope, explanation.place)
        blanks.draw_blanks(
            formula,
            writer,
            lambda answer: find_slip(answer, explanation.total, explanation),
            words_of_formula(explanation, letters),
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="ways"):
        if not explanation.clamped:
            draw_onward_buttons(explanation)
        _draw_consumers(scope, explanation.place)
        if scope.head_numbers is not None and explanation.place.name != LOSS:
            part = scope.output_head.part if scope.output_head else ""
            loss = Place(LOSS, scope.head_numbers.at[-1], 0, part)
            st.button(_("The loss L"), key="way to loss", on_click=look_at, args=(loss,))
    return writer.hides_result


def _draw_products(scope: Microscope, explanation: Explanation, letters: Letters) -> None:
    """The sums of the formula, product by product."""
    dots = [
        (dot_label(part, letters), (part.left, part.right))
        for part in explanation.terms
        if part.left is not None and part.right is not None and not explanation.clamped
    ]
    if dots:
        names, pairs = zip(*dots, strict=True)
        is_mean = any(isinstance(part.term, StepMean) for part in explanation.terms)
        figure = product_figure(names, pairs, _("loss") if is_mean else _("unit"))
        draw_chart(figure, "products", about=_file_prefix(scope))


def _draw_consumers(scope: Microscope, place: Place) -> None:
    """A button for each quantity that the number goes into."""
    column = find_fed_column(scope, place)
    weight = None
    if column is not None:
        gate = scope.explain_weight(place, column).gate
        weight = (f"dW_h{gate}[{place.unit}, {column}]", place, column)
    places = find_consumers(scope, place)
    draw_buttons_to(_("Goes into"), "into", places, place.layer, weight)


def _draw_loss_note(scope: Microscope, place: Place) -> None:
    """What the loss of one step, or the difference of output and target, is a part of."""
    numbers = scope.head_numbers
    if numbers is None or place.name not in (STEP_LOSS, f"d{OUTPUT_SUM}"):
        return
    if place.name == STEP_LOSS:
        st.caption(join_sentences(_describe_step_loss(scope, numbers, place)))
    else:
        st.caption(
            _(
                "y* is the target. Output minus target: with softmax and cross-entropy, with σ and its cross-entropy and with "
                "a squared error alike the gradient begins with this difference, times {above}/{below}: the share of one "
                "loss in the mean.",
                above=numbers.fraction.above,
                below=numbers.fraction.below,
            )
        )


def _describe_step_loss(scope: Microscope, numbers: HeadNumbers, place: Place) -> Iterator[str]:
    """Which output is right, in which unit the loss is, and what it is a part of."""
    labels = scope.inspection.labels
    if numbers.phi == "softmax":
        unit = int(numbers.targets[place.t].argmax())
        if unit < len(labels):
            label = escape_markdown(labels[unit])
            yield _("Output {unit} is “{label}”, the target.", unit=unit, label=label)
    if numbers.phi != "identity":
        yield _("log is the natural logarithm, so the loss is in nats.")
    if len(numbers.at) > 1:
        yield _(
            "The loss L of the sequence is the mean over its {n} steps with a loss.",
            n=len(numbers.at),
        )


def _draw_head(
    scope: Microscope,
    recorded: float,
    explanation: Explanation,
    letters: Letters,
    writer: NumberWriter,
) -> None:
    place = explanation.place
    symbol = scope.inspection.symbols[place.t]
    is_output = place.name in HEAD_NAMES
    is_loss = place.name in (STEP_LOSS, LOSS)
    number = N_("output {unit}") if is_output else N_("unit {unit}")
    where = [_(number, unit=place.unit), _("step {t}", t=place.t + 1)]
    if place.name in OF_SOURCE:
        where[0] = _("source step {t}", t=place.unit + 1)
    if is_loss:
        where = where[1:] if place.name == STEP_LOSS else [_("loss of the whole sequence")]
    if is_output and not is_loss and place.unit < len(scope.inspection.labels):
        where.insert(1, f"“{escape_markdown(scope.inspection.labels[place.unit])}”")
    if len(scope.reading.recording.layers) > 1 and not is_output:
        arrow = "←" if place.direction == "reverse" else "→"
        where.append(_("layer {layer} {arrow}", layer=place.layer + 1, arrow=arrow))
    if place.part:
        where.append(_(place.part))
    if is_output:
        units = scope.reading.scores.shape[1]
    elif scope.attention is not None and place.name in ATTENTION_NAMES:
        units = scope.attention.arrays[place.name].shape[1]
    else:
        units = scope.stacks[place.part].arrays[place.layer, place.direction]["h"].shape[1]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**{place.name} = {'?' if writer.hides_result else four_digits(recorded)}** · "
            + _describe_place(where, escape_markdown(symbol) if place.name != LOSS else "")
            + describe_conversion(explanation, letters, writer)
        )
        draw_back_button()
        if is_loss:
            return
        unit = st.container(horizontal=True, vertical_alignment="center", width="content")
        unit.markdown(_("Unit"), width="content")
        unit.number_input(
            _("Unit"),
            0,
            units - 1,
            place.unit,
            label_visibility="collapsed",
            width=120,
            **connect_control(
                "microscope unit", place.unit, lambda unit: look_at(replace(place, unit=unit))
            ),
        )


def _describe_place(where: Iterable[str], symbol: str) -> str:
    """Where a number is, and what is read there."""
    place = join_words(where)
    return _("{place} (“{symbol}”)", place=place, symbol=symbol) if symbol else place


def describe_conversion(
    explanation: Explanation, letters: Letters, writer: NumberWriter | None = None
) -> str:
    """What the book calls the number, and how its own follows from the recorded one; "" where both are the same."""
    name = explanation.place.name
    symbol = letters.name(name)
    gate = name.removeprefix("d").removeprefix("a_")
    if gate in letters.book.convention.gates(letters.cell):
        value = number_latex(explanation.value)
        if writer is not None and writer.hides_result:
            value = "?"
        how = Letters("torch", letters.cell).name(name)
        how = f"1 - {how}" if name == gate else f"-{how}"
        return " · " + _(
            "in this book ${symbol} = {how} = {value}$", symbol=symbol, how=how, value=value
        )
    if symbol == Letters("torch", letters.cell).name(name):
        return ""
    return " · " + _("in this book ${symbol}$", symbol=symbol)


def draw_onward_buttons(explanation: Explanation) -> None:
    """A button for each quantity that the number was computed from; of a sum, to its largest term."""
    choices: dict[tuple[Any, ...], Place] = {}
    for part in explanation.terms:
        if part.left is not None and part.right is not None and part.places:
            # of the largest product the right factor, and the left one where it is a number of the network too
            largest = int(np.nanargmax(np.abs(part.left * part.right)))
            places = list(part.places[largest :: len(part.left)])
        else:
            places = list(part.places)
        for place in places:
            choices.setdefault(
                (place.name, place.t, place.part, place.layer, place.direction), place
            )
    draw_buttons_to(_("Computed from"), "onwards", [*choices.values()], explanation.place.layer)


def _file_prefix(scope: Microscope) -> str:
    """How the files of its pictures begin."""
    return plain_name([scope.inspection.title, scope.inspection.cell.name])
