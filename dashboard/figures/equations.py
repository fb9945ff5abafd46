"""A cell's forward equations as a page prints them: a line for each gate and state, in the reader's letters."""

from collections.abc import Mapping
from typing import Any

from core.cells import CELLS
from core.cells.symbolic import (
    Applied,
    Bias,
    Complement,
    Dot,
    Factor,
    Formula,
    Peephole,
    Product,
    Ref,
    Term,
    activated,
)
from dashboard.figures.books import NOTATIONS
from dashboard.figures.formula_latex import PHI, Letters


def equations(cell: str, options: Mapping[str, Any], notation: str) -> list[str]:
    """The forward equations of a cell, one LaTeX line each, and what is read off h at the end."""
    return _Equations(Letters(notation, CELLS[cell](**options))).lines()


def convention_note(cell: str, options: Mapping[str, Any], notation: str) -> str:
    """What a reader of the book must know, where its convention differs from the cell's; "" where it does not."""
    book, built = NOTATIONS[notation], CELLS[cell](**options)
    notes = [book.bias_note]
    if book.turned & {*built.gates}:
        notes.append(book.turned_note)
    if built.options.get("reset") == "after":
        notes.append(book.reset_note)
    return " ".join(filter(None, notes))


class _Equations:
    """A line for each quantity; pre-activations and other details stand inside the lines that use them."""

    def __init__(self, letters: Letters):
        self.letters, self.book = letters, letters.book
        self.forward = letters.cell.equations()
        self.printed = [name for name in self.forward if not self._is_inlined(name)]

    def _is_inlined(self, name: str) -> bool:
        formulas = self.forward.values()
        return name not in self.letters.cell.quantities or any(
            formula == activated(name, formula.phi) for formula in formulas if formula.phi
        )

    def lines(self) -> list[str]:
        names = self.letters.names
        lines = [f"{names[name]} = {self._right_side(self.forward[name])}" for name in self.printed]
        left, right = self.book.output
        if left in {names[name] for name in self.printed}:
            left = self.book.other_left
        return [*lines, f"{left} = {right.format(h=names['h'])}"]

    def _right_side(self, formula: Formula) -> str:
        inner = self._sum(formula)
        return rf"{PHI[formula.phi]}({inner})" if PHI[formula.phi] else inner

    def _sum(self, formula: Formula) -> str:
        if len(formula.terms) == 1 and (name := self._inlined_name(formula.terms[0])):
            return self._sum(self.forward[name])
        terms = [term for term in formula.terms if not self._is_second_bias(term)]
        if self.book.state_first:
            terms.sort(key=lambda term: not (isinstance(term, Dot) and term.weight == "weight_hh"))
        return " + ".join(map(self._term, terms)).replace("+ -", "- ")

    def _inlined_name(self, term: Term) -> str:
        """The detail that is all of the term; "" otherwise."""
        if isinstance(term, Product) and len(term.factors) == 1 and term.sign > 0:
            (factor,) = term.factors
            if isinstance(factor, Ref) and factor.name not in self.printed:
                return factor.name
        return ""

    def _is_second_bias(self, term: Term) -> bool:
        return self.book.one_bias and isinstance(term, Bias) and term.bias == "bias_hh"

    def _term(self, term: Term) -> str:
        if isinstance(term, Bias):
            return self.letters.matrix(term.bias, term.gate)
        if isinstance(term, Dot):
            matrix = self.letters.matrix(term.weight, term.gate)
            vector = self.book.x if term.of.name == "x" else self._quantity(term.of)
            return f"{vector} {matrix}" if self.book.rows else f"{matrix} {vector}"
        assert isinstance(term, Product)
        return "-" * (term.sign < 0) + r" \odot ".join(map(self._factor, term.factors))

    def _factor(self, factor: Factor) -> str:
        if isinstance(factor, Peephole):
            return f"p_{factor.gate}"
        if isinstance(factor, Applied):
            inner = self._quantity(factor.of)
            return rf"{PHI[factor.phi]}({inner})" if PHI[factor.phi] else inner
        assert isinstance(factor, Ref | Complement)
        ref = factor if isinstance(factor, Ref) else factor.of
        complement = isinstance(factor, Complement) != (ref.name in self.book.turned)
        return f"(1 - {self._quantity(ref)})" if complement else self._quantity(ref)

    def _quantity(self, ref: Ref) -> str:
        if ref.name not in self.printed:
            return f"({self._sum(self.forward[ref.name])})"
        return self.letters.name(ref.name, ref.shift) if ref.shift else self.letters.names[ref.name]
