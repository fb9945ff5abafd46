r"""The linear head of a network, for the microscope: from dh on to the prediction and what is right.

    a_y = W_y h + b_y                  y = phi(a_y), phi: softmax, sigmoid or identity
    dh|head = W_y^T da_y               da_y = (y - target) / N;  of squared errors 2 (y - target) / N
    loss = -log y_target               of squared errors (y - target)^2;  L: the mean of the steps' losses

N: the number of losses whose mean is the loss. The target follows from the recorded gradient; it is
believed only if the loss that it gives is the recorded one.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..cells.symbolic import Fraction
from ..layers.sequence_model import SequenceModel

OUTPUT, OUTPUT_SUM, TARGET = "y", "a_y", "target"  # names beside a cell's quantities
STEP_LOSS, LOSS = "loss", "L"  # of one step; of the sequence, whose gradient is recorded
HEAD_NAMES = (OUTPUT_SUM, OUTPUT, f"d{OUTPUT_SUM}", STEP_LOSS, LOSS)


@dataclass(frozen=True)
class Head:
    """part: whose top layer it reads. weight [O, F], bias [O] or None. phi: the function of the output.

    sums: it reads the sum of both directions. ends: it reads the reverse direction's state at step 0,
    after the whole sequence, whatever the step.
    """

    part: str
    weight: np.ndarray
    bias: np.ndarray | None
    phi: str
    sums: bool = False
    ends: bool = False

    def column(self, unit: int, direction: str, H: int) -> int:
        """The column of W_y that is multiplied with the unit's state."""
        return unit + (H if direction == "reverse" and not self.sums else 0)

    def step_read(self, t: int, direction: str) -> int:
        """The step at which it reads that direction's state for the output of step t."""
        return 0 if self.ends and direction == "reverse" else t


@dataclass(frozen=True)
class HeadNumbers:
    """phi: the function of the output. scores, outputs, targets, gradients: [T, O]. fraction: of the difference y - target that is da_y.

    at: the steps with a loss, in order; losses [T], loss: as recorded, of each of them (NaN elsewhere) and of all.
    """

    phi: str
    scores: np.ndarray
    outputs: np.ndarray
    targets: np.ndarray
    gradients: np.ndarray
    fraction: Fraction
    at: tuple[int, ...] = ()
    losses: np.ndarray | None = None
    loss: float = 0.0


def head_of(model: Any, phi: str) -> Head | None:
    """The head of a network whose scores are W_y h + b_y; None where something stands between both."""
    parts = model.parts
    if len(parts) > 1 and model.score is not None:
        return None  # attention
    part = [*parts][-1]
    layer = parts[part]
    bias = model.head.bias
    reads_both = isinstance(model, SequenceModel) and layer.bidirectional
    return Head(
        part,
        model.head.weight.detach().numpy().astype(np.float64),
        None if bias is None else bias.detach().numpy().astype(np.float64),
        phi,
        sums=reads_both and model.combine == "sum",
        ends=reads_both and model.at == "last",
    )


def head_numbers(
    phi: str,
    scores: np.ndarray,
    gradients: np.ndarray,
    at: tuple[int, ...],
    loss: float,
    losses: np.ndarray | None = None,
) -> HeadNumbers | None:
    """The numbers of the head, from its recorded scores and their gradients; None where they do not fit phi.

    scores, gradients [T, O]; at: the steps with a loss; loss: the mean of their losses; losses [K]: each of them.
    """
    scores, gradients = scores.astype(np.float64), gradients.astype(np.float64)
    if not at or not (np.isfinite(scores).all() and np.isfinite(gradients).all()):
        return None
    steps = [*at]
    averaged = len(at) * (1 if phi == "softmax" else scores.shape[1])
    fraction = Fraction(2 if phi == "identity" else 1, averaged)
    outputs = output_function(phi, scores)
    targets = np.full_like(outputs, np.nan)
    targets[steps] = outputs[steps] - gradients[steps] * fraction.below / fraction.above
    if phi == "identity":
        recomputed = np.mean((outputs[steps] - targets[steps]) ** 2)
    else:
        targets[steps] = targets[steps].round() + 0.0  # no -0
        likely = np.where(targets[steps] > 0.5, outputs[steps], 1 - outputs[steps])
        logs = np.log(np.maximum(likely, 1e-300))
        if phi == "softmax":
            logs = (targets[steps] * logs).sum(1)
        recomputed = -logs.mean()
    fits = np.isclose(recomputed, loss, rtol=1e-3, atol=1e-6)
    if not fits:
        return None
    by_step = np.full(len(scores), np.nan)
    by_step[steps] = np.nan if losses is None else losses
    return HeadNumbers(phi, scores, outputs, targets, gradients, fraction, at, by_step, loss)


def output_function(phi: str, scores: np.ndarray) -> np.ndarray:
    """phi of the scores [..., O]."""
    if phi == "softmax":
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        return powers / powers.sum(-1, keepdims=True)
    return 1 / (1 + np.exp(-scores)) if phi == "sigmoid" else scores
