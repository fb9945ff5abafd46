"""A formula in the letters of the reader's book, in LaTeX: in symbols, and with the numbers put in."""

from collections.abc import Callable

import numpy as np

from core.analysis.microscope import Explanation, Part, Place
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


def formula_with_numbers(found: Explanation) -> str:
    """The formula with the numbers put in."""
    put = (
        operand_latex
        if len(found.parts) > 1 or any(len(p.factors) > 1 for p in found.parts)
        else number_latex
    )
    written = [_numbers(part, put) for part in found.parts] or ["0"]
    wide = [bool(part.left is not None and len(part.left) > 2) for part in found.parts] or [False]
    lines: list[list[str]] = [[]]
    for text, long in zip(written, wide, strict=True):
        if long and lines[-1]:  # a sum of products has a line of its own
            lines.append([])
        lines[-1].append(text)
    inner = r" \\ & + ".join(" + ".join(line) for line in lines)
    outer = PHI[found.formula.phi]
    total = number_latex(found.total)
    if len(lines) == 1:
        return (rf"{outer}\left({inner}\right)" if outer else inner) + f" = {total}"
    opened, closed = (rf"{outer}\Big(", r"\Big)") if outer else ("", "")
    return rf"\small\begin{{aligned}} & {opened}{inner}{closed} = {total} \end{{aligned}}"


def _numbers(part: Part, put: Callable[[float], str]) -> str:
    if part.left is not None and part.right is not None:
        with np.errstate(all="ignore"):
            each = part.left * part.right
        if part.note in ("first", "last", "cut") and not each.any():
            return rf"\underbrace{{0}}_{{\text{{{_note(part.note)}}}}}"
        largest = np.argsort(-np.abs(each))[:MAX_PRODUCTS]
        written = " + ".join(
            rf"{operand_latex(float(part.left[k]))} \cdot {operand_latex(float(part.right[k]))}"
            for k in sorted(largest)
        )
        rest = len(each) - len(largest)
        more = r" + \dots" if rest > 0 else ""
        return rf"\underbrace{{{written}{more}}}_{{{number_latex(part.value)}}}"
    if part.factors:
        sign = "-" if isinstance(part.term, Product) and part.term.sign < 0 else ""
        one = operand_latex if sign else put
        written = r" \cdot ".join(one(number) for _factor, number, _place in part.factors)
        below = rf"_{{\text{{{_note(part.note)}}}}}" if part.note else ""
        return rf"\underbrace{{{sign}{written}}}{below}" if below else sign + written
    return put(part.value)


def _note(note: str) -> str:
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

    def equation(self, place: Place, formula: Formula, parts: tuple[Part, ...]) -> str:
        """The formula in symbols."""
        written = [self._term(part) for part in parts] or ["0"]
        outer = PHI[formula.phi]
        name = self.name(place.name)
        if len(written) <= TERMS_PER_LINE:
            inner = " + ".join(written).replace("+ -", "- ")
            return f"{name} = " + (rf"{outer}\left({inner}\right)" if outer else inner)
        lines = [written[k : k + TERMS_PER_LINE] for k in range(0, len(written), TERMS_PER_LINE)]
        inner = r" \\ & + ".join(" + ".join(line) for line in lines).replace("+ -", "- ")
        opened, closed = (rf"{outer}\Big(", r"\Big)") if outer else ("", "")
        return rf"\begin{{aligned}} {name} = {opened} & {inner}{closed} \end{{aligned}}"

    def _term(self, part: Part) -> str:
        term = part.term
        if isinstance(term, Dot):
            turned = r"^\top" if term.back else ""
            symbol = self.matrix(term.weight, term.gate) + turned
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
