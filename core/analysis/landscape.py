"""The loss around the present weights of a run: on a plane through them, for one fixed batch.

    around(trainer)        directions, and the loss on a grid
    onwards(trainer, ...)  the next updates with and without clipping, projected onto the plane

The plane is spanned by the gradient g of that batch and a random direction orthogonal to it, both scaled
to length 1: x is the distance along -g (downhill, at first), y the distance along the random direction.
All lengths are Euclidean, over all parameters together.
"""

import copy
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from ..common.checks import integer, number
from ..common.messages import say
from ..training.trainer import Trainer


@dataclass(frozen=True)
class Landscape:
    """The loss on a plane through the weights.

    along: float64 [n], the distances, the middle one 0. loss: float64 [n, n], a row for each distance
    along the random direction, a column for each along -gradient. here: the loss at the weights.
    norm: of the gradient. size: of the weights. downhill, sideways: the directions, float64 [P].
    """

    along: np.ndarray
    loss: np.ndarray
    here: float
    norm: float
    size: float
    downhill: np.ndarray
    sideways: np.ndarray


def loss_landscape(
    trainer: Trainer,
    share: float = 0.5,
    points: int = 21,
    turn: AbstractContextManager = nullcontext(),  # noqa: B008 (it holds nothing)
) -> Landscape:
    """The loss on a square around the weights that `trainer` has now; the run is not disturbed.

    share: half the side of the square over the norm of all weights. points: on each side, odd. turn: a
    context that is entered for each row of the grid, so that a shared machine can serve others in between.
    Raises ValueError where weights or gradient are not finite, or the gradient is 0.
    """
    number("share", share, 1e-6, 100)
    integer("points", points, 3, 101)
    if points % 2 == 0:
        raise ValueError(
            say(
                "points: expected an odd number, got {got}. Take {next}.",
                got=points,
                next=points + 1,
            )
        )
    model = copy.deepcopy(trainer.model).eval()
    parameters = list(model.parameters())
    e, task = trainer.experiment, trainer.task
    batch = task.draw(torch.Generator().manual_seed(4 * e.seed + 3), e.batch_size, 0)
    loss = task.loss(model(batch.x, batch.lengths), batch)
    loss.backward()
    gradient = _flat([torch.zeros_like(p) if p.grad is None else p.grad for p in parameters])
    centre = _flat([p.detach() for p in parameters])
    norm, size = float(np.linalg.norm(gradient)), float(np.linalg.norm(centre))
    if not np.isfinite(norm + size) or norm == 0:
        raise ValueError(
            say(
                "loss surface: expected a gradient with a direction, got one of norm {norm:g}. "
                "Go back to an earlier state, or begin anew.",
                norm=norm,
            )
        )
    downhill = -gradient / norm
    sideways = _orthogonal(downhill, e.seed)
    along = np.linspace(-1, 1, points) * share * size
    losses = np.empty((points, points))
    with torch.no_grad(), model.unrecorded():
        for row, y in enumerate(along):
            with turn:
                for column, x in enumerate(along):
                    _fill(parameters, centre + x * downhill + y * sideways)
                    losses[row, column] = task.loss(model(batch.x, batch.lengths), batch).item()
    return Landscape(along, losses, loss.item(), norm, size, downhill, sideways)


def project_updates(
    trainer: Trainer, plane: Landscape, clipping: str, updates: int = 20
) -> np.ndarray:
    """The path of the next `updates` updates, projected onto the plane: float64 [<= updates + 1, 2].

    A copy of the run makes the updates, with the same batches and with `clipping` ("off", "norm", "value").
    The path is shorter where the copy diverges.
    """
    twin = Trainer(trainer.experiment.but(clipping=clipping), trainer.probe.text)
    twin.load_state_dict(trainer.state_dict())
    for name, layer in trainer.model.parts.items():
        twin.model.parts[name].intervention = layer.intervention
    start = _weights(twin)
    path = [np.zeros(2)]
    for step in islice(twin, updates):
        if not step.finite:
            break
        shift = _weights(twin) - start
        path.append(np.array([shift @ plane.downhill, shift @ plane.sideways]))
    return np.array(path)


def _weights(trainer: Trainer) -> np.ndarray:
    return _flat([p.detach() for p in trainer.model.parameters()])


def _orthogonal(direction: np.ndarray, seed: int) -> np.ndarray:
    """A random direction of length 1, orthogonal to the given one; zeros where there is none."""
    random = np.random.default_rng(seed).standard_normal(direction.size)
    for _ in range(2):  # twice, because rounding leaves a rest
        random -= (random @ direction) * direction
    length = np.linalg.norm(random)
    return random / length if length > 0 else random


def _flat(tensors: list[Tensor]) -> np.ndarray:
    return torch.cat([t.flatten().double() for t in tensors]).numpy()


def _fill(parameters: list[torch.nn.Parameter], values: np.ndarray) -> None:
    for p, chunk in zip(parameters, _split(parameters, values), strict=True):
        p.copy_(chunk.view_as(p))


def _split(parameters: list[torch.nn.Parameter], values: np.ndarray) -> Iterator[Tensor]:
    return iter(torch.from_numpy(values).split([p.numel() for p in parameters]))
