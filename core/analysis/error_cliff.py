"""The error cliff: how one long update throws a recurrent network off course, and how clipping helps.

Pascanu, Mikolov & Bengio, On the difficulty of training recurrent neural networks (2013), equation 8
and figure 6. One unit without input, x_t = w sigma(x_{t-1}) + b with x_0 = 0.5, and the loss
(sigma(x_50) - 0.7)^2. With h_t = sigma(x_t) that is a recurrent cell with a sigmoid,

    h_t = sigma(w h_{t-1} + b),    h_0 = sigma(0.5),    loss = (h_50 - 0.7)^2,

so surface and gradients are those of `Recurrent("rnn", activation="sigmoid")` with one unit, which is
`OneUnit` here. A path needs hundreds of gradients while a slider moves; `loss_and_slope` computes the same two
numbers with scalars alone.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

from ..cells import PLAIN
from ..cells.arithmetic import ARRAYS, logistic
from ..common.checks import integer, number
from ..layers.recurrent import Recurrent

STEPS, TARGET = 50, 0.7
FIRST_STATE = 1 / (1 + math.exp(-0.5))  # h_0
W_RANGE, B_RANGE = (3.5, 7.0), (-3.2, 1.2)  # the part of the plane that contains the wall
START_POINT = (5.0, -2.1)  # on the plateau above the wall
LEARNING_RATE, CLIP_AT, UPDATES = 0.1, 1.0, 200


class OneUnit:
    """The network of one unit, in float64, with its recorded backward pass."""

    def __init__(self) -> None:
        self.layer = Recurrent(PLAIN, 1, 1, activation="sigmoid", dtype=torch.float64)
        self._p = self.layer.weights()
        self._x = torch.zeros(STEPS, 1, 1, dtype=torch.float64)
        self._first = torch.full((1, 1, 1), FIRST_STATE, dtype=torch.float64)
        with torch.no_grad():
            for p in self._p.values():
                p.zero_()

    def loss(self, w: float, b: float) -> tuple[float, np.ndarray]:
        """The loss, and its gradient [2] with respect to w and b."""
        weight, bias = self._p["weight_hh"], self._p["bias_ih"]
        with torch.no_grad():
            weight.fill_(w)
            bias.fill_(b)
        weight.grad = bias.grad = None
        output, _ = self.layer(self._x, self._first)
        loss = (output[-1, 0, 0] - TARGET).square()
        loss.backward()
        gradient = [
            parameter.grad.item() for parameter in (weight, bias) if parameter.grad is not None
        ]
        return loss.item(), np.array(gradient)

    def gradients(self, w: float, b: float) -> np.ndarray:
        """|dL/dh_t| at each of the 50 steps, float64 [50], as recorded."""
        self.loss(w, b)
        recording = self.layer.recording
        assert recording is not None
        grads = recording["h"].grads
        assert grads is not None
        return np.abs(grads[:, 0, 0])


def loss_and_slope(w: float, b: float) -> tuple[float, float, float]:
    """The loss, dL/dw and dL/db, computed forward together with h_t."""
    h, dw, db = FIRST_STATE, 0.0, 0.0
    for _ in range(STEPS):
        next_h = 0.5 + 0.5 * math.tanh(0.5 * (w * h + b))
        local_slope = next_h * (1 - next_h)
        dw, db, h = local_slope * (h + w * dw), local_slope * (1 + w * db), next_h
    error = h - TARGET
    return error * error, 2 * error * dw, 2 * error * db


def loss_surface(w: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The loss at every pair of w [M] and b [N]: float64 [N, M], a row for each b."""
    w, b = np.asarray(w, dtype=float)[None, :], np.asarray(b, dtype=float)[:, None]
    h = np.full((b.size, w.size), FIRST_STATE)
    for _ in range(STEPS):
        logistic(ARRAYS, w * h + b, h)
    return (h - TARGET) ** 2


@dataclass(frozen=True)
class DescentPath:
    """Gradient descent over the surface.

    points [U + 1, 2]: (w, b) before the first and after each update. losses [U + 1]: there.
    norms [U]: of each gradient before clipping. clip_at: the bound; None: not clipped.
    """

    points: np.ndarray
    losses: np.ndarray
    norms: np.ndarray
    clip_at: float | None

    @property
    def clipped(self) -> np.ndarray:
        """Whether each update was clipped, bool [U]."""
        if self.clip_at is None:
            return np.zeros(len(self.norms), dtype=bool)
        return self.norms > self.clip_at

    @property
    def thrown(self) -> int:
        """The number of the longest update, from 1; 0 when no update was made."""
        lengths = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        return int(lengths.argmax()) + 1 if len(lengths) else 0


def descend(
    start: tuple[float, float] = START_POINT,
    rate: float = LEARNING_RATE,
    clip_at: float | None = None,
    updates: int = UPDATES,
) -> DescentPath:
    """Plain gradient descent from (w, b) = start, (w, b) -= rate * gradient.

    clip_at: the bound on the gradient's norm; None: no clipping. Ends early where the numbers are no longer
    finite. Raises ValueError for an impossible rate, bound or number of updates.
    """
    number("rate", rate, 0, 1000)
    integer("updates", updates, 0, 10_000)
    if clip_at is not None:
        number("clip_at", clip_at, 1e-9, 1e9)
    (w, b), points, losses, norms = start, [start], [loss_and_slope(*start)[0]], []
    for _ in range(updates):
        _, dw, db = loss_and_slope(w, b)
        norm = math.hypot(dw, db)
        if not math.isfinite(norm):
            break
        scale = 1.0 if clip_at is None or norm <= clip_at else clip_at / norm
        w, b = w - rate * scale * dw, b - rate * scale * db
        norms.append(norm)
        points.append((w, b))
        losses.append(loss_and_slope(w, b)[0])
    return DescentPath(np.array(points), np.array(losses), np.array(norms), clip_at)
