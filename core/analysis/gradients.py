r"""Gradients of every loss with respect to every state, and Jacobians of the recurrent step.

    loss_to_state(layer, direct)     G[k, t] = ||dL_k / dh_t||, every loss against every state
    jacobians(layer)                 J_t = d state_t / d state_{t-1}
    spectra(J)                       singular values of each J_t, and of the products J_T ... J_{t+1}

All of them use the cell's own backward equations (`back`), which are linear in the incoming gradient:
here they process many columns for each sequence instead of one, in one pass. See Pascanu, Mikolov &
Bengio 2013 for why these numbers shrink or grow.
"""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..cells.arithmetic import ARRAYS
from ..common.messages import say
from ..layers.plan import Linearization
from ..layers.recording_facts import HORIZON_SHARE
from ..layers.recurrent import Recurrent
from .inspection import Inspection

BLOCK_COLUMNS = 512  # of a block of losses; more do not stay in the processor's cache

LayerKey = tuple[int, str]  # layer and direction


def _product(U: np.ndarray, d: np.ndarray, out: np.ndarray) -> np.ndarray:
    np.dot(U, d.reshape(len(d), -1), out=out.reshape(len(out), -1))
    return out


BATCHED_ARRAYS = replace(ARRAYS, mm=_product)


class BatchedBack:
    """A cell's `back` with n columns for each of B sequences: arrays [rows, n, B].

    `local(name)` is the row of local derivatives for the next call: [rows, B], or [parts, H, B].
    """

    def __init__(self, linear: Linearization, n: int, B: int):
        cell, tape = linear.cell, linear.tape
        self.layout, self.back = tape.buffers.layout, cell.back  # type: ignore[attr-defined]
        self.U = cell.adjoints(ARRAYS, ARRAYS.views(linear.matrices), tape.H)
        self.H, self.n, self.B = tape.H, n, B
        self.clamped_units = linear.clamped_units
        dtype = tape["h"].numpy().dtype
        # Two time steps: "dh_prev" of one step is "dh" of the step before it.
        self.slabs = np.zeros((2, self.layout.size["records"], n, B), dtype)
        self.once = np.zeros((self.layout.size["once"], n, B), dtype)
        names = list(inspect.signature(self.back).parameters)[2:]
        self.given = [name for name in names if not name.startswith("d") and name != "term"]
        self.rows = [{n: self.row(n, t) for n in names if n not in self.given} for t in (0, 1)]
        self.names = names

    def row(self, name: str, t: int) -> np.ndarray:
        """The rows of that name at time step t."""
        row = self.layout.rows[name]
        block = self.once if row.block == "once" else self.slabs[(t + row.shift) % 2]
        rows = block[row.start : row.stop]
        if row.parts == 1:
            return rows
        return rows.reshape(row.parts, -1, self.n, self.B)[:: row.every]

    def step(self, t: int, local: Mapping[str, np.ndarray]) -> None:
        """One time step backward."""
        for units in self.clamped_units:
            self.row("dh", t)[units] = 0
        rows = self.rows[t % 2]
        self.back(BATCHED_ARRAYS, self.U, *(rows[n] if n in rows else local[n] for n in self.names))


@dataclass(frozen=True)
class Reach:
    """||dL_k/dh_t|| and, where the cell has a state c, ||dL_k/dc_t||: [K, T, B], t as in the input."""

    h: np.ndarray
    c: np.ndarray | None


