"""A formula in the letters of the reader's book, in LaTeX: in symbols, and with the numbers put in."""

from collections.abc import Callable

import numpy as np

from core.analysis.microscope import Explanation, Place, TermValue
from core.cells import Cell
from core.cells.symbolic import (
    Applied,
    Bias,
    Complement,
    Direct,
    Dot,
    Factor,
    Formula,
    Peephole,
    Product,
    Ref,
    Slope,
    Term,
)
from dashboard.common.i18n import _
from dashboard.figures.books import NOTATIONS

TERMS_PER_LINE = 3  # terms of a formula
MAX_PRODUCTS = (
    3  # products of a sum that are written out, the largest; the picture beside shows all
)
PHI = {"tanh": r"\tanh", "relu": r"\mathrm{relu}", "sigmoid": r"\sigma", "identity": "", "": ""}
SLOPES = {
    "tanh": r"\left(1 - {y}^2\right)",
    "sigmoid": r"{y}\left(1 - {y}\right)",
    "relu": r"[{y} > 0]",
    "identity": "1",
}


def number_latex(value: float) -> str:
    """A number that stands alone."""
    text = f"{value:.3g}"
    if "e" in text:
        digits, power = text.split("e")
        text = rf"{digits} \cdot 10^{{{int(power)}}}"
    return text


def operand_latex(value: float) -> str:
    """A number in a sum or a product: a negative one has parentheses."""
    return rf"({number_latex(value)})" if value < 0 else number_latex(value)


def formula_with_numbers(explanation: Explanation) -> str:
    """The formula with the numbers put in."""
    write_number = (
        operand_latex
        if len(explanation.terms) > 1 or any(len(p.factors) > 1 for p in explanation.terms)
        else number_latex
    )
    terms = [_term_with_numbers(part, write_number) for part in explanation.terms] or ["0"]
    are_sums = [
        bool(part.left is not None and len(part.left) > 2) for part in explanation.terms
    ] or [False]
    lines: list[list[str]] = [[]]
    for text, long in zip(terms, are_sums, strict=True):
        if long and lines[-1]:  # a sum of products has a line of its own
            lines.append([])
        lines[-1].append(text)
    inner = r" \\ & + ".join(" + ".join(line) for line in lines)
    outer = PHI[explanation.formula.phi]
    total = number_latex(explanation.total)
    if len(lines) == 1:
        return (rf"{outer}\left({inner}\right)" if outer else inner) + f" = {total}"
    opening, closing = (rf"{outer}\Big(", r"\Big)") if outer else ("", "")
    return rf"\small\begin{{aligned}} & {opening}{inner}{closing} = {total} \end{{aligned}}"


def _term_with_numbers(part: TermValue, write_number: Callable[[float], str]) -> str:
    if part.left is not None and part.right is not None:
        with np.errstate(all="ignore"):
            products = part.left * part.right
        if part.note in ("first", "last", "cut") and not products.any():
            return rf"\underbrace{{0}}_{{\text{{{_note_text(part.note)}}}}}"
        largest = np.argsort(-np.abs(products))[:MAX_PRODUCTS]
        factors = " + ".join(
            rf"{operand_latex(float(part.left[k]))} \cdot {operand_latex(float(part.right[k]))}"
            for k in sorted(largest)
        )
        rest = len(products) - len(largest)
        dots = r" + \dots" if rest > 0 else ""
        return rf"\underbrace{{{factors}{dots}}}_{{{number_latex(part.value)}}}"
    if part.factors:
        sign = "-" if isinstance(part.term, Product) and part.term.sign < 0 else ""
        write_factor = operand_latex if sign else write_number
        factors = r" \cdot ".join(write_factor(number) for _factor, number, _place in part.factors)
        annotation = rf"_{{\text{{{_note_text(part.note)}}}}}" if part.note else ""
        return rf"\underbrace{{{sign}{factors}}}{annotation}" if annotation else sign + factors
    return write_number(part.value)


def _note_text(note: str) -> str:
    return {
        "first": _("before the first step"),
        "last": _("after the last step"),
        "cut": _("truncated"),
    }.get(note, "")


