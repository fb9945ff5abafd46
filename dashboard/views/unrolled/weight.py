"""One number of dW_hh under the microscope: a product for each step, and their sum."""

import numpy as np
import streamlit as st

from core.analysis.blanks import find_slip_of_sum
from core.analysis.explanation import Place, WeightExplanation
from core.analysis.microscope import Microscope
from dashboard.common.file_names import plain_name
from dashboard.common.i18n import _
from dashboard.common.quantities import NAMES
from dashboard.figures.letters import Letters
from dashboard.figures.microscope import weight_term_figure
from dashboard.figures.number_writer import NumberWriter, number_latex
from dashboard.session.settings import notation
from dashboard.views.unrolled import blanks
from dashboard.views.unrolled.number_path import draw_back_button, draw_buttons_to
from dashboard.views.unrolled.slips import words_of_sum
from dashboard.widgets.charts import draw_chart


def draw_weight(scope: Microscope, weight: WeightExplanation, letters: Letters, run: str) -> None:
    """Which number it is, its sum over the steps with the largest products written out, and all of them."""
    formula = (run, notation(), weight.place, weight.column)
    writer = blanks.new_writer(formula)
    line = sum_in_latex(weight, letters, writer)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            _(
                "$\\mathrm{{d}}{matrix}$**{place} = ${total}$** · {where}",
                matrix=letters.matrix("weight_hh", weight.gate),
                place=place_in_matrix(weight, letters),
                total="?" if writer.hides_result else number_latex(float(weight.terms.sum())),
                where=_describe_row(weight),
            )
        )
        draw_back_button()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="ways"):
        draw_buttons_to(_("Computed from"), "onwards", _places(scope, weight), weight.place.layer)
    st.latex(line)
    blanks.draw_blanks(
        formula,
        writer,
        lambda answer: find_slip_of_sum(answer, weight),
        words_of_sum(letters, _term(weight, letters)),
    )


def draw_weight_terms(scope: Microscope, weight: WeightExplanation) -> None:
    """The term of every step."""
    draw_chart(
        weight_term_figure(scope.inspection.symbols, weight.terms),
        "weight terms",
        about=plain_name([scope.inspection.title, scope.inspection.cell.name]),
    )


def place_in_matrix(weight: WeightExplanation, letters: Letters) -> str:
    """Row and column; a book whose sequences are rows has the transposed matrix."""
    row, column = weight.place.unit, weight.column
    return f"[{column}, {row}]" if letters.book.rows else f"[{row}, {column}]"


def _describe_row(weight: WeightExplanation) -> str:
    """Where torch has the number."""
    names = {"row": weight.place.unit, "parameter": weight.parameter, "column": weight.column}
    if weight.gate not in NAMES or weight.gate == "h":
        return _("row {row}, column {column} of {parameter}", **names)
    return _(
        "row {row} of {gate} ({name}), which is row {whole}, column {column} of {parameter}",
        gate=weight.gate,
        name=_(NAMES[weight.gate]),
        whole=weight.row,
        **names,
    )


def largest_steps(weight: WeightExplanation, products: int = 3) -> list[int]:
    """The steps with the largest terms, in the order of time."""
    return sorted(np.argsort(-np.abs(weight.terms))[:products].tolist())


def _shift(weight: WeightExplanation, letters: Letters) -> int:
    """How much later than delta's the step of the state is, as the input counts."""
    shift = 0 if weight.state_name not in letters.cell.states else -1
    return -shift if weight.place.direction == "reverse" else shift


def _term(weight: WeightExplanation, letters: Letters) -> str:
    """One step's term of the whole matrix."""
    state = letters.name(weight.state_name, _shift(weight, letters))
    return letters.outer(letters.name(weight.delta_name), state)


def sum_in_latex(
    weight: WeightExplanation, letters: Letters, writer: NumberWriter | None = None
) -> str:
    """The sum in the symbols of the book, and with the numbers of the largest terms."""
    writer = writer or NumberWriter()
    shift = _shift(weight, letters)
    steps = largest_steps(weight, writer.products)
    products = r" \\ & + ".join(
        _product(weight, letters, writer, k, weight.state_steps[k] - shift) for k in steps
    )
    rest = len(weight.terms) - len(steps)
    dots = rf" + \dots_{{({rest})}}" if rest > 0 else ""
    total = writer.alone(float(weight.terms.sum()), "result", _term(weight, letters))
    return (
        rf"\small\begin{{aligned}} \textstyle\sum_t {_term(weight, letters)} = \ & {products}{dots} = {total} "
        r"\end{aligned}"
    )


def _product(
    weight: WeightExplanation, letters: Letters, writer: NumberWriter, k: int, t: int
) -> str:
    """The term of step t, counted from 0, each factor with its name."""
    delta = letters.name_at(weight.delta_name, t + 1) + f"[{weight.place.unit}]"
    state = letters.name_at(weight.state_name, weight.state_steps[k] + 1) + f"[{weight.column}]"
    numbers = (
        writer.operand(float(weight.deltas[k]), "other", delta),
        writer.operand(float(weight.states[k]), "slope", state),
    )
    return rf"\underbrace{{{numbers[0]}}}_{{{delta}}} \cdot \underbrace{{{numbers[1]}}}_{{{state}}}"


def _places(scope: Microscope, weight: WeightExplanation) -> list[Place]:
    """Both factors of the largest term."""
    place = weight.place
    k = int(np.nanargmax(np.abs(np.nan_to_num(weight.terms))))
    start = scope.parts[place.part].start
    stop = scope.parts[place.part].stop
    places = [_at(place, weight.delta_name, start + k, place.unit)]
    if start <= weight.state_steps[k] < stop:
        places.append(_at(place, weight.state_name, weight.state_steps[k], weight.column))
    return places


def _at(place: Place, name: str, t: int, unit: int) -> Place:
    return Place(name, t, unit, place.part, place.layer, place.direction)
