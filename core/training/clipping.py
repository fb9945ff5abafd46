"""Gradient clipping (Pascanu, Mikolov & Bengio 2013) and the norm that it looks at."""

import torch
from torch import Tensor


def total_norm(tensors: list[Tensor]) -> float:
    """The Euclidean norm of all numbers of all tensors together; inf or nan if any of them is.

    The same bits as torch.nn.utils.get_total_norm in half its time: all tensors are on one device.
    """
    norms = torch._foreach_norm(tensors)  # pyright: ignore[reportPrivateImportUsage]
    return torch.linalg.vector_norm(torch.stack(norms)).item()


@torch.no_grad()
def clip_gradients(grads: list[Tensor], norm: float, how: str, at: float) -> float:
    """Clips `grads`, whose total norm is `norm`, in place -> their total norm afterwards.

    how: "off"; "norm": all are scaled together so that the norm is at most `at`, which keeps the
    direction; "value": each number is cut to [-at, at], which does not.
    """
    if how == "value":
        for grad in grads:
            grad.clamp_(-at, at)
        return total_norm(grads)
    if how == "norm" and norm > at:
        for grad in grads:
            grad.mul_(at / norm)
        return at
    return norm
