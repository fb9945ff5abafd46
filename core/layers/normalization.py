"""The input projection W_ih x of a layer, normalised before the biases and the recurrent part are added to it.

    layer    at each step, over the units of each block (gate, candidate): its mean is taken off, and it is divided by
             its standard deviation (Ba, Kiros & Hinton 2016, in its simplest place)
    batch    for each unit, over all real steps of all sequences of the batch (Laurent et al. 2016); in evaluation
             with the running statistics of the batches before, as torch.nn.BatchNorm1d

Then each number is multiplied with a learned scale; the layer's bias stands in the place of a shift. All this lies
before the loop over time, so autograd differentiates it; the loop reads the result as its input, with the unit
matrix in the place of W_ih.

Batch normalisation of the recurrent part is not here: its statistics differ from step to step and, where sequences
end, are those of ever fewer of them.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..cells import Cell

NORMALIZATIONS = ("off", "layer", "batch")
EPSILON = 1e-5  # added to the variance, as torch does
MOMENTUM = 0.1  # the share of the newest batch in the running statistics, as in torch


class Normalization(nn.Module):
    """Of one layer and direction. scale [G H] is learned; mean and variance [G H] are the running ones of "batch".

    unit_matrix [G H, G H] is what the loop over time multiplies its input with.
    """

    unit_matrix: Tensor
    mean: Tensor
    variance: Tensor

    def __init__(
        self,
        kind: str,
        cell: Cell,
        hidden_size: int,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ):
        super().__init__()
        self.kind, self.blocks = kind, cell.blocks
        rows = cell.blocks * hidden_size
        self.scale = nn.Parameter(torch.ones(rows, device=device, dtype=dtype))
        unit_matrix = torch.eye(rows, device=device, dtype=dtype)
        self.register_buffer("unit_matrix", unit_matrix, persistent=False)
        if kind == "batch":
            self.register_buffer("mean", torch.zeros_like(self.scale.detach()))
            self.register_buffer("variance", torch.ones_like(self.scale.detach()))

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """The scale is 1; the running statistics are those of numbers with mean 0 and variance 1."""
        self.scale.fill_(1)
        if self.kind == "batch":
            self.mean.zero_()
            self.variance.fill_(1)

    def forward(
        self,
        x: Tensor,
        weight: Tensor,
        lengths: Tensor | None,
        taught: int,
        taught_steps: int,
    ) -> Tensor:
        """x [T, B, I], weight_ih [G H, I] -> the normalised projection [T, B, G H].

        Only the first `taught` sequences, which have no more than `taught_steps` steps, have a part in the statistics
        and in the gradients of the parameters; the others are normalised as in evaluation.
        """
        T, B, _ = x.shape
        real = None
        if lengths is not None:
            real = torch.arange(T, device=x.device)[:, None] < lengths
            x = x.where(real.unsqueeze(2), 0)
            real = real[:taught_steps, :taught]
        parts = []
        if taught:
            projection = F.linear(x[:taught_steps, :taught].contiguous(), weight)
            scaled = self._normalize(projection, real) * self.scale
            parts.append(F.pad(scaled, (0, 0, 0, 0, 0, T - taught_steps)))
        if taught < B:
            projection = F.linear(x[:, taught:].contiguous(), weight.detach())
            parts.append(self.normalize_in_evaluation(projection) * self.scale.detach())
        return parts[0] if len(parts) == 1 else torch.cat(parts, 1)

    def normalize_in_evaluation(self, projection: Tensor) -> Tensor:
        """A projection [..., G H], without its scale, from itself and the running statistics alone."""
        if self.kind == "batch":
            return (projection - self.mean) * torch.rsqrt(self.variance + EPSILON)
        blocks = projection.unflatten(-1, (self.blocks, -1))
        return F.layer_norm(blocks, blocks.shape[-1:], eps=EPSILON).flatten(-2)

    def _normalize(self, projection: Tensor, real: Tensor | None) -> Tensor:
        """As the layer's mode has it; real: which steps [T, B] are none of padding, where the projection is 0."""
        if self.kind != "batch" or not self.training:
            return self.normalize_in_evaluation(projection)
        number = projection[:, :, 0].numel() if real is None else int(real.sum())
        mean = projection.sum((0, 1)) / number
        deviation = projection - mean
        if real is not None:
            deviation = deviation * real.unsqueeze(2)
        variance = deviation.square().sum((0, 1)) / number
        with torch.no_grad():
            self.mean.lerp_(mean, MOMENTUM)
            self.variance.lerp_(variance * (number / max(number - 1, 1)), MOMENTUM)
        return deviation * torch.rsqrt(variance + EPSILON)
