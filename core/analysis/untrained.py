"""An untrained layer on random input, to see the effect of one setting on the gradient.

    measure_layer(UntrainedSetting(cell="rnn", hidden_size=32, length=50, spectral_radius=1.1))

All randomness comes from the seed, and changed settings reuse the same numbers: a shorter input is the
beginning of a longer one, and the spectral radius scales the same weights. So two results differ by the
setting alone. (Another number of units, cell or initialisation draws other numbers.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..cells import CELLS, PLAIN
from ..common.checks import choice, integer, number
from ..common.rng import RandomStream
from ..layers.initialization import INITIALIZATIONS
from ..layers.recurrent import Recurrent
from ..training.experiment import cell_options
from .gradients import Spectra, jacobians, spectra

INPUT_SIZE = 4  # numbers at each step, from N(0, 1)
MAX_LENGTH, MAX_HIDDEN_SIZE, MAX_RADIUS = 200, 128, 3.0  # steps, units, spectral radius
STEEPEST_SLOPES = {
    "tanh": 1.0,
    "relu": 1.0,
    "identity": 1.0,
    "sigmoid": 0.25,
}  # the largest slope of each
INITIALIZATION_CHOICES = tuple(
    name for name in INITIALIZATIONS if name != "spectral"
)  # each can be scaled


@dataclass(frozen=True)
class UntrainedSetting:
    """The settings of an untrained layer and its input.

    spectral_radius: every block of recurrent weights is scaled to it; None: left as initialised.
    activation and forget_bias (None: as initialised) apply to a cell that has them, and knows that activation.
    Raises LookupError or ValueError for impossible values.
    """

    cell: str = PLAIN
    hidden_size: int = 32
    length: int = 50
    activation: str = "tanh"
    initialization: str = "torch"
    spectral_radius: float | None = 1.0
    forget_bias: float | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        _ = CELLS[self.cell]
        integer("hidden_size", self.hidden_size, 1, MAX_HIDDEN_SIZE)
        integer("length", self.length, 1, MAX_LENGTH)
        choice("activation", self.activation, tuple(STEEPEST_SLOPES))
        choice("initialization", self.initialization, INITIALIZATION_CHOICES)
        integer("seed", self.seed, 0, 2**31 - 1)
        if self.spectral_radius is not None:
            number("spectral_radius", self.spectral_radius, 0, MAX_RADIUS)
        if self.forget_bias is not None:
            number("forget_bias", self.forget_bias, -20, 20)


@dataclass(frozen=True)
class Measurement:
    """Jacobians, their products and the bounds on these.

    spectra: singular values of the steps' Jacobians and of their products (see `core.analysis.gradients`).
    norms [T]: the largest of each product, ||d state_T / d state_t||, the last being 1.
    by_steps [T]: the product of the steps' largest singular values after t, never below norms.
    by_weights [T]: for a plain cell, (sigma_max(W_hh) * steepest slope)^(T - t), never below by_steps; for
    gated cells None: their Jacobian is more than one matrix times a slope.
    blocks: the recurrent weights by the name of their rows, [H, H] each; h: the states [T, H].
    """

    spectra: Spectra
    norms: np.ndarray
    by_steps: np.ndarray
    by_weights: np.ndarray | None
    blocks: Mapping[str, np.ndarray]
    h: np.ndarray

    @property
    def factor(self) -> float:
        """The factor by which a gradient grows in one step backward: the geometric mean over all steps."""
        T = len(self.norms)
        return float(self.norms[0] ** (1 / (T - 1))) if T > 1 else 1.0


def measure_layer(setting: UntrainedSetting) -> Measurement:
    """Draws the layer, runs it over the input and measures it, in float64."""
    layer, x = make_layer(setting), make_inputs(setting)
    output, _ = layer(x)
    singular_values = spectra(jacobians(layer)[0, "forward"][:, 0])
    return Measurement(
        singular_values,
        singular_values.products[:, 0],
        products_after(singular_values.steps[:, 0]),
        _by_weights(setting, layer),
        {name: block.numpy() for name, block in recurrent_blocks(layer).items()},
        output[:, 0].detach().numpy(),
    )


def make_layer(setting: UntrainedSetting) -> Recurrent:
    """The layer in float64, with weights drawn from the seed."""
    known = {option.name: option for option in cell_options(setting.cell)}
    options: dict[str, Any] = {"forget_bias": setting.forget_bias} if "forget_bias" in known else {}
    if "activation" in known and setting.activation in known["activation"].choices:
        options["activation"] = setting.activation
    with RandomStream(setting.seed)():
        layer = Recurrent(
            setting.cell,
            INPUT_SIZE,
            setting.hidden_size,
            initialization=setting.initialization,
            dtype=torch.float64,
            **options,
        )
    if setting.spectral_radius is not None:
        for block in recurrent_blocks(layer).values():
            radius = float(torch.linalg.eigvals(block).abs().max())
            block.mul_(setting.spectral_radius / max(radius, 1e-12))
    return layer


def make_inputs(setting: UntrainedSetting) -> Tensor:
    """The input: float64 [T, 1, INPUT_SIZE], drawn from the seed alone."""
    numbers = np.random.default_rng(setting.seed).standard_normal((MAX_LENGTH, 1, INPUT_SIZE))
    return torch.from_numpy(numbers[: setting.length])


def recurrent_blocks(
    layer: Recurrent, index: int = 0, direction: str = "forward"
) -> dict[str, Tensor]:
    """The recurrent weights of one layer and direction, [H, H] each, by the gate that they feed."""
    weight = layer.weights(index, direction)["weight_hh"].detach()
    return dict(zip(layer.cell.block_names, weight.split(weight.shape[1]), strict=True))


def products_after(factors: np.ndarray) -> np.ndarray:
    """For each step t the product of the factors [T] of the steps after t: [T], the last being 1."""
    products = np.ones(len(factors))
    with np.errstate(all="ignore"):
        products[:-1] = np.cumprod(factors[:0:-1])[::-1]
    return products


def _by_weights(setting: UntrainedSetting, layer: Recurrent) -> np.ndarray | None:
    """Pascanu, Mikolov & Bengio (2013), equation 7: sigma_max(W_hh) times the steepest slope, per step."""
    if not layer.cell.plain:
        return None
    (block,) = recurrent_blocks(layer).values()
    largest = float(torch.linalg.matrix_norm(block, 2))
    return products_after(np.full(setting.length, largest * STEEPEST_SLOPES[setting.activation]))
