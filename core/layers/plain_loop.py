"""The same pass as a plain loop of differentiable operations, for derivatives of derivatives.

The hand-written backward pass gives first derivatives. Where a derivative is itself to be differentiated
(`create_graph=True`: gradient penalties, Hessians), autograd goes through this loop instead. It evaluates the
cell's equations (`core.cells.symbolic`) one by one, which is slow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..cells.base import Cell
from ..cells.evaluation import evaluate_formula
from ..cells.symbolic import Equations, Ref
from .interventions import Clamps
from .plan import Plan

Parameters = Mapping[str, Tensor]


def run_plain_loop(
    plan: Plan,
    x: Tensor,
    state: Sequence[Tensor | None],
    parameters: Parameters,
) -> tuple[Tensor, Tensor | None]:
    """x [T, B, I], h0 and c0 [B, H] or None for zeros -> (output [T, B, H], last c [B, H] or None).

    Of the sequences only the first `plan.taught` pass gradients on to the parameters.
    """
    B = x.shape[1]
    fixed = {name: p.detach() for name, p in parameters.items()}
    outputs, lasts = [], []
    for columns, p in (
        (slice(0, plan.taught), parameters),
        (slice(plan.taught, B), fixed),
    ):
        if columns.start < columns.stop:
            start = [None if s is None else s[columns] for s in state]
            ends = None if plan.lengths is None else plan.lengths[columns]
            output, last = _loop(plan, x[:, columns], start, p, ends)
            outputs.append(output)
            lasts.append(last)
    return torch.cat(outputs, 1), torch.cat(lasts) if "c" in plan.cell.states else None


def _loop(
    plan: Plan,
    x: Tensor,
    start: Sequence[Tensor | None],
    p: Parameters,
    lengths: Tensor | None,
) -> tuple[Tensor, Tensor]:
    cell = plan.cell
    zeros = x.new_zeros(x.shape[1], p["weight_hh"].shape[1])
    # Where a layer starts from zeros, it is given no state at all, or None.
    given = [*start, *([None] * len(cell.states))]
    states = {name: zeros if s is None else s for name, s in zip(cell.states, given, strict=False)}
    nothing = dict.fromkeys(states, zeros)
    outputs = []
    for t, x_t in enumerate(x):
        if plan.truncate and t and t % plan.truncate == 0:
            states = {name: s.detach() for name, s in states.items()}
        inside = None if lengths is None else (t < lengths).unsqueeze(1)
        x_t = x_t if inside is None else torch.where(inside, x_t, 0)
        before = states if plan.recurrence else nothing
        values = step_plainly(cell, p, x_t, before, plan.clamps)
        if inside is None:
            states = {name: values[name] for name in states}
            outputs.append(states["h"])
        else:  # beyond a sequence's end its state stays, and its output is 0
            states = {name: torch.where(inside, values[name], s) for name, s in states.items()}
            outputs.append(torch.where(inside, values["h"], 0))
    return torch.stack(outputs), states[cell.states[-1]]


def step_plainly(
    cell: Cell,
    parameters: Parameters,
    x: Tensor,
    states: Mapping[str, Tensor],
    clamps: Clamps | None = None,
) -> dict[str, Tensor]:
    """One step as differentiable operations: x [B, I], the previous states [B, H] -> every quantity, [B, H]."""
    return _Step(cell, parameters, {**states, "x": x}).run(cell.equations(), clamps)


@dataclass
class _Step:
    """One time step: the quantities computed so far, and what they are computed from."""

    cell: Cell
    p: Parameters
    before: Mapping[str, Tensor]  # x and the previous states
    values: dict[str, Tensor] = field(default_factory=dict)

    def run(self, equations: Equations, clamps: Clamps | None) -> dict[str, Tensor]:
        """Every quantity, [B, H]."""
        clamped = () if clamps is None else clamps.inner
        clamped += () if clamps is None else tuple(("h", *state) for state in clamps.states)
        for name, formula in equations.items():
            value = evaluate_formula(formula, self.look_up, self.rows)
            for quantity, units, constant in clamped:
                if quantity == name:
                    value = value.clone()
                    value[:, units] = constant  # no gradient passes through a constant
            self.values[name] = value
        return self.values

    def look_up(self, ref: Ref) -> Tensor:
        """A quantity of this step, a previous state or the input."""
        return self.before[ref.name] if ref.shift or ref.name == "x" else self.values[ref.name]

    def rows(self, parameter: str, gate: str) -> Tensor | None:
        """The gate's rows of a parameter; None of a bias that the layer does not have."""
        if parameter not in self.p:
            return None
        if parameter == "weight_peephole":
            return self.p[parameter][self.cell.peepholes.index(gate)]
        H = self.p["weight_hh"].shape[1]
        block = self.cell.block_names.index(gate)
        return self.p[parameter][block * H : block * H + H]
