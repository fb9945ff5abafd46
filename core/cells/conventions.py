"""How books write the same cell otherwise: a gate that opens the other way round, one bias instead of two.

    convention = Convention(inverted=frozenset("z"), one_bias=True)
    convention.equations(cell)        h = z n + (1 - z) h_prev, with a z that is 1 - torch's
    convention.numbers(cell, arrays), convention.weights(cell, weights)

The converted numbers and weights fit the converted equations exactly, forward and backward. A gate y = sigma(a)
is inverted as 1 - y = sigma(-a): its pre-activation, its rows of the weights and their gradients change sign.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .base import Cell
from .symbolic import Bias, Complement, Equations, Factor, Formula, Product, Ref, Term

ONE_BIAS = "bias"  # the name of b_ih + b_hh


@dataclass(frozen=True)
class Convention:
    """inverted: the gates y for which the book has 1 - y. one_bias: b_ih + b_hh is one number, wherever both
    stand in the same sum."""

    inverted: frozenset[str] = frozenset()
    one_bias: bool = False

    def gates(self, cell: Cell) -> tuple[str, ...]:
        """The gates of the cell that are inverted; none where 1 - sigma(a) is not sigma(-a)."""
        return tuple(gate for gate in cell.bounded_gates if gate in self.inverted)

    def equations(self, cell: Cell) -> Equations:
        """The forward equations of the cell as the book has them."""
        inverted = {*self.gates(cell)}
        return {
            name: Formula(self._terms(formula.terms, inverted), formula.phi)
            for name, formula in cell.equations().items()
        }

    def _terms(self, terms: tuple[Term, ...], inverted: set[str]) -> tuple[Term, ...]:
        both = {term.gate for term in terms if isinstance(term, Bias) and term.bias == "bias_hh"}
        both &= {term.gate for term in terms if isinstance(term, Bias) and term.bias == "bias_ih"}
        converted = []
        for term in terms:
            if isinstance(term, Bias) and self.one_bias and term.gate in both:
                if term.bias == "bias_ih":
                    converted.append(Bias(ONE_BIAS, term.gate))
            elif isinstance(term, Product):
                factors = tuple(_inverted(factor, inverted) for factor in term.factors)
                converted.append(Product(factors, term.sign))
            else:
                converted.append(term)
        return tuple(converted)

    def numbers(self, cell: Cell, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The recorded numbers, by name, as the book has them."""
        converted = dict(arrays)
        for gate in self.gates(cell):
            converted[gate] = 1 - arrays[gate]
            for name in (f"a_{gate}", f"d{gate}", f"da_{gate}"):
                if name in arrays:
                    converted[name] = -arrays[name]
        return converted

    def weights(self, cell: Cell, weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The weights of one layer and direction as the book has them, its one bias among them."""
        converted = dict(weights)
        for gate in self.gates(cell):
            H = len(weights["weight_hh"]) // cell.blocks
            start = cell.block_names.index(gate) * H
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                if name in converted:
                    converted[name] = converted[name].copy()
                    converted[name][start : start + H] *= -1
        if self.one_bias and "bias_ih" in converted:
            converted[ONE_BIAS] = converted["bias_ih"] + converted["bias_hh"]
        return converted


TORCH = Convention()  # the cells' own


def _inverted(factor: Factor, gates: set[str]) -> Factor:
    """The factor for a gate that the book writes the other way round."""
    if isinstance(factor, Ref) and factor.name in gates:
        return Complement(factor)
    if isinstance(factor, Complement) and factor.of.name in gates:
        return factor.of
    return factor
