"""Gradients on their way back through the normalisation of a layer's input projection, for the microscope."""

from dataclasses import dataclass

import numpy as np
import torch

from ..cells.symbolic import Dot, Ref
from .layer_stack import Key, LayerStack


@dataclass(frozen=True)
class ProjectionGradients:
    """gradients [T, G H]: of the loss with respect to W_ih x before the normalisation; steps as the cell counts.
    weight: W_ih, with torch's signs."""

    gradients: np.ndarray
    weight: np.ndarray

    def of_inputs(self, k: int, rows: slice) -> np.ndarray:
        """What these rows return to everything that step k reads."""
        return self.weight[rows].T @ self.gradients[k, rows]


def gradients_of_projection(stack: LayerStack, key: Key) -> ProjectionGradients:
    """Of a layer above another one, from the recorded gradients of its sums."""
    normalization = stack.layer.normalization_of(*key)
    assert normalization is not None
    weight = stack.layer.edited_weights(*key)["weight_ih"].detach().double()
    sums = [_sum_of(stack, key, gate) for gate in stack.cells[key].block_names]
    recorded = np.concatenate([stack.arrays[key][f"d{name}"] for name in sums], 1)
    incoming = torch.from_numpy(recorded @ stack.unit_matrices[key])
    projection = (torch.from_numpy(_inputs(stack, key)) @ weight.T).requires_grad_()
    normalized = normalization.normalize_in_evaluation(projection) * normalization.scale.detach()
    (gradients,) = torch.autograd.grad(normalized, projection, incoming)
    return ProjectionGradients(gradients.numpy(), weight.numpy())


def _sum_of(stack: LayerStack, key: Key, gate: str) -> str:
    """The sum that the gate's rows of the projection are added to."""
    return next(
        name
        for name, formula in stack.cells[key].equations().items()
        if Dot("weight_ih", gate, Ref("x")) in formula.terms
    )


def _inputs(stack: LayerStack, key: Key) -> np.ndarray:
    """What each step of the layer reads of the one below [T, window D H], in the order in which the cell counts."""
    states = []
    for direction in stack.layer.directions:
        h = stack.arrays[key[0] - 1, direction]["h"]
        states.append(h if direction == key[1] else h[::-1])
    read = np.concatenate(states, 1)
    window = stack.layer.window
    before = np.concatenate([np.zeros((window - 1, read.shape[1])), read])
    return np.concatenate([before[j : j + len(read)] for j in range(window)], 1)
