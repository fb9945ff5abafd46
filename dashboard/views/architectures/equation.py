"""The equation of a wire of the cell, in the letters of the reader's book and with the numbers put in."""

from dataclasses import replace

import streamlit as st

from core.analysis.explanation import Place
from core.analysis.microscope import Microscope
from core.cells.symbolic import activated
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.figures.books import NOTATIONS
from dashboard.figures.formula_latex import (
    dot_label,
    formula_in_symbols,
    formula_with_numbers,
)
from dashboard.figures.letters import Letters
from dashboard.figures.microscope import product_figure
from dashboard.session.settings import notation
from dashboard.views.architectures.drawing import BEFORE, quantity_words
from dashboard.widgets.charts import draw_chart


def draw_equation(scope: Microscope, where: tuple[int, str], name: str, t: int, unit: int) -> None:
    """The equation of the wire, in the reader's letters and with the numbers put in."""
    symbol = escape_markdown(scope.inspection.symbols[t])
    with st.container(border=True, key="cell equation"):
        if name == "x":
            st.markdown(
                _("**x** is what the cell reads: at step {t} “{symbol}”.", t=t + 1, symbol=symbol)
            )
            return
        back = -1 if where[1] == "forward" else 1
        at = t + back if name.endswith(BEFORE) else t
        quantity = name.removesuffix(BEFORE)
        if not 0 <= at < scope.parts[scope.part_of(t)].stop:
            st.markdown(
                _(
                    "**{name}** is where the cell begins: before its first step there is no equation.",
                    name=quantity,
                )
            )
            return
        place = Place(quantity, at, unit, scope.part_of(at), *where)
        _draw_explanation(scope, place)
        before = _sum_before(scope, place)
        if before is not None:
            _draw_explanation(scope, before)


def _sum_before(scope: Microscope, place: Place) -> Place | None:
    """The pre-activation of a gate or candidate, whose equation says more than that of the function on it."""
    forward = scope.cell_at(place).equations()
    formula = forward[place.name]
    if formula.phi:
        for name in forward:
            if formula == activated(name, formula.phi):
                return replace(place, name=name)
    return None


def _draw_explanation(scope: Microscope, place: Place) -> None:
    """One number: its formula in symbols and in numbers, and the products that its sums are made of."""
    letters = Letters(notation(), scope.cell_at(place))
    recorded = scope.explain(place).value
    explained = scope.in_convention(NOTATIONS[notation()].convention).explain(place)
    dots = [
        (dot_label(part, letters), (part.left, part.right))
        for part in explained.terms
        if part.left is not None and part.right is not None
    ]
    formulas, figures = st.columns([3, 2]) if dots else (st.container(), st.container())
    with formulas:
        st.markdown(
            _(
                "**{name} = {value:.4g}** · {words}, unit {unit}, step {t} (“{symbol}”)",
                **{"name": escape_markdown(place.name), "value": recorded, "unit": place.unit},
                words=quantity_words(place.name, scope.cell_at(place)),
                **{"t": place.t + 1, "symbol": escape_markdown(scope.inspection.symbols[place.t])},
            )
        )
        if explained.clamped:
            st.markdown(_("An intervention holds this number: no formula gives it."))
            return
        st.latex(formula_in_symbols(explained, letters))
        st.latex(formula_with_numbers(explained, letters))
    if dots:
        names, pairs = zip(*dots, strict=True)
        draw_chart(product_figure(names, pairs, _("unit")), "cell products", figures)
