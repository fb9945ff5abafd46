r"""Which inputs mattered: the share that every input has in one number of a network.

    gradient times input     a_ti = x_ti df/dx_ti
    integrated gradients     a_ti = (x_ti - x'_ti) \int_0^1 df/dx_ti (x' + s (x - x')) ds      x': the baseline

f is a loss L_k, or an output at one step. The second is complete (Sundararajan, Taly & Yan 2017): the shares sum up to
f(x) - f(x'). The points of its path are the sequences of one pass; where completeness does not hold with these, as at
the kinks of relu, the stretches of the path that lack it are cut finer.

The gradients are those of the recording, so saliency vanishes where they do: in such a network early inputs look
unimportant, whatever they decide (Ismail et al. 2019).

The inputs are what the first layer reads: numbers, one-hot vectors, or the vectors of an embedding; the share of a
symbol is the sum over these. An encoder's steps come before those of its decoder.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from ..common.checks import choice, integer
from ..common.messages import say
from .input_path import Baseline, InputPath
from .inspection import Inspection

GRADIENT, INTEGRATED = "gradient times input", "integrated gradients"
METHODS = (GRADIENT, INTEGRATED)
LOSS, SCORE, OUTPUT = "loss", "score", "output"
KINDS = (LOSS, SCORE, OUTPUT)
NODES, NODES_CUT = (
    20,
    8,
)  # points on the path, and on a stretch that was cut out of it, by Gauss and Legendre
CUTS = 4  # stretches that one is cut into
MOST_CUT = 8  # stretches that are cut in one round, the worst first
ROUNDS = 8  # of cutting, at most
TOLERANCE = 1e-5  # of f(x) - f(x')


@dataclass(frozen=True)
class Explained:
    """The number f that is explained.

    kind: "loss", the loss at `step` alone; "score", number `unit` of the head's output at `step`, which is a logit
    where there are classes; "output", the same as the task shows it: a probability, or the value.
    """

    kind: str
    step: int
    unit: int = 0

    def values(self, inspection: Inspection, output: Tensor) -> Tensor:
        """f of each of the sequences: output [T, n, O] -> [n]. ValueError where there is no such number."""
        choice("kind", self.kind, KINDS)
        step = integer("step", self.step, 0, len(output) - 1)
        if self.kind != LOSS:
            unit = integer("unit", self.unit, 0, output.shape[2] - 1)
            return (output if self.kind == SCORE else inspection.shown(output))[step, :, unit]
        if step not in inspection.at:
            raise ValueError(
                say(
                    "step: expected one that has a loss, got {step}. The last one has number {last}.",
                    step=step,
                    last=inspection.at[-1],
                )
            )
        return torch.stack([inspection.single(one, step) for one in output.split(1, 1)])


@dataclass(frozen=True)
class Saliency:
    """The shares of the inputs in f.

    attributions, inputs, gradients [T, I]: the shares; x, what was read; df/dx there. value: f(x). baseline_value: f(x'),
    and gap: the sum of the shares less f(x) - f(x'); both None of gradient times input, which promises no sum.
    points: how many points of the path were read.
    """

    attributions: np.ndarray
    inputs: np.ndarray
    gradients: np.ndarray
    value: float
    baseline_value: float | None = None
    gap: float | None = None
    points: int = 1

    @property
    def steps(self) -> np.ndarray:
        """The share of each step, the sum over its inputs: [T]."""
        return self.attributions.sum(1)

    @property
    def norms(self) -> np.ndarray:
        """||df/dx_t|| [T]."""
        return np.linalg.norm(self.gradients.astype(np.float64), axis=1)


def measure_saliency(
    inspection: Inspection,
    explained: Explained,
    method: str = INTEGRATED,
    baseline: Baseline = "zeros",
) -> Saliency:
    """The share of every input in that number, with the present weights, never truncated.

    baseline: "zeros"; "mean", the mean over the steps; or numbers [T, I]. Gradient times input has none.
    ValueError where there is no such number, and for a baseline of another shape.
    """
    choice("method", method, METHODS)
    path = InputPath(inspection, baseline if method == INTEGRATED else "zeros")
    with inspection.chunks(0):
        if method == INTEGRATED:
            return _integrate(path, explained)
        values, gradients = path.read(np.ones(1), lambda y: explained.values(inspection, y))
    gradient = gradients[:, 0].astype(np.float64)
    return Saliency(gradient * path.inputs, path.inputs, gradient, float(values[0]))


def is_long(inspection: Inspection) -> bool:
    """Whether the points of a path do not fit into one pass, so that integrated gradients take a while."""
    return InputPath(inspection).most_points < NODES


def _integrate(path: InputPath, explained: Explained) -> Saliency:
    """Integrated gradients, with more points where completeness does not hold with fewer."""
    number = _Number(path.inspection, explained)
    f: dict[float, float] = {}  # at the ends of stretches
    stretches, count = [(0.0, 1.0)], NODES
    done, gradient, points = np.zeros(()), np.zeros((0, 0)), 0
    for left in reversed(range(ROUNDS + 1)):
        inside, weights = _rule(count)
        new = sorted({end for stretch in stretches for end in stretch} - f.keys(), reverse=True)
        at = np.concatenate([new, *(a + (b - a) * inside for a, b in stretches)])
        values, gradients = path.read(at, number.values)
        if not points:
            gradient = gradients[:, 0].astype(np.float64)
        points += len(at)
        f |= dict(zip(new, values[: len(new)].tolist(), strict=True))
        way = path.inputs - path.baseline
        by_stretch = gradients[:, len(new) :].reshape(len(way), len(stretches), count, -1)
        means = np.einsum("tsni,n->sti", by_stretch, weights, dtype=np.float64)
        shares = [(b - a) * way * mean for (a, b), mean in zip(stretches, means, strict=True)]
        lacks = [abs(s.sum() - f[b] + f[a]) for (a, b), s in zip(stretches, shares, strict=True)]
        tolerance = _tolerance(gradients.dtype, f, shares)
        cut = []
        if left and sum(lacks) > tolerance:
            worst = np.argsort(lacks)[::-1][:MOST_CUT]
            cut = [k for k in worst if lacks[k] > tolerance / MOST_CUT]
        done = done + sum(share for k, share in enumerate(shares) if k not in cut)
        if not cut:
            break
        stretches, count = [piece for k in cut for piece in _cut(*stretches[k])], NODES_CUT
    gap = float(np.sum(done)) - (f[1.0] - f[0.0])
    return Saliency(done, path.inputs, gradient, f[1.0], f[0.0], gap, points)


@dataclass
class _Number:
    """f along a path whose first point is the input itself: its answers stay the right ones where nobody knows these."""

    inspection: Inspection
    explained: Explained
    is_settled: bool = False

    def values(self, output: Tensor) -> Tensor:
        """f of each point, [n]."""
        if not self.is_settled and self.inspection.with_own_answers is not None:
            self.inspection = self.inspection.with_own_answers(output[:, :1])
        self.is_settled = True
        return self.explained.values(self.inspection, output)


def _tolerance(dtype: np.dtype, f: dict[float, float], shares: list[np.ndarray]) -> float:
    """What the sum may lack: a share of what it should be, and what rounding leaves."""
    rounding = abs(f[0.0]) + abs(f[1.0]) + sum(float(np.abs(share).sum()) for share in shares)
    return TOLERANCE * abs(f[1.0] - f[0.0]) + 4 * float(np.finfo(dtype).eps) * rounding


def _rule(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights by Gauss and Legendre between 0 and 1."""
    points, weights = np.polynomial.legendre.leggauss(count)
    return (points + 1) / 2, weights / 2


def _cut(a: float, b: float) -> list[tuple[float, float]]:
    ends = [a + (b - a) * k / CUTS for k in range(CUTS)] + [b]
    return list(pairwise(ends))
