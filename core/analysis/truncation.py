"""Truncated backpropagation through time: the weight gradient with and without truncation.

The gradient of W_hh is a sum over the steps, dW = sum_t delta_t h_{t-1}^T. Cut into chunks of k steps (the
state goes on, the gradient does not), delta_t contains the losses of its own chunk alone
(Williams & Peng 1990; Sutskever 2013, section 2.8.6).
"""

import math
from dataclasses import dataclass

import numpy as np

from ..common.checks import integer
from ..layers.trace import Trace
from .inspection import Inspection, Reading


@dataclass(frozen=True)
class TruncationEffect:
    """The whole and the truncated gradient of W_hh of all layers together.

    whole, cut: the readings. angle: between both gradients, in degrees. ratio: the length of the truncated
    one over that of the whole one. NaN where a gradient is zero.
    """

    whole: Reading
    cut: Reading
    angle: float
    ratio: float


def compare_truncation(inspection: Inspection, k: int) -> TruncationEffect:
    """The gradients with and without truncation after chunks of k steps.

    ValueError for k outside 1 .. T.
    """
    k = integer("truncation", k, 1, len(inspection.symbols), "Choose a number of steps up to T.")
    with inspection.chunks(0):
        whole = inspection.read()
    with inspection.chunks(k):
        cut = inspection.read()
    whole_gradient, cut_gradient = _flat(whole), _flat(cut)
    with np.errstate(all="ignore"):
        long, short = float(np.linalg.norm(whole_gradient)), float(np.linalg.norm(cut_gradient))
        if not (long > 0 and short > 0 and math.isfinite(long * short)):
            return TruncationEffect(whole, cut, math.nan, short / long if long else math.nan)
        cosine = float((whole_gradient / long) @ (cut_gradient / short))
    return TruncationEffect(
        whole, cut, math.degrees(math.acos(min(1.0, max(-1.0, cosine)))), short / long
    )


def gradient_terms(trace: Trace) -> list[np.ndarray]:
    """delta_t h_{t-1}^T of the first sequence, for each product with a state: [T, rows, H] each."""
    products = []
    for deltas, state in trace.cell.recurrent_terms:
        d = np.concatenate([_grads(trace, a)[:, 0] for a in deltas], 1)
        products.append(d[:, :, None] * trace[state].values[:, 0, None].astype(np.float64))
    return products


def _grads(trace: Trace, name: str) -> np.ndarray:
    grads = trace[name].grads
    assert grads is not None
    return grads.astype(np.float64)


def _flat(reading: Reading) -> np.ndarray:
    """dW_hh of all layers and directions as one vector."""
    recording = reading.recording
    gradients = [
        t.sum(0).ravel() for key in recording.layers for t in gradient_terms(recording[key])
    ]
    return np.concatenate(gradients)
