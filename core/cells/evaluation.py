"""The value of a cell's forward formula in torch operations, which autograd can differentiate: plain, and slow."""

import functools
from collections.abc import Callable

import torch
from torch import Tensor

from ..common.messages import say
from .symbolic import Applied, Bias, Complement, Dot, Factor, Formula, Peephole, Product, Ref, Term

PHI: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda a: a,
    "identity": lambda a: a,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "hard_sigmoid": lambda a: (a / 6 + 0.5).clamp(0, 1),
}

LookUp = Callable[
    [Ref], Tensor
]  # a quantity of this step, a previous state or the input: [..., H] or [..., I]
Rows = Callable[
    [str, str], Tensor | None
]  # (parameter, gate) -> its rows; None where the layer has none


def evaluate_formula(formula: Formula, look_up: LookUp, rows: Rows) -> Tensor:
    """The quantity [..., H] that the formula gives. ValueError: it is no formula of a forward pass."""
    terms = [_evaluate_term(term, look_up, rows) for term in formula.terms]
    present = [value for value in terms if value is not None]
    return PHI[formula.phi](sum(present[1:], start=present[0]))


def _evaluate_term(term: Term, look_up: LookUp, rows: Rows) -> Tensor | None:
    """The value of one term; None for a bias that the layer does not have."""
    match term:
        case Dot(weight, gate, of):
            matrix = rows(weight, gate)
            assert matrix is not None  # every layer has its matrices
            return look_up(of) @ matrix.t()
        case Bias(bias, gate):
            return rows(bias, gate)
        case Product(factors, sign):
            values = [_evaluate_factor(factor, look_up, rows) for factor in factors]
            return sign * functools.reduce(torch.mul, values)
    raise ValueError(say("term: expected one of a forward equation, got {got}.", got=term))


def _evaluate_factor(factor: Factor, look_up: LookUp, rows: Rows) -> Tensor:
    match factor:
        case Ref():
            return look_up(factor)
        case Complement(ref):
            return 1 - look_up(ref)
        case Applied(phi, ref):
            return PHI[phi](look_up(ref))
        case Peephole(gate):
            weight = rows("weight_peephole", gate)
            assert weight is not None  # only a cell with peepholes has such a factor
            return weight
    raise ValueError(say("factor: expected one of a forward equation, got {got}.", got=factor))
