"""Gradient clipping (Pascanu, Mikolov & Bengio 2013): what to do when the gradient is too large."""

import torch
from torch import Tensor


def total_norm(tensors: list[Tensor]) -> float:
    """The Euclidean norm of all numbers of all tensors together; inf or nan if any of them is.

    As torch.nn.utils.get_total_norm, bit for bit, in half its time: these are on one device.
    """
    norms = torch._foreach_norm(tensors)  # pyright: ignore[reportPrivateImportUsage]
    return torch.linalg.vector_norm(torch.stack(norms)).item()


@torch.no_grad()
def clip(grads: list[Tensor], norm: float, how: str, at: float) -> float:
    """Changes `grads`, whose total norm is `norm`, in place -> their total norm afterwards.

    how: "off"; "norm": all of them scaled together so that the norm is at most `at`, which keeps the
    direction; "value": each number cut to [-at, at], which does not.
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
