"""What truncated backpropagation through time leaves out of a weight's gradient.

The gradient of W_hh is a sum over the steps, dW = sum_t delta_t h_{t-1}^T. Cut into chunks of k steps (the
state goes on, the gradient does not), every delta_t keeps only what the losses of its own chunk send back
(Williams & Peng 1990; Sutskever 2013, section 2.8.6).
"""

import math
from dataclasses import dataclass

import numpy as np

from ..common.checks import integer
from ..layers.trace import Trace
from .inspection import Reading, Subject


@dataclass(frozen=True)
class Truncated:
    """The whole gradient and the truncated one, of W_hh of all layers together.

    whole, cut: the readings. angle: between the two, in degrees; ratio: length of the cut one over the
    whole one's; NaN where one of them is zero.
    """

    whole: Reading
    cut: Reading
    angle: float
    ratio: float


def truncated(subject: Subject, k: int) -> Truncated:
    """The subject's gradients when no gradient crosses from one chunk of k steps to the one before.

    ValueError for k outside 1 .. T.
    """
    k = integer("truncation", k, 1, len(subject.symbols), "Choose a number of steps up to T.")
    with subject.chunks(0):
        whole = subject.read()
    with subject.chunks(k):
        cut = subject.read()
    a, b = _flat(whole), _flat(cut)
    with np.errstate(all="ignore"):
        long, short = float(np.linalg.norm(a)), float(np.linalg.norm(b))
        if not (long > 0 and short > 0 and math.isfinite(long * short)):
            return Truncated(whole, cut, math.nan, short / long if long else math.nan)
        cosine = float((a / long) @ (b / short))
    return Truncated(whole, cut, math.degrees(math.acos(min(1.0, max(-1.0, cosine)))), short / long)


def terms(trace: Trace) -> list[np.ndarray]:
    """delta_t h_{t-1}^T of one sequence, for each product with a state: [T, rows, H] each."""
    found = []
    for deltas, state in trace.cell.recurrent_terms:
        d = np.concatenate([_grads(trace, a)[:, 0] for a in deltas], 1)
        found.append(d[:, :, None] * trace[state].values[:, 0, None].astype(np.float64))
    return found


def _grads(trace: Trace, name: str) -> np.ndarray:
    grads = trace[name].grads
    assert grads is not None
    return grads.astype(np.float64)


def _flat(reading: Reading) -> np.ndarray:
    """dW_hh of all layers and directions as one vector."""
    recording = reading.recording
    parts = [t.sum(0).ravel() for key in recording.layers for t in terms(recording[key])]
    return np.concatenate(parts)
