"""Gradient clipping (Pascanu, Mikolov & Bengio 2013) and the norm that it looks at."""

import torch
from torch import Tensor


def norm_of(vector: Tensor) -> float:
    """The Euclidean norm of a vector; inf or nan if any of its numbers is."""
    return torch.linalg.vector_norm(vector).item()


@torch.no_grad()
def clip_gradient(gradient: Tensor, norm: float, how: str, at: float) -> float:
    """Clips `gradient` [P], whose norm is `norm`, in place -> its norm afterwards.

    how: "off"; "norm": all is scaled so that the norm is at most `at`, which keeps the direction; "value":
    each number is cut to [-at, at], which does not.
    """
    if how == "value":
        return norm_of(gradient.clamp_(-at, at))
    if how == "norm" and norm > at:
        gradient.mul_(at / norm)
        return at
    return norm
