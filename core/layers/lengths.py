"""Sequences of unequal length in one batch: their ends, their reversal, and what is dropped between layers."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.messages import say


def check_lengths(
    lengths: Sequence[int] | Tensor | None, T: int, B: int, device: torch.device
) -> Tensor | None:
    """The number of steps of each sequence, int64 [B]; None where all have T. ValueError otherwise."""
    if lengths is None:
        return None
    ends = torch.as_tensor(lengths)
    if ends.shape != (B,) or ends.dtype not in (torch.int64, torch.int32):
        raise ValueError(
            say(
                "lengths: expected {number} whole numbers, one for each sequence, "
                "got {got} of shape {shape}. Give the number of steps of each.",
                number=B,
                got=ends.dtype,
                shape=list(ends.shape),
            )
        )
    low, high = (int(end) for end in torch.aminmax(ends))
    if low < 1 or high > T:
        raise ValueError(
            say(
                "lengths: expected numbers from 1 to T = {steps}, got {got} to {high}. "
                "Leave out empty sequences and pad the input to the longest.",
                steps=T,
                got=low,
                high=high,
            )
        )
    return None if low == T else ends.to(device, torch.int64)


def reversed_order(lengths: Tensor, steps: int) -> Tensor:
    """[T, B]: the step that comes t-th when each sequence is read from its own end."""
    t = torch.arange(steps, device=lengths.device)[:, None]
    return torch.where(t < lengths, lengths - 1 - t, t)


def reorder_steps(x: Tensor, order: Tensor | None) -> Tensor:
    """x [T, B, I] in the order [T, B] of its steps; the other way round where there is none."""
    return x.flip(0) if order is None else x.gather(0, order.unsqueeze(2).expand_as(x))


def last_outputs(output: Tensor, lengths: Tensor | None) -> Tensor:
    """[T, B, H] -> [B, H]: each sequence's own last step."""
    if lengths is None:
        return output[-1]
    return output[lengths - 1, torch.arange(len(lengths), device=output.device)]


def drop_out(x: Tensor, p: float, taught: int, steps: int) -> Tensor:
    """Dropout for the first `taught` sequences; which numbers are drawn does not depend on the others."""
    if taught == x.shape[1] and steps == x.shape[0]:
        return F.dropout(x, p)
    mask = torch.ones_like(x)
    mask[:steps, :taught] = F.dropout(torch.ones_like(x[:steps, :taught]), p)
    return x * mask
