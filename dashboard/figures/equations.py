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
from dashboard.figures.letters import OUTPUT, PHI, Letters


def equations(
    cell: str, options: Mapping[str, Any], notation: str, output: str, bias: bool = True
) -> list[str]:
    """The forward equations of a cell, one LaTeX line each, and what is read off h at the end.

    output: the function of the output, see `core.tasks.base.Task.output_function`. bias: whether there are any.
    """
    return _Equations(Letters(notation, CELLS[cell](**options)), bias).lines(output)


class _Equations:
    """A line for each quantity; pre-activations and other details stand inside the lines that use them."""

    def __init__(self, letters: Letters, bias: bool):
        self.letters, self.book, self.bias = letters, letters.book, bias
        self.forward = letters.equations()
        self.printed = [name for name in self.forward if not self._is_inlined(name)]

    def _is_inlined(self, name: str) -> bool:
        formulas = self.forward.values()
        return name not in self.letters.cell.quantities or any(
            formula == activated(name, formula.phi) for formula in formulas if formula.phi
        )

    def lines(self, output: str) -> list[str]:
        letters = self.letters
        lines = [
            f"{letters.name(name)} = {self._right_side(self.forward[name])}"
            for name in self.printed
        ]
        head = letters.affine(letters.output_matrix(), letters.name("h"))
        head += f" + {self.book.output[2]}" if self.bias else ""
        return [*lines, f"{letters.name(OUTPUT)} = {_applied(output, head)}"]

    def _right_side(self, formula: Formula) -> str:
        return _applied(formula.phi, self._sum(formula))

    def _sum(self, formula: Formula) -> str:
        if len(formula.terms) == 1 and (name := self._inlined_name(formula.terms[0])):
            return self._sum(self.forward[name])
        terms = [term for term in formula.terms if self.bias or not isinstance(term, Bias)]
        terms.sort(key=self.letters.term_order)
        return " + ".join(map(self._term, terms)).replace("+ -", "- ")

    def _inlined_name(self, term: Term) -> str:
        """The detail that is all of the term; "" otherwise."""
        if isinstance(term, Product) and len(term.factors) == 1 and term.sign > 0:
            (factor,) = term.factors
            if isinstance(factor, Ref) and factor.name not in self.printed:
                return factor.name
        return ""

    def _term(self, term: Term) -> str:
        letters = self.letters
        if isinstance(term, Bias):
            return letters.matrix(term.bias, term.gate)
        if isinstance(term, Dot):
            vector = letters.name("x") if term.of.name == "x" else self._quantity(term.of)
            return letters.affine(letters.matrix(term.weight, term.gate), vector)
        assert isinstance(term, Product)
        return "-" * (term.sign < 0) + letters.product([*map(self._factor, term.factors)])

    def _factor(self, factor: Factor) -> str:
        if isinstance(factor, Peephole):
            return self.letters.factor(factor)
        if isinstance(factor, Applied):
            return _applied(factor.phi, self._quantity(factor.of))
        assert isinstance(factor, Ref | Complement)
        if isinstance(factor, Complement):
            return f"(1 - {self._quantity(factor.of)})"
        return self._quantity(factor)

    def _quantity(self, ref: Ref) -> str:
        if ref.name not in self.printed:
            return f"({self._sum(self.forward[ref.name])})"
        return self.letters.name(ref.name, ref.shift)


def _applied(phi: str, inner: str) -> str:
    return rf"{PHI[phi]}({inner})" if PHI[phi] else inner
