"""The rules that turn a gradient g into an update of the weights w: those of torch.optim, to the bit.

Each works on all parameters of a network as one vector, so that its cost is a few operations, however many
parameters there are. Formulas, their order and the names of the state are torch's, with its default options:
a run that was saved with either goes on with the other. torch.optim itself takes a second to import,
because it brings torch's compiler.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from ..common.messages import say
from ..common.registry import Registry
from .flat_parameters import FlatParameters


class UpdateRule(ABC):
    """One rule with its state, for the parameters of one network.

    rate: the learning rate. steps: the number of updates made. averages: what the rule remembers of past
    gradients, by torch's name: vectors like that of the parameters, zero at first.
    """

    average_names: ClassVar[tuple[str, ...]] = ()
    saves_steps: ClassVar[bool] = False  # as torch does for some rules: "step" of each parameter

    def __init__(self, parameters: FlatParameters, rate: float):
        self.parameters, self.rate, self.steps = parameters, rate, 0
        self.averages = {name: torch.zeros_like(parameters.vector) for name in self.average_names}

    def step(self) -> None:
        """Updates the parameters by their gradient."""
        self.steps += 1
        self._update(self.parameters.vector, self.parameters.gradient, (*self.averages.values(),))

    @abstractmethod
    def _update(self, w: Tensor, g: Tensor, averages: tuple[Tensor, ...]) -> None:
        """Changes the weights and the averages in place; all [P], as the gradient g."""

    def state_dict(self) -> dict[str, Tensor]:
        """A copy of the state, named and shaped as torch.optim's: "PARAMETER.NAME" -> tensor."""
        state = {
            f"{parameter}.{name}": part
            for name, average in self.averages.items()
            for parameter, part in self.parameters.split(average.clone()).items()
        }
        if self.saves_steps:
            state |= {
                f"{name}.step": torch.tensor(float(self.steps)) for name in self.parameters.by_name
            }
        return state

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Restores what `state_dict` returned. ValueError where "step" is no number of updates."""
        for name, average in self.averages.items():
            for parameter, part in self.parameters.split(average).items():
                part.copy_(state[f"{parameter}.{name}"])
        if self.saves_steps:
            steps = state[f"{next(iter(self.parameters.by_name))}.step"].item()
            if not 0 <= steps < math.inf:
                raise ValueError(
                    say(
                        "state: expected a number of updates as step, got {got:g}. "
                        "Use a state that a training has saved.",
                        got=steps,
                    )
                )
            self.steps = int(steps)


class SGD(UpdateRule):
    """Stochastic gradient descent (Robbins & Monro 1951).

    w <- w - rate g
    """

    def _update(self, w: Tensor, g: Tensor, averages: tuple[Tensor, ...]) -> None:
        w.add_(g, alpha=-self.rate)


class Momentum(UpdateRule):
    """Gradient descent with momentum (Polyak 1964), as torch has it: the rate is not part of m.

    m <- 0.9 m + g
    w <- w - rate m
    """

    average_names = ("momentum_buffer",)

    def _update(self, w: Tensor, g: Tensor, averages: tuple[Tensor, ...]) -> None:
        (m,) = averages
        m.mul_(0.9).add_(g)
        w.add_(m, alpha=-self.rate)


class RMSprop(UpdateRule):
    """Steps in units of the gradient's usual size (Tieleman & Hinton 2012, lecture 6.5).

    v <- 0.99 v + 0.01 g^2
    w <- w - rate g / (sqrt(v) + 1e-8)
    """

    average_names = ("square_avg",)
    saves_steps = True

    def _update(self, w: Tensor, g: Tensor, averages: tuple[Tensor, ...]) -> None:
        (v,) = averages
        v.mul_(0.99).addcmul_(g, g, value=1 - 0.99)
        w.addcdiv_(g, v.sqrt().add_(1e-8), value=-self.rate)


class Adam(UpdateRule):
    """Adam (Kingma & Ba 2015, algorithm 1); t is the number of this update, from 1.

    m <- 0.9 m + 0.1 g
    v <- 0.999 v + 0.001 g^2
    w <- w - rate m / (1 - 0.9^t) / (sqrt(v / (1 - 0.999^t)) + 1e-8)
    """

    average_names = ("exp_avg", "exp_avg_sq")
    saves_steps = True

    def _update(self, w: Tensor, g: Tensor, averages: tuple[Tensor, ...]) -> None:
        (m, v), t = averages, self.steps
        m.lerp_(g, 1 - 0.9)
        v.mul_(0.999).addcmul_(g, g, value=1 - 0.999)
        root = v.sqrt().div_((1 - 0.999**t) ** 0.5).add_(1e-8)
        w.addcdiv_(m, root, value=-self.rate / (1 - 0.9**t))


OPTIMIZERS: Registry[type[UpdateRule]] = Registry(
    "optimizer", {"sgd": SGD, "momentum": Momentum, "rmsprop": RMSprop, "adam": Adam}
)
