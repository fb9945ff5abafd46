"""torch.optim's optimizers under our names, with the options that our rules have."""

from collections.abc import Callable, Iterable

import torch
from torch import nn

TORCH_OPTIMIZERS: dict[str, Callable[[Iterable[nn.Parameter], float], torch.optim.Optimizer]] = {
    "sgd": lambda parameters, rate: torch.optim.SGD(parameters, rate),
    "momentum": lambda parameters, rate: torch.optim.SGD(parameters, rate, momentum=0.9),
    "rmsprop": lambda parameters, rate: torch.optim.RMSprop(parameters, rate),
    "adam": lambda parameters, rate: torch.optim.Adam(parameters, rate),
}
