"""Sequences of unequal length, one after another in one tensor."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Ragged:
    """flat: int64 [N] symbols or float32 [N, I] values. starts, lengths: int64 [sequences], lengths above 0."""

    flat: Tensor
    starts: Tensor
    lengths: Tensor

    @classmethod
    def of(cls, sequences: Sequence[Tensor]) -> "Ragged":
        """The sequences, each int64 [n] or float32 [n, I]."""
        lengths = torch.tensor([len(each) for each in sequences])
        return cls(torch.cat(list(sequences)), lengths.cumsum(0) - lengths, lengths)

    def padded(self, which: Tensor, T: int) -> tuple[Tensor, Tensor]:
        """(x [T, B] or [T, B, I] with zeros behind the end of each, lengths [B]) of these sequences."""
        lengths, steps = self.lengths[which], torch.arange(T)[:, None]
        x = self.flat[self.starts[which] + torch.minimum(steps, lengths - 1)]
        x[steps >= lengths] = 0
        return x, lengths

    def part(self, which: Tensor) -> tuple[Tensor, Tensor]:
        """(flat [M] or [M, I] of these sequences, int64 [M]: to which of them each step belongs)."""
        lengths = self.lengths[which]
        owner = torch.repeat_interleave(torch.arange(len(which)), lengths)
        first = lengths.cumsum(0) - lengths
        within = torch.arange(len(owner)) - first[owner]
        return self.flat[self.starts[which][owner] + within], owner
