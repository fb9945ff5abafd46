"""The same pass as a plain loop of differentiable operations, for derivatives of derivatives.

The hand-written backward pass gives first derivatives. Where a derivative is itself to be differentiated
(`create_graph=True`: gradient penalties, Hessians), autograd goes through this loop instead. It evaluates the
cell's equations (`core.cells.symbolic`) one by one, which is slow.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ..cells.base import Cell
from ..cells.symbolic import (
    Applied,
    Bias,
    Complement,
    Dot,
    Equations,
    Factor,
    Formula,
    Peephole,
    Product,
    Ref,
)
from .interventions import Clamps

PHI = {
    "": lambda a: a,
    "identity": lambda a: a,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
}

Parameters = Mapping[str, Tensor]


def run_plain_loop(
    cell: Cell,
    x: Tensor,
    state: Sequence[Tensor | None],
    parameters: Parameters,
    *,
    lengths: Tensor | None = None,
    taught: int | None = None,
    truncate: int = 0,
    clamps: Clamps | None = None,
) -> tuple[Tensor, Tensor | None]:
    """x [T, B, I], h0 and c0 [B, H] or None for zeros -> (output [T, B, H], last c [B, H] or None).

    The settings are those of `core.layers.unroll.Plan`: of the sequences only the first `taught` pass
    gradients on to the parameters.
    """
    B = x.shape[1]
    taught = B if taught is None else taught
    fixed = {name: p.detach() for name, p in parameters.items()}
    outputs, lasts = [], []
    for columns, p in ((slice(0, taught), parameters), (slice(taught, B), fixed)):
        if columns.start == columns.stop:
            continue
        ends = None if lengths is None else lengths[columns]
        start = [None if s is None else s[columns] for s in state]
        output, last = _loop(cell, x[:, columns], start, p, ends, truncate, clamps)
        outputs.append(output)
        lasts.append(last)
    return torch.cat(outputs, 1), torch.cat(lasts) if "c" in cell.states else None


def _loop(
    cell: Cell,
    x: Tensor,
    start: Sequence[Tensor | None],
    p: Parameters,
    lengths: Tensor | None,
    truncate: int,
    clamps: Clamps | None,
) -> tuple[Tensor, Tensor]:
    H = p["weight_hh"].shape[1]
    zeros = x.new_zeros(x.shape[1], H)
    given = [*start, *([None] * len(cell.states))]
    states = {
        name: zeros if s is None else s for name, s in zip(cell.states, given, strict=False)
    }
    equations = cell.equations()
    outputs = []
    for t, x_t in enumerate(x):
        if truncate and t and t % truncate == 0:
            states = {name: s.detach() for name, s in states.items()}
        inside = None if lengths is None else (t < lengths).unsqueeze(1)
        x_t = x_t if inside is None else torch.where(inside, x_t, 0)
        values = _step(cell, equations, x_t, states, p, clamps)
        if inside is None:
            states = {name: values[name] for name in states}
            outputs.append(states["h"])
        else:  # beyond a sequence's end its state stays, and its output is 0
            states = {name: torch.where(inside, values[name], s) for name, s in states.items()}
            outputs.append(torch.where(inside, values["h"], 0))
    return torch.stack(outputs), states[cell.states[-1]]


def _step(
    cell: Cell,
    equations: Equations,
    x: Tensor,
    states: Mapping[str, Tensor],
    p: Parameters,
    clamps: Clamps | None,
) -> dict[str, Tensor]:
    """Every quantity of one time step, [B, H]."""
    before = {**states, "x": x}
    values: dict[str, Tensor] = {}
    for name, formula in equations.items():
        value = _evaluate(cell, formula, values, before, p)
        for quantity, units, constant in _clamped(clamps):
            if quantity == name:
                value = value.clone()
                value[:, units] = constant  # no gradient passes through a constant
        values[name] = value
    return values


def _clamped(clamps: Clamps | None) -> list[tuple[str, slice, float]]:
    if clamps is None:
        return []
    return [*clamps.inner, *(("h", units, value) for units, value in clamps.states)]


def _evaluate(
    cell: Cell,
    formula: Formula,
    values: Mapping[str, Tensor],
    before: Mapping[str, Tensor],
    p: Parameters,
) -> Tensor:
    H = p["weight_hh"].shape[1]

    def rows(gate: str) -> slice:
        block = cell.block_names.index(gate) * H
        return slice(block, block + H)

    def look_up(ref: Ref) -> Tensor:
        return before[ref.name] if ref.shift or ref.name not in values else values[ref.name]

    def factor(of: Factor) -> Tensor:
        match of:
            case Ref():
                return look_up(of)
            case Complement(ref):
                return 1 - look_up(ref)
            case Applied(phi, ref):
                return PHI[phi](look_up(ref))
            case Peephole(gate):
                return p["weight_peephole"][cell.peepholes.index(gate)]
        raise ValueError(f"factor: expected one of a forward equation, got {of}.")

    total: Tensor | None = None
    for term in formula.terms:
        match term:
            case Dot(weight, gate, of):
                value = look_up(of) @ p[weight][rows(gate)].t()
            case Bias(bias, gate):
                if bias not in p:
                    continue
                value = p[bias][rows(gate)]
            case Product(factors, sign):
                value = factor(factors[0]) * sign
                for each in factors[1:]:
                    value = value * factor(each)
            case _:
                raise ValueError(f"term: expected one of a forward equation, got {term}.")
        total = value if total is None else total + value
    assert total is not None
    return PHI[formula.phi](total)