def loss_to_state(
    layer: Recurrent, direct: Sequence[Mapping[int, Tensor]]
) -> dict[LayerKey, Reach]:
    """Every loss against every state of the layer's last pass (all sequences of full length).

    direct: for each of the K losses, dL_k/d(output_t) [B, D H] at the steps t whose output it reads.
    -> (layer, direction) -> Reach. Raises ValueError when there is no such pass, and for several normalised layers.
    """
    if layer.num_layers > 1 and layer.normalization != "off":
        raise ValueError(
            say(
                "normalization: expected off between layers, got {got}. Use triangle, which runs a copy for each loss.",
                got=layer.normalization,
            )
        )
    maps = layer.linearization()
    first = next(iter(maps.values())).tape
    T, B, dtype = first.T, first.B, first["h"].numpy().dtype
    reaches: dict[LayerKey, Reach] = {}
    # Latest loss first: a block of losses starts at the latest step that one of them reads.
    order = sorted(range(len(direct)), key=lambda k: -max(direct[k], default=0))
    size = max(1, BLOCK_COLUMNS // B)
    blocks = [order[i : i + size] for i in range(0, len(order), size)]
    from_above: list[
        np.ndarray
    ] = []  # gradients from the layer above: [T, D H, n, B] for each block
    for index in reversed(range(layer.num_layers)):
        to_below: list[np.ndarray] = []
        shape = (len(direct), T, B)
        has_c = "c" in layer.cell.states
        arrays = {
            d: (np.zeros(shape), np.zeros(shape) if has_c else None) for d in layer.directions
        }
        for index_of_block, block in enumerate(blocks):
            width = layer.sizes[index - 1] * len(layer.directions)
            dx = np.zeros((T, width, len(block), B), dtype) if index else None
            for index_of_direction, direction in enumerate(layer.directions):
                H = layer.sizes[index]
                half = slice(index_of_direction * H, index_of_direction * H + H)
                if from_above:
                    direct_gradients = {t: from_above[index_of_block][t, half] for t in range(T)}
                else:
                    direct_gradients = _direct_columns(block, direct, half, dtype)
                if direction == "reverse":
                    direct_gradients = {T - 1 - t: d for t, d in direct_gradients.items()}
                _run_block(
                    maps[index, direction],
                    direct_gradients,
                    block,
                    arrays[direction],
                    dx,
                    direction,
                )
            if dx is not None:
                to_below.append(dx)
        from_above = to_below
        for direction, (h, c) in arrays.items():
            flip = slice(None, None, -1 if direction == "reverse" else 1)
            reaches[index, direction] = Reach(h[:, flip], None if c is None else c[:, flip])
    return dict(sorted(reaches.items()))


def _direct_columns(
    block: list[int], direct: Any, half: slice, dtype: Any
) -> dict[int, np.ndarray]:
    """Step -> the gradient that h gets from the losses directly, a column for each loss: [H, n, B]."""
    columns: dict[int, np.ndarray] = {}
    for column, k in enumerate(block):
        for t, d in direct[k].items():
            gradient = d.detach().cpu().numpy()[:, half].T
            if t not in columns:
                columns[t] = np.zeros((len(gradient), len(block), gradient.shape[1]), dtype)
            columns[t][:, column] = gradient
    return columns


def _run_block(
    linear: Linearization,
    direct_gradients: dict[int, np.ndarray],
    block: list[int],
    norms: tuple[np.ndarray, np.ndarray | None],
    dx: np.ndarray | None,
    direction: str,
) -> None:
    """Runs a block of losses backward through time; steps in the order in which the cell saw them."""
    if not direct_gradients:
        return
    tape = linear.tape
    many = BatchedBack(linear, len(block), tape.B)
    local = {name: tape[name].numpy()[..., None, :] for name in many.given}
    last, carries = max(direct_gradients), linear.recurrence
    many.row("dh", last)[:] = direct_gradients[last]
    h, c = norms
    buffer = np.empty(many.row("dh", 0).shape)
    with np.errstate(all="ignore"):
        for t in range(last, -1, -1):
            if carries:
                many.row("dh_prev", t)[:] = direct_gradients.get(t - 1, 0)
            else:  # a step gets nothing from the later ones
                many.row("dh", t)[:] = direct_gradients.get(t, 0)
                many.row("dh_prev", t)[:] = 0
                if c is not None:
                    many.row("dc", t)[:] = 0
            h[block, t] = _norms(many.row("dh", t), buffer)
            many.step(t, {name: rows[t] for name, rows in local.items()})
            if c is not None:
                c[block, t] = _norms(many.row("dc", t), buffer)
            if dx is not None:
                _add_input_gradient(linear, many, t, dx, direction)


def _norms(d: np.ndarray, buffer: np.ndarray) -> np.ndarray:
    """||d|| over the units: [H, n, B] -> [n, B]. buffer: float64, which holds the squares of all that float32 holds."""
    return np.sqrt(np.multiply(d, d, out=buffer, dtype=np.float64).sum(0))


class _StepGradients(dict):
    """Name -> gradient of one step, the argument of a cell's `input_gradient`."""

    def __init__(self, many: BatchedBack, t: int):
        super().__init__()
        self.many, self.t, self.H = many, t, many.H

    def __missing__(self, name: str) -> Tensor:
        rows = self.many.row(name, self.t)
        return torch.from_numpy(rows.reshape(len(rows), -1))


def _add_input_gradient(
    linear: Linearization, many: BatchedBack, t: int, dx: np.ndarray, direction: str
) -> None:
    """Adds what step t, as the cell counts, returns to each input that its window reads, the oldest first."""
    gradient = linear.cell.input_gradient(linear.matrices, _StepGradients(many, t))  # type: ignore[arg-type]
    inputs = gradient.numpy().reshape(linear.window, -1, many.n, many.B)
    for back, of_input in enumerate(inputs[::-1]):
        if t >= back:
            dx[len(dx) - 1 - t + back if direction == "reverse" else t - back] += of_input


def jacobians(layer: Recurrent, part: slice = slice(None)) -> dict[LayerKey, np.ndarray]:
    """J_t = d state_t / d state_{t-1} of the layer's last pass: [T, B, S, S], rows are state_t.

    The state is h (S = H), or for an LSTM h followed by c (S = 2 H). Steps in the order in which the cell
    saw them: in the reverse direction J_0 is the last step of the input. part: the T steps that are wanted.
    """
    matrices = {}
    for key, linear in layer.linearization().items():
        cell, tape = linear.cell, linear.tape
        T, B, H = len(range(tape.T)[part]), tape.B, tape.H
        S = H * len(cell.states)
        many = BatchedBack(
            linear, S, T * B
        )  # all steps at once: they do not depend on each other here
        eye = np.eye(S)[:, :, None]
        many.row("dh", 0)[:] = eye[:H]
        if "c" in cell.states:
            many.row("dc", 0)[:] = eye[H:]
        local = {}
        for name in many.given:
            rows = np.moveaxis(tape[name].numpy()[part], 0, -2)  # [..., T, B]
            local[name] = rows.reshape(*rows.shape[:-2], 1, T * B)
        with np.errstate(all="ignore"):
            many.step(0, local)
        J = np.concatenate([many.row(f"d{s}_prev", 0) for s in cell.states])  # [S', S, T B]
        if not linear.recurrence:  # each step begins from zeros, whatever the state before was
            J[:] = 0
        matrices[key] = J.reshape(S, S, T, B).transpose(2, 3, 1, 0).astype(np.float64)
    return matrices


@dataclass(frozen=True)
class Spectra:
    """Singular values, largest first: `steps` [T, S] of each J_t, `products` [T, S] of J_T ... J_{t+1},
    which carries a gradient from the last state to state t (the identity for the last). NaN where a
    product is not finite.
    """

    steps: np.ndarray
    products: np.ndarray


def spectra(J: np.ndarray) -> Spectra:
    """The singular values of the Jacobians [T, S, S] of one sequence, and of their products."""
    T, S, _ = J.shape
    products = np.empty_like(J)
    product = np.eye(S)
    with np.errstate(all="ignore"):
        for t in range(T - 1, -1, -1):
            products[t] = product
            product = product @ J[t]
    return Spectra(_singular(J), _singular(products))


def _singular(matrices: np.ndarray) -> np.ndarray:
    values = np.full(matrices.shape[:2], np.nan)
    finite = np.isfinite(matrices).all((1, 2))
    if finite.any():
        values[finite] = np.linalg.svd(matrices[finite], compute_uv=False)
    return values


@dataclass(frozen=True)
class Triangle:
    """G[k, t] = ||dL_k/dh_t|| of one sequence, and the same for c.

    at: the step of each loss, [K]. h, c: (layer, direction) -> [K, T]; c is empty without a cell state.
    The layers of an encoder come before those of its decoder, and each is 0 at the other's steps.
    """

    at: tuple[int, ...]
    h: dict[LayerKey, np.ndarray]
    c: dict[LayerKey, np.ndarray]


def triangle(inspection: Inspection) -> Triangle:
    """The gradient norms of every loss against every state, with the present weights, never truncated."""
    first = next(iter(inspection.layers.values()))
    if len(inspection.layers) > 1 or (first.num_layers > 1 and first.normalization != "off"):
        return _from_copies(inspection)
    (layer,) = inspection.layers.values()
    direct = _direct(inspection)
    reaches = loss_to_state(layer, direct)
    return Triangle(
        inspection.at,
        {key: reach.h[:, :, 0] for key, reach in reaches.items()},
        {key: reach.c[:, :, 0] for key, reach in reaches.items() if reach.c is not None},
    )


def _direct(inspection: Inspection) -> list[dict[int, Tensor]]:
    """For each loss, dL_k/d(output) of the last layer at the steps whose output it reads."""
    head_output, outputs = inspection.run_with_outputs()
    (output,) = outputs.values()
    if len(inspection.at) == 1:
        (grad,) = torch.autograd.grad(inspection.single(head_output, inspection.at[0]), output)
        steps = grad.flatten(1).any(1).nonzero().flatten().tolist() or [inspection.at[0]]
        return [{t: grad[t] for t in steps}]
    # With a loss at every step, loss k reads the output of step k alone.
    losses = [inspection.single(head_output, k) for k in inspection.at]
    (grad,) = torch.autograd.grad(torch.stack(losses).sum(), output)
    return [{k: grad[k]} for k in inspection.at]


def _from_copies(inspection: Inspection) -> Triangle:
    """The same from one copy of the sequence for each loss, for a network of several parts.

    An encoder's states reach the losses through the decoder and its attention; a backward pass over the
    copies follows all these paths.
    """
    K = len(inspection.at)
    with inspection.chunks(0):
        output = inspection.run(K)
    losses = [inspection.single(output[:, k : k + 1], step) for k, step in enumerate(inspection.at)]
    torch.stack(losses).sum().backward()
    inspection.forget()
    norms: dict[str, list[dict[LayerKey, np.ndarray]]] = {"h": [], "c": []}
    for layer in inspection.layers.values():
        recording = layer.recording
        assert recording is not None
        for name in norms:
            if name in layer.cell.states:
                norms[name].append(
                    {key: _sizes_of(recording[key], name) for key in recording.layers}
                )
    T = len(inspection.symbols)
    joined = {name: _end_to_end(parts, T) for name, parts in norms.items()}
    return Triangle(inspection.at, joined["h"], joined["c"])


def _sizes_of(trace: Any, name: str) -> np.ndarray:
    """The norm of each copy's gradient at each step, [K, T]."""
    return np.linalg.norm(trace[name].grads.astype(np.float64), axis=2).T


def _end_to_end(layers: list[dict[LayerKey, np.ndarray]], T: int) -> dict[LayerKey, np.ndarray]:
    """Of all parts one behind the other; a direction that a part has not is 0 at its steps."""
    joined_norms = {}
    for key in layers[0] if layers else ():
        parts = [norms.get(key, np.zeros_like(next(iter(norms.values())))) for norms in layers]
        joined_norms[key] = np.concatenate(parts, 1)[:, :T]
    return joined_norms


def horizon(row: np.ndarray, k: int) -> int:
    """How many steps before loss k its gradient first falls below HORIZON_SHARE of its largest.

    row: ||dL_k/dh_t|| [T]. -> the number of steps backwards from k without a gap.
    """
    backwards = row[k::-1]
    below = np.flatnonzero(~(backwards >= HORIZON_SHARE * row.max()))
    return int(below[0]) if len(below) else len(backwards)
