"""How the parameters of a recurrent layer begin: seven named ways."""

import math

import torch
from torch import Tensor, nn

from ..cells.base import Cell

INITIALIZATIONS = ("torch", "keras", "orthogonal", "identity", "spectral", "normal", "gaussian")

SPREAD = {"normal": 1.0, "gaussian": 0.1}  # standard deviations; these hold for the head too


@torch.no_grad()
def initialize(p: dict[str, Tensor], cell: Cell, how: str, spectral_radius: float) -> None:
    """Fills the parameters `p` of one layer and direction in place, in the order of torch.nn.RNN.

    torch       U(-1/sqrt(H), 1/sqrt(H)) everywhere, as torch.nn does
    keras       input weights Glorot uniform, recurrent weights orthogonal (as one [H, G H] matrix),
                biases 0, an LSTM's forget bias 1 (Keras defaults)
    orthogonal  each recurrent block orthogonal (Saxe et al. 2014), input weights Glorot, biases 0
    identity    each recurrent block the identity (Le, Jaitly & Hinton 2015), else as orthogonal
    spectral    as torch, then each recurrent block scaled to the given spectral radius
    normal      N(0, 1) everywhere, biases 0: what small textbook networks begin with
    gaussian    N(0, 0.1^2) everywhere, biases 0 ("basic tanh" of Pascanu, Mikolov & Bengio 2013)
    """
    U, W = p["weight_hh"], p["weight_ih"]
    H = U.shape[1]
    for weight in p.values():
        nn.init.uniform_(weight, -1 / math.sqrt(H), 1 / math.sqrt(H))
    if how in ("keras", "orthogonal", "identity"):
        nn.init.xavier_uniform_(W)
        for name in ("bias_ih", "bias_hh"):
            if name in p:
                p[name].zero_()
    blocks = U.split(H)
    if how == "keras":
        nn.init.orthogonal_(U)
        if "forget_bias" in cell.options and "bias_ih" in p:
            _block(p["bias_ih"], cell, "f").fill_(1)
    elif how == "orthogonal":
        for block in blocks:
            nn.init.orthogonal_(block)
    elif how == "identity":
        for block in blocks:
            nn.init.eye_(block)
    elif how in SPREAD:
        for name, weight in p.items():
            weight.zero_() if name.startswith("bias") else nn.init.normal_(weight, std=SPREAD[how])
    elif how == "spectral":
        for block in blocks:
            radius = torch.linalg.eigvals(block.double()).abs().max()
            block.mul_((spectral_radius / radius.clamp_min(1e-12)).to(block.dtype))
    forget_bias = getattr(cell, "forget_bias", None)
    if forget_bias is not None:
        _block(p["bias_ih"], cell, "f").fill_(forget_bias)
        _block(p["bias_hh"], cell, "f").zero_()


def _block(parameter: Tensor, cell: Cell, name: str) -> Tensor:
    """The rows of one gate."""
    return parameter.chunk(cell.blocks)[cell.block_names.index(name)]
