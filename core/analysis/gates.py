r"""What the gates do: how often they stand at their ends, and how long the state lasts because of them.

All functions are pure and take a `Trace`, one layer read in one direction; every step of every sequence
in it counts once, and steps beyond a sequence's own end do not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from ..cells import CELLS
from ..layers.recording import Recording
from ..layers.trace import Quantity, Trace
from .diagnosis import HIGH, LOW

BINS = 20
MOST = 60  # distributions kept of one run

Key = tuple[int, str, str]  # layer, direction, quantity


def seen(trace: Trace, name: str) -> np.ndarray:
    """The values of one quantity, float64 [N, H]: N steps of all sequences together."""
    values = cast(Quantity, trace[name]).values
    inside = np.arange(trace.T)[:, None] < trace.lengths()
    return values[inside].astype(np.float64)


@dataclass(frozen=True)
class Saturation:
    """The share of steps at which each unit's gate is below LOW and above HIGH, both [H], 0 to 1."""

    low: np.ndarray
    high: np.ndarray


def saturation(trace: Trace, gate: str) -> Saturation:
    """How often a gate is nearly shut and nearly open (Karpathy, Johnson & Li 2015, figure 3).

    The limits are theirs, 0.1 and 0.9. Beyond them the gate is almost a switch, and its slope y (1 - y)
    is below 0.09: little gradient reaches what decides about it.
    """
    values = seen(trace, gate)
    return Saturation((values < LOW).mean(0), (values > HIGH).mean(0))


def half_lives(trace: Trace) -> np.ndarray:
    r"""Steps until half of what a unit holds is forgotten, by its gate alone: [H], up to inf.

    Over n steps the gate leaves the product of its values, m^n with their geometric mean
    m = exp(mean ln k), k being what multiplies the old state: f of an LSTM, z of a GRU, 1 - f of a
    minimal gated unit. So m^n = 1/2 at n = ln(1/2) / ln m. inf where
    the gate is always open (m = 1), 0 where it was shut at any step.

    What flows back into the unit through the recurrent weights is not in it: a state may last longer
    than its gate does, or be overwritten sooner. Raises ValueError for a cell without such a gate.
    """
    cell, gate = trace.cell, trace.cell.carry_gate
    if gate is None:
        carrying = ", ".join(name for name, make in CELLS.items() if make().carry_gate)
        raise ValueError(
            f"half-life: expected one of {carrying}, got {cell.name}. Choose a cell with a gate that "
            "keeps the state."
        )
    values = seen(trace, gate)
    with np.errstate(divide="ignore", invalid="ignore"):  # ln 0 = -inf: forgotten at once
        fall = np.log(np.abs(values if cell.carry_keeps else 1 - values)).mean(0)
        return np.where(fall < 0, np.log(0.5) / fall, np.where(np.isnan(fall), np.nan, np.inf))


def span(trace: Trace, name: str) -> tuple[float, float]:
    """The values between which a quantity's distribution is drawn: 0 to 1 of a gate, else -1 to 1."""
    return (0.0, 1.0) if name in trace.cell.gates else (-1.0, 1.0)


def distribution(trace: Trace, name: str, bins: int = BINS) -> np.ndarray:
    """The share of all values in each of `bins` equal parts of the quantity's span, [bins].

    What lies beyond the span (the state of a cell whose activation has no bound) counts in the
    outermost part; the shares sum to 1, or are all 0 when no value is a finite number.
    """
    low, high = span(trace, name)
    values = seen(trace, name)
    values = values[np.isfinite(values)].clip(low, high)
    counts = np.histogram(values, bins, (low, high))[0]
    return counts / max(1, counts.sum())


@dataclass
class History:
    """The distributions of a run's gates, candidates and states over its updates.

    At most `most` updates are kept. When there are more, every second one is left out, and from then on
    only every second one is taken, so that what is kept stands at equal distances over the whole run.
    """

    most: int = MOST
    every: int = 1
    updates: list[int] = field(default_factory=list)
    shares: list[Mapping[Key, np.ndarray]] = field(default_factory=list)

    def add(self, update: int, recording: Recording) -> None:
        """Takes the distributions after `update`, if its turn has come."""
        if update % self.every or (self.updates and update <= self.updates[-1]):
            return
        found: dict[Key, np.ndarray] = {}
        for layer, direction in recording.layers:
            trace = cast(Trace, recording[layer, direction])
            for name in trace:
                if name not in ("a", "c"):  # they have no bound
                    found[layer, direction, name] = distribution(trace, name)
        self.updates.append(update)
        self.shares.append(found)
        while len(self.updates) > self.most:
            self.every *= 2
            kept = [k for k, at in enumerate(self.updates) if at % self.every == 0]
            self.updates = [self.updates[k] for k in kept]
            self.shares = [self.shares[k] for k in kept]

    def of(self, layer: int, direction: str, name: str) -> np.ndarray:
        """The distributions of one quantity, [updates, BINS]."""
        rows = [share[layer, direction, name] for share in self.shares]
        return np.array(rows) if rows else np.zeros((0, BINS))