class Letters:
    """The symbols of one book, for one cell."""

    def __init__(self, book: str, cell: Cell):
        self.book, self.cell = NOTATIONS[book], cell
        carries_h = cell.carry_gate is not None and cell.states[-1] == "h"
        self.names = {**self.book.names, **(self.book.carried or {} if carries_h else {})}

    def name(self, name: str, shift: int = 0) -> str:
        """A quantity at step t + shift; d before it for its gradient."""
        if name.startswith("d"):
            return rf"\mathrm{{d}}{self.name(name[1:], shift)}"
        symbol = self._symbol(name, shift)
        return f"(1 - {symbol})" if name in self.book.turned else symbol

    def _symbol(self, name: str, shift: int = 0) -> str:
        """As the book writes it, also where its gate is turned round."""
        t = "t" if shift == 0 else f"t{shift:+d}"
        if not self.book.superscript:
            if name.startswith("a_"):
                return rf"a^{{{name[2:]}}}_{{{t}}}"
            return self.names.get(name, f"{name}_t").replace("_t", rf"_{{{t}}}")
        time = rf"^{{\langle {t} \rangle}}"
        if name.startswith("a_"):
            return rf"s_{name[2:]}{time}"  # a is their state
        return (self.names.get(name, name).split("^")[0] if name != "a" else "s") + time

    def dot(self, term: Term) -> str:
        """The matrix of a product, in short, for a picture."""
        assert isinstance(term, Dot)
        arrow = "ᵀ" if term.back else ""
        return f"{term.weight.replace('weight', 'W')} {term.gate}{arrow} · {term.of.name}"

    def matrix(self, weight: str, gate: str) -> str:
        """A weight or bias of one gate."""
        which = ("weight_ih", "weight_hh", "bias_ih", "bias_hh").index(weight)
        letter = (self.book.letters or {}).get(gate, gate)
        state = self.names["h"].split("^")[0]
        return self.book.matrices[which].format(g=letter, s=state).replace("_{}", "")

    def equation(self, place: Place, formula: Formula, parts: tuple[TermValue, ...]) -> str:
        """The formula in symbols."""
        terms = [self._term(part) for part in parts] or ["0"]
        outer = PHI[formula.phi]
        name = self.name(place.name)
        if len(terms) <= TERMS_PER_LINE:
            inner = " + ".join(terms).replace("+ -", "- ")
            return f"{name} = " + (rf"{outer}\left({inner}\right)" if outer else inner)
        lines = [terms[k : k + TERMS_PER_LINE] for k in range(0, len(terms), TERMS_PER_LINE)]
        inner = r" \\ & + ".join(" + ".join(line) for line in lines).replace("+ -", "- ")
        opening, closing = (rf"{outer}\Big(", r"\Big)") if outer else ("", "")
        return rf"\begin{{aligned}} {name} = {opening} & {inner}{closing} \end{{aligned}}"

    def _term(self, part: TermValue) -> str:
        term = part.term
        if isinstance(term, Dot):
            transposed = r"^\top" if term.back else ""
            symbol = self.matrix(term.weight, term.gate) + transposed
            above = r"^{\,\uparrow}" if part.note == "above" else ""
            vector = self.name(term.of.name, term.of.shift)
            return f"{symbol} {vector}{above}"
        if isinstance(term, Bias):
            return self.matrix(term.bias, term.gate)
        if isinstance(term, Direct):
            where = _("decoder") if part.note == "decoder" else _("head")
            return rf"{self.name('dh')}\big|_{{\text{{{where}}}}}"
        sign = "-" if term.sign < 0 else ""
        return sign + r" \, ".join(self._factor(factor) for factor in term.factors)

    def _factor(self, factor: Factor) -> str:
        if isinstance(factor, Ref):
            return self.name(factor.name, factor.shift)
        if isinstance(factor, Peephole):
            return f"p_{factor.gate}"
        if isinstance(factor, Complement):
            if factor.of.name in self.book.turned:
                return self._symbol(factor.of.name, factor.of.shift)
            return f"(1 - {self._factor(factor.of)})"
        if isinstance(factor, Applied):
            return (
                rf"{PHI[factor.phi]}({self._factor(factor.of)})"
                if PHI[factor.phi]
                else self._factor(factor.of)
            )
        assert isinstance(factor, Slope)
        y = self._factor(factor.of)
        y = y if isinstance(factor.of, Ref) and "^" not in y else rf"({y})"
        return SLOPES[factor.phi].replace("{y}", y)
