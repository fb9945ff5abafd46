r"""The gradient that every input gets, from the recorded gradients of the sums that read it: no pass of its own.

    dL/dx_t = W_ih^T delta_t,     delta_t: of the sums of all gates and candidates, which are recorded

In two directions both add up. With a window an input is read at several steps; with normalisation the gradient goes
back through it. The weights move with every update, so `InputReader` keeps those that the recorded pass had.
"""

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..cells import Cell
from ..cells.symbolic import Dot, Ref
from .lengths import join_window
from .normalization import Normalization
from .recording import Recording
from .recurrent import Recurrent
from .trace import Trace


@dataclass(frozen=True)
class InputReader:
    """How one direction of a first layer reads the input: weight [G H, window I], as it was at one moment."""

    direction: str
    weight: Tensor
    window: int
    normalization: Normalization | None

    def gradients(self, trace: Trace, x: np.ndarray) -> np.ndarray:
        """dL/dx [T, B, I] of this direction; trace: its recording. x: as for `input_gradients`."""
        deltas = [trace[name].grads for name in sums_of_input(trace.cell)]
        recorded = np.concatenate([d[: len(x)] for d in deltas if d is not None], 2)  # [T, B, G H]
        if self.normalization is not None:
            recorded = self._before_normalization(recorded, x)
        of_windows = recorded @ self.weight.numpy()  # [T, B, window I]
        if self.window == 1:
            return of_windows
        gradients = np.zeros_like(x)
        for back, of_input in enumerate(np.split(of_windows, self.window, 2)[::-1]):
            earlier, later = slice(0, max(0, len(x) - back)), slice(back, None)
            if self.direction == "forward":
                gradients[earlier] += of_input[later]
            else:
                gradients[later] += of_input[earlier]
        return gradients

    def _before_normalization(self, recorded: np.ndarray, x: np.ndarray) -> np.ndarray:
        """The gradient of the projection W_ih x before it was normalised, [T, B, G H]."""
        assert self.normalization is not None
        seen = torch.from_numpy(x if self.direction == "forward" else x[::-1].copy())
        windows = join_window(seen, self.window, None)
        windows = windows if self.direction == "forward" else windows.flip(0)
        with torch.enable_grad():
            projection = (windows @ self.weight.T).requires_grad_()
            scale = self.normalization.scale.detach()
            normalized = self.normalization.normalize_in_evaluation(projection) * scale
            (gradient,) = torch.autograd.grad(normalized, projection, torch.from_numpy(recorded))
        return gradient.numpy()


def input_readers(layer: Recurrent) -> tuple[InputReader, ...]:
    """One for each direction of the first layer, with copies of its present weights."""
    return tuple(
        InputReader(
            direction,
            layer.edited_weights(0, direction)["weight_ih"].detach().clone(),
            layer.window,
            deepcopy(layer.normalization_of(0, direction)),
        )
        for direction in layer.directions
    )


def input_gradients(
    readers: tuple[InputReader, ...], recording: Recording, x: np.ndarray
) -> np.ndarray:
    """dL/dx [T, B, I] of a recording with gradients, all of whose sequences have T steps, and padding behind them at most.

    x [T, B, I]: what was read. ValueError where no gradients were recorded.
    """
    if not recording.has_grads:
        raise ValueError(recording.why_no_grads)
    return np.sum([r.gradients(recording[0, r.direction], x) for r in readers], axis=0)


def sums_of_input(cell: Cell) -> list[str]:
    """For each block of rows of W_ih, in torch's order, the sum that it is added to: "a_i", "a_f", …"""
    equations = cell.equations()
    return [
        next(name for name, f in equations.items() if Dot("weight_ih", gate, Ref("x")) in f.terms)
        for gate in cell.block_names
    ]
