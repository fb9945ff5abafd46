"""A recurrent layer as a plain loop over time, for autograd: slow, and computed from the cell's equations alone.

    with plain_loops(inspection.layers) as passes:      # the layers compute so, whatever network they are in
        inspection.loss(inspection.run(1)).backward()
    passes[""].values[0, "forward"]["f"][3].grad        # dL/df at step 3, by torch.autograd

Nothing is taken from the fast pass: no tape, no local derivatives, no backward equations. Weights, interventions
and truncation are those of the layer. One sequence (B = 1).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..cells import Cell
from ..cells.evaluation import evaluate_formula
from ..cells.symbolic import Ref
from ..layers.interventions import Clamps
from ..layers.normalization import EPSILON, Normalization
from ..layers.recurrent import Recurrent

Key = tuple[int, str]  # layer and direction
Weights = dict[tuple[str, str], Tensor]  # (name, gate) -> the gate's rows


@dataclass
class PlainPass:
    """What one layer computed: values, by name the tensor [H] of each step in the order of the input, with its
    `grad` after the backward pass; and the leaves of its weights, by name and gate, in the order of rows."""

    values: dict[Key, dict[str, list[Tensor]]] = field(default_factory=dict)
    weights: dict[Key, Weights] = field(default_factory=dict)


@contextmanager
def plain_loops(layers: Mapping[str, Recurrent]) -> Iterator[dict[str, PlainPass]]:
    """Inside the block each of the layers computes by a plain loop; -> the last pass of each, by its name."""
    passes: dict[str, PlainPass] = {}

    def make_forward(name: str, layer: Recurrent) -> Callable:
        def forward(x: Tensor, state: Any = None, lengths: Any = None, observers: int = 0) -> Any:
            passes[name] = PlainPass()
            return run_plainly(layer, x, state, lengths, passes[name])

        return forward

    for name, layer in layers.items():
        layer.forward = make_forward(name, layer)
    try:
        yield passes
    finally:
        for layer in layers.values():
            del layer.forward  # the class's own one stands again


def run_plainly(
    layer: Recurrent, x: Tensor, state: Any, lengths: Any, plain: PlainPass
) -> tuple[Tensor, Any]:
    """As `Recurrent.forward`, of one sequence, without dropout; fills `plain`."""
    T = len(x)
    L = T if lengths is None else int(lengths[0])
    cell = layer.cell
    if layer.intervention is not None:
        cell = layer.intervention.computing_cell(cell)
    initial = [] if state is None else [state] if isinstance(state, Tensor) else [*state]
    below, lasts = list(x[:L, 0]), []
    for index in range(layer.num_layers):
        outputs = []
        for direction in layer.directions:
            key, H = (index, direction), layer.sizes[index]
            p = _leaves(cell, layer.edited_weights(*key))
            states = [s[len(lasts), 0, :H] for s in initial] or [x.new_zeros(H)] * len(cell.states)
            clamps = None
            if layer.intervention is not None:
                clamps = layer.intervention.clamps_of(cell, H, *key)
            h, last, values = _run_one(cell, p, below, states, key, layer, clamps)
            plain.values[key], plain.weights[key] = values, p
            lasts.append(last)
            outputs.append(h)
        below = [torch.cat(both) for both in zip(*outputs, strict=True)]
    output = F.pad(torch.stack(below), (0, 0, 0, T - L))[:, None]
    largest = max(layer.sizes)
    ends = [
        torch.stack([F.pad(last[k], (0, largest - len(last[k]))) for last in lasts])[:, None]
        for k in range(len(cell.states))
    ]
    return output, ends[0] if len(ends) == 1 else tuple(ends)


def _leaves(cell: Cell, weights: Mapping[str, Tensor]) -> Weights:
    """A leaf for each gate: rows of a common one would each get a gradient as large as the whole, at every step."""
    leaves: Weights = {}
    for name, weight in weights.items():
        gates = cell.peepholes if name == "weight_peephole" else cell.block_names
        for gate, rows in zip(gates, weight.detach().chunk(len(gates)), strict=True):
            leaves[name, gate] = (rows[0] if name == "weight_peephole" else rows).clone()
            leaves[name, gate].requires_grad_()
    return leaves


def _run_one(
    cell: Cell,
    p: Weights,
    inputs: list[Tensor],
    states: list[Tensor],
    key: Key,
    layer: Recurrent,
    clamps: Clamps | None,
) -> tuple[list[Tensor], list[Tensor], dict[str, list[Tensor]]]:
    """One layer in one direction: (h of each step, the last states, every value of each step)."""

    normalization = layer.normalization_of(*key)
    projection_rows = [leaf for (name, _), leaf in p.items() if name == "weight_ih"]
    unit_rows = () if normalization is None else normalization.unit_matrix.chunk(cell.blocks)
    units = dict(zip(cell.block_names, unit_rows, strict=False))

    def rows(parameter: str, gate: str) -> Tensor | None:
        return units[gate] if units and parameter == "weight_ih" else p.get((parameter, gate))

    direction, steps = key[1], list[dict[str, Tensor]]()
    in_order = inputs if direction == "forward" else inputs[::-1]
    for k, seen in enumerate(_windows(in_order, layer.window)):
        x = seen
        if normalization is not None:
            x = normalize_plainly(normalization, torch.cat(projection_rows) @ seen)
        if not layer.recurrence:
            states = [torch.zeros_like(s) for s in states]
        elif layer.truncate and k and k % layer.truncate == 0:
            states = [s.detach() for s in states]
        now = {"x": x}
        before = dict(zip(cell.states, states, strict=True))

        def look_up(ref: Ref, now: Mapping[str, Tensor] = now, before: Mapping = before) -> Tensor:
            return now[ref.name] if ref.shift == 0 else before[ref.name]

        for name, formula in cell.equations().items():
            value = evaluate_formula(formula, look_up, rows)
            now[name] = _held(clamps, name, value)
            if now[name].requires_grad:
                now[name].retain_grad()
        states = [now[name] for name in cell.states]
        steps.append(now)
    in_time = steps if direction == "forward" else steps[::-1]
    values = {name: [step[name] for step in in_time] for name in cell.equations()}
    return values["h"], states, values


def normalize_plainly(normalization: Normalization, projection: Tensor) -> Tensor:
    """One step's projection [G H] as torch itself normalises it in evaluation, times the scale."""
    scale = normalization.scale.detach()
    if normalization.kind == "batch":
        running = normalization.mean, normalization.variance
        return F.batch_norm(projection[None], *running, scale, eps=EPSILON)[0]
    H = len(projection) // normalization.blocks
    parts = zip(projection.split(H), scale.split(H), strict=True)
    return torch.cat([F.layer_norm(part, (H,), weight, eps=EPSILON) for part, weight in parts])


def _windows(inputs: list[Tensor], window: int) -> list[Tensor]:
    """For each step the last `window` inputs end to end, the oldest first; zeros before the first."""
    read = [torch.zeros_like(inputs[0])] * (window - 1) + inputs
    return [torch.cat(read[k : k + window]) for k in range(len(inputs))]


def _held(clamps: Clamps | None, name: str, value: Tensor) -> Tensor:
    """The value, with constants in the units that an intervention holds: no gradient passes through those."""
    if clamps is None:
        return value
    held = [(units, v) for quantity, units, v in clamps.inner if quantity == name]
    held += [(units, v) for units, v in clamps.states if name == "h"]
    for units, number in held:
        constant = torch.full_like(value, number).requires_grad_()
        mask = torch.zeros_like(value, dtype=torch.bool)
        mask[units] = True
        value = torch.where(mask, constant, value)
    return value
