"""What is known of a recording, as a few plain numbers: how far its gradient reaches, and what closes its way."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .trace import Trace

HORIZON_SHARE = 0.01  # a step is reached while its gradient is at least 1 % of the largest
LOW, HIGH = 0.1, 0.9  # Karpathy et al. 2015: beyond them a gate's slope y (1 - y) is below 0.09
TANH_FLAT = 0.95  # |h| of a tanh network beyond which the slope 1 - h^2 is below 0.1
EXPLODING_FACTOR = 100  # exploding: the largest norm applied in the window over its median
EXPLODING_SIZE = 1.0  # no smaller norm counts as exploding: clipping would leave it as it is
VANISHED_SHARE = 1e-4  # of its peak at step 1: 1 in 10 000 drowns in batch noise
SATURATED_SHARE = 0.8  # of the values, or units, that close a way
DEAD_SHARE = 0.5  # of the units that are 0 at every step: a relu that is never on learns nothing
LITTLE = 0.1  # a gate whose openings sum to less over all steps lets nothing through


@dataclass(frozen=True)
class Flow:
    """The gradient of the last loss alone on its way back: ||dL/d(state)||, over h and c together.

    steps: from the first input to that loss. horizon: how many of them, counted back from the loss, keep a
    gradient above HORIZON_SHARE of the peak. first, last, peak: its size at step 1, at the loss, and at most.
    """

    steps: int
    horizon: int
    first: float
    last: float
    peak: float

    @property
    def first_share(self) -> float:
        """The size at step 1 over the peak."""
        return self.first / self.peak


@dataclass(frozen=True)
class Closed:
    """Values at a limit where they close a way of the gradient.

    way: "flat" (tanh beyond its slope), "kept" (a gate that forgets the state at every step), "written" (one
    that never lets anything into the state), "read" (one that never lets anything out). share: of the values
    ("flat", "kept") or of the units.
    """

    name: str
    way: str
    share: float


def read_flow(trace: Trace, steps: int) -> Flow | None:
    """The flow along the states of a layer, of the one loss that was recorded.

    None without recurrence: nothing flows from step to step.
    """
    return measure_flow(gradient_sizes(trace, steps)) if trace.recurrence else None


def gradient_sizes(trace: Trace, steps: int) -> np.ndarray:
    """||dL/d(state_t)|| of the first sequence over all its states (h, and c where there is one): [steps].

    Zeros where no gradient was recorded.
    """
    squares = np.zeros(steps)
    for name in trace.cell.states:
        grads = trace[name].grads
        if grads is not None:
            with np.errstate(over="ignore"):
                squares += np.square(grads[:steps, 0].astype(np.float64)).sum(1)
    return np.sqrt(squares)


def measure_flow(sizes: np.ndarray) -> Flow | None:
    """The flow of one loss at the last step of `sizes` [T]; None without a gradient, or a finite one."""
    peak = float(sizes.max()) if len(sizes) else 0.0
    if not (peak > 0 and math.isfinite(peak)):
        return None
    below = np.flatnonzero(~(sizes[::-1] >= HORIZON_SHARE * peak))
    horizon = int(below[0]) if len(below) else len(sizes)
    return Flow(len(sizes), horizon, float(sizes[0]), float(sizes[-1]), peak)


def read_states(traces: Sequence[Trace], steps: int) -> dict[str, Any]:
    """Dead units, and the values that close a way, in the worst layer and direction."""
    dead, closed = 0.0, list[Closed]()
    for trace in traces:
        h = trace["h"].values[:steps]
        dead = max(dead, float((h == 0).all(axis=(0, 1)).mean()))
        closed += _find_closed(trace, steps)
    worst = max(closed, key=lambda each: each.share, default=None)
    return {"dead": dead, "closed": worst if worst is not None and worst.share > 0 else None}


def _find_closed(trace: Trace, steps: int) -> list[Closed]:
    """What closes a way in one layer. An open gate that keeps the state is the way, and never counts."""
    cell = trace.cell
    values = {name: trace[name].values[:steps] for name in (*cell.gates, "h")}
    closed = []
    if cell.plain and cell.options["activation"] == "tanh":  # gated cells mix their states
        closed.append(Closed("h", "flat", float((np.abs(values["h"]) > TANH_FLAT).mean())))
    carry = cell.carry_gate
    if carry is not None and "i" in values:  # an LSTM: f keeps, i writes, o reads
        closed.append(Closed(carry, "kept", float((values[carry] < LOW).mean())))
        closed.append(Closed("i", "written", _share_shut(values["i"])))
        closed.append(Closed("o", "read", _share_shut(values["o"])))
    elif carry is not None:  # one gate keeps what it does not write
        written = 1 - values[carry] if cell.carry_keeps else values[carry]
        closed.append(Closed(carry, "written", _share_shut(written)))
    return closed


def _share_shut(openings: np.ndarray) -> float:
    """The share of units [T, B, H] whose openings sum to next to nothing over all steps."""
    return float((openings.sum(0) < LITTLE).mean())
