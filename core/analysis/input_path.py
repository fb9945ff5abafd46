"""A network read at many points of the straight path from a baseline to its input: the sequences of one pass.

The points replace what the first layers read, whatever stands before them: numbers, one-hot vectors, an embedding. The
gradients come from the recording of that pass (see `core.layers.input_gradients`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from ..common.messages import say
from ..layers.recurrent import Recurrent
from .inspection import Inspection, join_parts

NamedBaseline = Literal["zeros", "mean"]
Baseline = NamedBaseline | np.ndarray
MAX_BYTES = 64 * 2**20  # of the recordings of one pass; what has more points makes several
Values = Callable[[Tensor], Tensor]  # the output [T, n, O] -> f of each of its sequences, [n]


class InputPath:
    """inputs, baseline [T, I]: the two ends of the path, known once it has been read."""

    def __init__(self, inspection: Inspection, baseline: Baseline = "zeros"):
        self.inspection, self._wanted = inspection, baseline
        self.inputs = self.baseline = np.zeros((0, 0))

    @property
    def most_points(self) -> int:
        """How many points one pass can take."""
        T = len(self.inspection.symbols)
        one = sum(_bytes_of_a_step(layer) for layer in self.inspection.layers.values()) * T
        return max(1, MAX_BYTES // one)

    def read(self, points: np.ndarray, values: Values) -> tuple[np.ndarray, np.ndarray]:
        """f [n] and df/dx [T, n, I] at the points, 0 for the baseline to 1 for the input.

        ValueError for a baseline of another shape, and where a layer records no gradients.
        """
        numbers, gradients = [], []
        for first in range(0, len(points), self.most_points):
            f, gradient = self._read_in_one_pass(points[first : first + self.most_points], values)
            numbers.append(f)
            gradients.append(gradient)
        for layer in self.inspection.layers.values():
            layer.release_memory(1)
        return np.concatenate(numbers), np.concatenate(gradients, 1)

    def _read_in_one_pass(
        self, points: np.ndarray, values: Values
    ) -> tuple[np.ndarray, np.ndarray]:
        inspection = self.inspection
        with self._inputs_at(points) as inputs:
            f = values(inspection.run(len(points)))
        f.sum().backward()
        inspection.forget()
        gradients = inspection.input_gradients(inputs)
        return f.detach().double().numpy(), gradients

    @contextmanager
    def _inputs_at(self, points: np.ndarray) -> Iterator[dict[str, np.ndarray]]:
        """Inside the block the first layers read the points -> part -> what it reads, [T, n, I], once it has."""
        inputs: dict[str, np.ndarray] = {}
        ends: list[tuple[np.ndarray, np.ndarray]] = []
        steps_before = 0

        def replace(part: str) -> Callable:
            def hook(_layer: Any, arguments: Any) -> Any:
                nonlocal steps_before
                x = arguments[0].detach()
                start = self._start_of(x[:, :1], steps_before)
                steps_before += len(x)
                ends.append((x[:, 0].numpy(), start[:, 0].numpy()))
                at = torch.as_tensor(points, dtype=x.dtype)[:, None]
                read = torch.where(at == 1, x, start + at * (x - start))
                inputs[part] = read.numpy()
                return (read, *arguments[1:])

            return hook

        layers = self.inspection.layers.items()
        hooks = [layer.register_forward_pre_hook(replace(part)) for part, layer in layers]
        try:
            yield inputs
        finally:
            for hook in hooks:
                hook.remove()
        self.inputs, self.baseline = (
            join_parts(list(rows)).astype(np.float64) for rows in zip(*ends, strict=True)
        )

    def _start_of(self, x: Tensor, steps_before: int) -> Tensor:
        """The baseline of a part's input x [T, 1, I]."""
        if isinstance(self._wanted, str):
            return x.mean(0, keepdim=True).expand_as(x) if self._wanted == "mean" else x * 0
        widths = [layer.input_size for layer in self.inspection.layers.values()]
        T, I = len(self.inspection.symbols), max(widths)  # noqa: E741 (as everywhere)
        if self._wanted.shape != (T, I):
            raise ValueError(
                say(
                    "baseline: expected an array of {T} steps and {I} inputs, got one of shape {shape}. "
                    "Give a number for each input of each step.",
                    T=T,
                    I=I,
                    shape=list(self._wanted.shape),
                )
            )
        rows = self._wanted[steps_before : steps_before + len(x), : x.shape[2]]
        return torch.as_tensor(rows, dtype=x.dtype)[:, None]


def _bytes_of_a_step(layer: Recurrent) -> int:
    """Of one sequence's recording, all layers and directions together."""
    rows = sum(sum(layer.cell.layout(size, size).size.values()) for size in layer.sizes)
    return rows * len(layer.directions) * next(layer.parameters()).element_size()
