"""The symbols of one book for one cell, in LaTeX: the one place that a list and the microscope write them from."""

from collections.abc import Sequence

from core.analysis.head import LOSS, OUTPUT, STEP_LOSS, TARGET
from core.cells import Cell
from core.cells.conventions import ONE_BIAS
from core.cells.symbolic import (
    Applied,
    Bias,
    Complement,
    Dot,
    Equations,
    Factor,
    Fraction,
    HeadTerm,
    Peephole,
    Ref,
    Slope,
    Term,
)
from dashboard.figures.books import NOTATIONS

PHI = {
    **{"tanh": r"\tanh", "relu": r"\mathrm{relu}", "sigmoid": r"\sigma", "identity": "", "": ""},
    "softmax": r"\mathrm{softmax}",
    "hard_sigmoid": r"\mathrm{hardsigmoid}",
}
SLOPES = {
    "tanh": r"\left(1 - {y}^2\right)",
    "sigmoid": r"{y} \odot \left(1 - {y}\right)",
    "relu": r"[{y} > 0]",
    "hard_sigmoid": r"\tfrac{1}{6} \odot [0 < {y} < 1]",
    "identity": "1",
}
# The quantities of attention, in every book.
ATTENTION = {
    **{"e": "e", "att": r"\alpha", "key": r"\mathrm{key}", "query": r"\mathrm{query}"},
    **{"ctx": r"\mathrm{ctx}", "out": r"\tilde h"},
}
WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class Letters:
    """The symbols of one book, for one cell."""

    def __init__(self, book: str, cell: Cell):
        self.book, self.cell = NOTATIONS[book], cell
        carries_h = cell.carry_gate is not None and cell.states[-1] == "h"
        carried = self.book.carried or {}
        self.names = {**self.book.names, **(carried if carries_h else {})}
        self.names |= {OUTPUT: self.book.output[0], TARGET: self.book.target, "x": self.book.x}
        self.names[STEP_LOSS] = r"\mathrm{loss}"
        self.names |= ATTENTION

    def equations(self) -> Equations:
        """The cell's forward equations in the book's convention."""
        return self.book.convention.equations(self.cell)

    def name(self, name: str, shift: int = 0) -> str:
        """A quantity at step t + shift; d before it for its gradient."""
        return self._at(name, "t" if shift == 0 else f"t{shift:+d}")

    def name_at(self, name: str, step: int) -> str:
        """A quantity at the step of that number, counted from 1."""
        return self._at(name, str(step))

    def _at(self, name: str, time: str) -> str:
        if name == LOSS:
            return name  # of all steps
        if name.startswith("d"):
            return rf"\mathrm{{d}}{self._at(name[1:], time)}"
        return self._letter(name) + self._time(time)

    def _letter(self, name: str) -> str:
        if name.startswith("a_"):
            return self.book.pre_activation.format(g=self.gate(name[2:]))
        return self.names.get(name, name)

    def _time(self, time: str) -> str:
        if self.book.superscript:
            return rf"^{{\langle {time} \rangle}}"
        return f"_{time}" if len(time) == 1 else f"_{{{time}}}"

    def gate(self, gate: str) -> str:
        """The letter that stands for a gate in the names of its matrices."""
        return (self.book.letters or {}).get(gate, gate)

    def matrix(self, weight: str, gate: str) -> str:
        """A weight or bias of one gate, or of the head."""
        if gate == "attention":
            return "b_c"
        if gate == OUTPUT:
            return self.output_matrix() if weight == "weight_ih" else self.book.output[2]
        form = self.book.matrices[WEIGHTS.index("bias_ih" if weight == ONE_BIAS else weight)]
        return form.format(g=self.gate(gate), s=self.names["h"]).replace("_{}", "")

    def output_matrix(self) -> str:
        """The matrix of the head."""
        return self.book.output[1].format(s=self.names["h"])

    def affine(self, matrix: str, vector: str, back: bool = False) -> str:
        """A matrix times a vector, in the book's order; back: what the transposed matrix gives back."""
        matrix += r"^\top" if back else ""
        return f"{vector} {matrix}" if self.book.rows else f"{matrix} {vector}"

    def term_order(self, term: Term | HeadTerm) -> int:
        """The place of a term of a forward equation: state before input where the book has it so, one bias last."""
        if isinstance(term, Bias):
            return 2 if self.book.convention.one_bias else 1
        is_state = isinstance(term, Dot) and term.weight == "weight_hh"
        return 0 if is_state and self.book.state_first else 1

    def outer(self, delta: str, state: str) -> str:
        """One step's term of a weight's gradient."""
        return rf"{state}^\top {delta}" if self.book.rows else rf"{delta} \, {state}^\top"

    def product(self, factors: Sequence[str]) -> str:
        """Number by number, over the units."""
        return r" \odot ".join(factors)

    def factor(self, factor: Factor) -> str:
        """A factor of such a product."""
        if isinstance(factor, Ref):
            return self.name(factor.name, factor.shift)
        if isinstance(factor, Peephole):
            return f"p_{self.gate(factor.gate)}"
        if isinstance(factor, Fraction):
            if factor.below == 1:
                return str(factor.above)
            return rf"\tfrac{{{factor.above}}}{{{factor.below}}}"
        if isinstance(factor, Complement):
            return f"(1 - {self.factor(factor.of)})"
        if isinstance(factor, Applied):
            inner = self.factor(factor.of)
            return rf"{PHI[factor.phi]}({inner})" if PHI[factor.phi] else inner
        assert isinstance(factor, Slope)
        y = self.factor(factor.of)
        squared = factor.phi == "tanh" and ("^" in y or not isinstance(factor.of, Ref))
        return SLOPES[factor.phi].replace("{y}", f"({y})" if squared else y)
