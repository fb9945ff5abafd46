"""The functions of states, candidates and gates, each with its slope: one operation at a time, into given memory."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from .arithmetic import Arithmetic, logistic
from .base import slope_sigmoid, slope_tanh


def _tanh(op: Arithmetic, a, out) -> None:
    op.tanh(a, out=out)


def _relu(op: Arithmetic, a, out) -> None:
    op.maximum(a, 0, out=out)


def _identity(op: Arithmetic, a, out) -> None:
    op.add(a, 0, out=out)


def _hard_sigmoid(op: Arithmetic, a, out) -> None:
    """min(max(a / 6 + 1 / 2, 0), 1), as torch has it."""
    op.add(op.mul(a, 1 / 6, out=out), 0.5, out=out)
    op.minimum(op.maximum(out, 0, out=out), 1, out=out)


def _slope_relu(h: Tensor, out: Tensor) -> None:
    torch.le(h, 0, out=out).neg_().add_(1)  # 1 where h is no number, as torch has it


def _slope_identity(h: Tensor, out: Tensor) -> None:
    out.fill_(1)


def _slope_hard_sigmoid(y: Tensor, out: Tensor) -> None:
    """1/6 between the flat ends, where y is 0 and 1."""
    torch.gt(y, 0, out=out).mul_(y < 1).mul_(1 / 6)


# name: (h = phi(a), phi'(a) as a function of h)
ACTIVATIONS: dict[str, tuple[Callable, Callable]] = {
    "tanh": (_tanh, slope_tanh),
    "relu": (_relu, _slope_relu),
    "sigmoid": (logistic, slope_sigmoid),
    "identity": (_identity, _slope_identity),
}


class GateActivation(NamedTuple):
    """of_tensor: (a, out=) in torch, for a row that is a tensor on either arithmetic; compute: (op, a, out); slope of y."""

    of_tensor: Callable[..., Any]
    compute: Callable[..., None]
    slope: Callable[[Tensor, Tensor], None]


def _relu_of_tensor(a: Tensor, out: Tensor) -> Tensor:
    return torch.clamp(a, min=0, out=out)


def _hard_sigmoid_of_tensor(a: Tensor, out: Tensor) -> Tensor:
    return torch.add(torch.mul(a, 1 / 6, out=out), 0.5, out=out).clamp_(0, 1)


GATE_ACTIVATIONS: dict[str, GateActivation] = {
    "sigmoid": GateActivation(torch.sigmoid, logistic, slope_sigmoid),
    "hard_sigmoid": GateActivation(_hard_sigmoid_of_tensor, _hard_sigmoid, _slope_hard_sigmoid),
    "relu": GateActivation(_relu_of_tensor, _relu, _slope_relu),
}
GATE_MEANING = (
    "the function of the gates. hard sigmoid: a line between flat ends at a = -3 and 3; relu: no upper bound, so a gate "
    "may enlarge what it lets through. Neither is in torch.nn"
)
