"""The weights of a run after some of its updates: of the whole network, or of its embedding."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import torch
from torch import nn

MAX_SNAPSHOTS = 60

Model = TypeVar("Model", bound=nn.Module)


@dataclass
class WeightHistory:
    """The weights after some updates, evenly spaced over the run: those after every `every`-th update are kept.

    most_numbers: of all snapshots together, the bound of their memory.
    """

    most_numbers: int
    every: int = 10
    updates: list[int] = field(default_factory=list)
    weights: list[np.ndarray] = field(default_factory=list)

    def is_due(self, update: int) -> bool:
        """Whether those after this update are kept."""
        return update % self.every == 0 and (not self.updates or update > self.updates[-1])

    def add(self, update: int, weights: np.ndarray) -> None:
        """Keeps a copy of the weights, of any shape; when there are too many, every second one goes."""
        self.updates.append(update)
        self.weights.append(weights.copy())
        most = max(2, min(MAX_SNAPSHOTS, self.most_numbers // max(1, weights.size)))
        while len(self.updates) > most:
            self.every *= 2
            remaining = [k for k, n in enumerate(self.updates) if n % self.every == 0]
            self.updates = [self.updates[k] for k in remaining]
            self.weights = [self.weights[k] for k in remaining]

    def before(self, update: int) -> list[tuple[int, np.ndarray]]:
        """(update, weights) of what is kept up to that update."""
        pairs = zip(self.updates, self.weights, strict=True)
        return [(n, weights) for n, weights in pairs if n <= update]


def flatten_weights(model: nn.Module) -> np.ndarray:
    """All numbers of the network's state_dict, float32 [P]: its parameters, and what it has measured of its inputs."""
    tensors = [v.detach().float().flatten() for v in model.state_dict().values()]
    return torch.cat(tensors).numpy()


def restore_weights(model: Model, weights: np.ndarray) -> Model:
    """A copy of the network with the weights [P] of another moment of it, as `flatten_weights` wrote them."""
    copy, start = deepcopy(model), 0
    with torch.no_grad():
        for tensor in copy.state_dict().values():
            part = weights[start : start + tensor.numel()]
            tensor.copy_(torch.from_numpy(part).view_as(tensor))
            start += tensor.numel()
    return copy
