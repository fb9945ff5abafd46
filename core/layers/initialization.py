"""Seven named initialisations of a recurrent layer."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from ..cells.base import Cell

INITIALIZATIONS = ("torch", "keras", "orthogonal", "identity", "spectral", "normal", "gaussian")

STANDARD_DEVIATIONS = {"normal": 1.0, "gaussian": 0.1}  # of the head too


@torch.no_grad()
def initialize(p: dict[str, Tensor], cell: Cell, how: str, spectral_radius: float) -> None:
    """Fills the parameters `p` of one layer and direction in place, in the order of torch.nn.RNN.

    torch       U(-1/sqrt(H), 1/sqrt(H)) everywhere, as torch.nn does
    keras       input weights Glorot uniform, recurrent weights orthogonal (as one [H, G H] matrix),
                biases 0, an LSTM's forget bias 1 (Keras defaults)
    orthogonal  each recurrent block orthogonal (Saxe et al. 2014), input weights Glorot, biases 0
    identity    each recurrent block the identity (Le, Jaitly & Hinton 2015), the rest as orthogonal
    spectral    as torch, then each recurrent block scaled to the given spectral radius
    normal      N(0, 1) everywhere, biases 0: as in small textbook networks
    gaussian    N(0, 0.1^2) everywhere, biases 0 ("basic tanh" of Pascanu, Mikolov & Bengio 2013)
    """
    input_weight, recurrent_weight = p["weight_ih"], p["weight_hh"]
    hidden_size = recurrent_weight.shape[1]
    for parameter in p.values():
        nn.init.uniform_(parameter, -1 / math.sqrt(hidden_size), 1 / math.sqrt(hidden_size))
    if how in ("keras", "orthogonal", "identity"):
        nn.init.xavier_uniform_(input_weight)
    if how == "keras":
        nn.init.orthogonal_(recurrent_weight)
    elif how in STANDARD_DEVIATIONS:
        for name, parameter in p.items():
            if not name.startswith("bias"):
                nn.init.normal_(parameter, std=STANDARD_DEVIATIONS[how])
    elif how in _FILL_BLOCK:
        for block in recurrent_weight.split(hidden_size):
            _FILL_BLOCK[how](block, spectral_radius)
    _set_biases(p, cell, how)


def _set_biases(p: dict[str, Tensor], cell: Cell, how: str) -> None:
    """Zeros where the initialisation has them, and an LSTM's forget bias."""
    if "bias_ih" not in p:
        return
    if how not in ("torch", "spectral"):
        p["bias_ih"].zero_()
        p["bias_hh"].zero_()
    if how == "keras" and "forget_bias" in cell.options:
        _block(p["bias_ih"], cell, "f").fill_(1)
    forget_bias = getattr(cell, "forget_bias", None)
    if forget_bias is not None:
        _block(p["bias_ih"], cell, "f").fill_(forget_bias)
        _block(p["bias_hh"], cell, "f").zero_()


def _scale(block: Tensor, spectral_radius: float) -> None:
    """Scales the block [H, H] in place to the given spectral radius."""
    radius = torch.linalg.eigvals(block.double()).abs().max()
    block.mul_((spectral_radius / radius.clamp_min(1e-12)).to(block.dtype))


# How each recurrent block [H, H] is filled in place, where that differs from the uniform numbers.
_FILL_BLOCK: dict[str, Callable[[Tensor, float], object]] = {
    "orthogonal": lambda block, _radius: nn.init.orthogonal_(block),
    "identity": lambda block, _radius: nn.init.eye_(block),
    "spectral": _scale,
}


def _block(parameter: Tensor, cell: Cell, name: str) -> Tensor:
    """The rows of one gate in a parameter."""
    return parameter.chunk(cell.blocks)[cell.block_names.index(name)]
