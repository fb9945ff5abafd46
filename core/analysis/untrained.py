"""The bench: an untrained layer on random input, to see what one setting does to the gradient.

    measure(Bench(cell="rnn", hidden_size=32, length=50, spectral_radius=1.1))

All randomness comes from the seed, and the same numbers are used again whatever else is changed: the
input of a shorter sequence is the beginning of the longer one's, and the spectral radius scales the
weights that were drawn. So the difference between two pictures is the difference of the setting. (With
another number of units, cell or initialisation there are other numbers to be drawn.)
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..cells import CELLS
from ..common.checks import choice, integer, number
from ..common.rng import RandomStream
from ..layers.initialization import INITIALIZATIONS
from ..layers.recurrent import Recurrent
from .gradients import Spectra, jacobians, spectra

INPUTS = 4  # numbers at each step, from N(0, 1)
LONGEST, WIDEST, LARGEST = 200, 128, 3.0  # steps, units, spectral radius: what can be drawn at once
STEEPEST = {"tanh": 1.0, "relu": 1.0, "identity": 1.0, "sigmoid": 0.25}  # the largest slope of each
HOW = tuple(name for name in INITIALIZATIONS if name != "spectral")  # any of them can be scaled


@dataclass(frozen=True)
class Bench:
    """What the sliders say.

    spectral_radius: every block of recurrent weights is scaled to it; None: left as initialised.
    activation counts for an "rnn", forget_bias for an "lstm" (None: as initialised).
    Raises LookupError or ValueError for what cannot be.
    """

    cell: str = "rnn"
    hidden_size: int = 32
    length: int = 50
    activation: str = "tanh"
    initialization: str = "torch"
    spectral_radius: float | None = 1.0
    forget_bias: float | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        _ = CELLS[self.cell]
        integer("hidden_size", self.hidden_size, 1, WIDEST)
        integer("length", self.length, 1, LONGEST)
        choice("activation", self.activation, tuple(STEEPEST))
        choice("initialization", self.initialization, HOW)
        integer("seed", self.seed, 0, 2**31 - 1)
        if self.spectral_radius is not None:
            number("spectral_radius", self.spectral_radius, 0, LARGEST)
        if self.forget_bias is not None:
            number("forget_bias", self.forget_bias, -20, 20)


@dataclass(frozen=True)
class Measured:
    """What became of it.

    spectra: singular values of the steps' Jacobians and of their products (see `core.analysis.gradients`).
    norms [T]: the largest of each product, ||d state_T / d state_t||, the last being 1.
    by_steps [T]: the product of the steps' largest singular values from t to T, never below norms.
    by_weights [T]: for an "rnn", (sigma_max(W_hh) * steepest slope)^(T - t), never below by_steps; for
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
        """By what a gradient grows in one step on the way back, on average over all of them."""
        T = len(self.norms)
        return float(self.norms[0] ** (1 / (T - 1))) if T > 1 else 1.0


def measure(bench: Bench) -> Measured:
    """Draws the layer, runs it over the input, and measures; in float64."""
    layer, x = make(bench), inputs(bench)
    output, _ = layer(x)
    found = spectra(jacobians(layer)[0, "forward"][:, 0])
    return Measured(
        found,
        found.products[:, 0],
        along(found.steps[:, 0]),
        _by_weights(bench, layer),
        {name: block.numpy() for name, block in recurrent_blocks(layer).items()},
        output[:, 0].detach().numpy(),
    )


def make(bench: Bench) -> Recurrent:
    """The layer, float64, with the seed's numbers."""
    options: dict = {"activation": bench.activation} if bench.cell == "rnn" else {}
    if bench.cell == "lstm" and bench.forget_bias is not None:
        options["forget_bias"] = bench.forget_bias
    with RandomStream(bench.seed)():
        layer = Recurrent(
            bench.cell,
            INPUTS,
            bench.hidden_size,
            initialization=bench.initialization,
            dtype=torch.float64,
            **options,
        )
    if bench.spectral_radius is not None:
        for block in recurrent_blocks(layer).values():
            radius = float(torch.linalg.eigvals(block).abs().max())
            block.mul_(bench.spectral_radius / max(radius, 1e-12))
    return layer


def inputs(bench: Bench) -> Tensor:
    """The sequence: float64 [T, 1, INPUTS], the same whatever is made of it."""
    numbers = np.random.default_rng(bench.seed).standard_normal((LONGEST, 1, INPUTS))
    return torch.from_numpy(numbers[: bench.length])


def recurrent_blocks(
    layer: Recurrent, index: int = 0, direction: str = "forward"
) -> dict[str, Tensor]:
    """The recurrent weights of one layer and direction, [H, H] each, by the gate that they feed."""
    weight = layer.weights(index, direction)["weight_hh"].detach()
    return dict(zip(layer.cell.block_names, weight.split(weight.shape[1]), strict=True))


def along(factors: np.ndarray) -> np.ndarray:
    """Products of the factors [T] of the steps after t: [T], the last being 1."""
    found = np.ones(len(factors))
    with np.errstate(all="ignore"):
        found[:-1] = np.cumprod(factors[:0:-1])[::-1]
    return found


def _by_weights(bench: Bench, layer: Recurrent) -> np.ndarray | None:
    """Pascanu, Mikolov & Bengio (2013), equation 7: sigma_max(W_hh) times the steepest slope, per step."""
    if bench.cell != "rnn":
        return None
    (block,) = recurrent_blocks(layer).values()
    largest = float(torch.linalg.matrix_norm(block, 2))
    return along(np.full(bench.length, largest * STEEPEST[bench.activation]))
