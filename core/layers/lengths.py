"""Sequences of unequal length in one batch: their ends, their reversal, windows over them, and dropout between layers."""

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


def join_window(x: Tensor, window: int, before: Tensor | None) -> Tensor:
    """The last `window` inputs of each step side by side, the oldest first: [T, B, I] -> [T, B, window I].

    before: the window - 1 inputs before the first step [window - 1, B, I]; zeros when None. A product with the
    rows of weight_ih is a causal convolution: weight_ih[:, j I + i] is the kernel's weight [:, i, j] of torch.nn.Conv1d.
    """
    if before is None:
        before = x.new_zeros(window - 1, *x.shape[1:])
    return torch.cat([before, x]).unfold(0, window, 1).mT.flatten(2)


def last_inputs(x: Tensor, window: int, before: Tensor | None, lengths: Tensor | None) -> Tensor:
    """The `before` of the steps that follow each sequence's own end: [T, B, I] -> [window - 1, B, I]."""
    if before is None:
        before = x.new_zeros(window - 1, *x.shape[1:])
    read = torch.cat([before, x])
    if lengths is None:
        return read[len(x) :]
    order = lengths + torch.arange(window - 1, device=x.device)[:, None]
    return read.gather(0, order.unsqueeze(2).expand(-1, -1, x.shape[2]))


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
