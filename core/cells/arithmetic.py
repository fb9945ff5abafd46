"""The few operations that one time step is made of, for two kinds of memory.

    ARRAYS     NumPy, on the processor's memory
    TENSORS    torch, anywhere else: on a GPU

The operands of one step are tiny, so a step costs what its calls cost. At sizes that are watched NumPy's
calls take half the time of torch's on the same memory, its tanh a third to a sixth
(`python -m benchmarks engine.operations`).
What is done for all steps at once is torch's, but for a product with every step's input, which NumPy takes
in a quarter to two thirds of the time. Torch's, too, is the gates' sigmoid, which NumPy has not: an argument of
`step` that is annotated `Tensor` is a tensor for both. (One tanh for gates and candidate together, with
sigma(a) = (1 + tanh(a / 2)) / 2, is no faster: the two operations around it cost what it saves.)
All are called alike: f(a, b, out=c).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Arithmetic:
    """One set of operations, and how its operands look at a tensor's memory."""

    view: Callable[[Tensor], Any]
    zeros: Callable[..., Tensor]  # (like, *shape), of the dtype and device of `like`
    mm: Callable
    mul: Callable
    add: Callable
    sub: Callable
    tanh: Callable
    maximum: Callable
    minimum: Callable
    matmul: Callable  # [T, ., .], a product for each step
    transpose: Callable  # a copy
    erase: Callable  # (tensor [T, H, B], beyond [T, B]): 0 where `beyond` is true

    def views(self, tensors: Any) -> Any:
        """The view of a tensor, or of each of a tuple."""
        if isinstance(tensors, tuple):
            return tuple(map(self.view, tensors))
        return self.view(tensors)


def _zeros(like: Tensor, *shape: int) -> Tensor:
    """NumPy asks Linux for large pages where torch does not: an update of a large recording takes a twentieth less."""
    return torch.from_numpy(np.zeros(shape, like.detach().numpy().dtype))


def _erase(values: Tensor, beyond: Tensor) -> None:
    values.numpy().transpose(0, 2, 1)[beyond.numpy()] = 0


ARRAYS = Arithmetic(
    view=lambda tensor: tensor.detach().numpy(),
    zeros=_zeros,
    mm=np.dot,
    mul=np.multiply,
    add=np.add,
    sub=np.subtract,
    tanh=np.tanh,
    maximum=np.maximum,
    minimum=np.minimum,
    matmul=np.matmul,
    transpose=lambda a: a.T.copy(),
    erase=_erase,
)


def _maximum(a: Tensor, least: float, out: Tensor) -> Tensor:
    return torch.clamp(a, min=least, out=out)


def _minimum(a: Tensor, most: float, out: Tensor) -> Tensor:
    return torch.clamp(a, max=most, out=out)


TENSORS = Arithmetic(
    view=lambda tensor: tensor,
    zeros=lambda like, *shape: like.new_zeros(shape),
    mm=torch.mm,
    mul=torch.mul,
    add=torch.add,
    sub=torch.sub,
    tanh=torch.tanh,
    maximum=_maximum,
    minimum=_minimum,
    matmul=torch.matmul,
    transpose=lambda a: a.t().contiguous(),
    erase=lambda values, beyond: values.masked_fill_(beyond.unsqueeze(1), 0),
)


def logistic(op: Arithmetic, a, out) -> None:
    """sigma(a) = (1 + tanh(a / 2)) / 2, for arrays too."""
    op.tanh(op.mul(a, 0.5, out=out), out=out)
    op.add(op.mul(out, 0.5, out=out), 0.5, out=out)


# NumPy has no such numbers; on the processor's memory torch computes with them.
_ONLY_TORCH = (torch.bfloat16, torch.float16)


def arithmetic(like: Tensor) -> Arithmetic:
    """The operations for tensors that live where `like` does."""
    on_processor = like.is_cpu and like.dtype not in _ONLY_TORCH
    return ARRAYS if on_processor else TENSORS
