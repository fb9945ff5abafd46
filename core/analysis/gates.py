r"""Statistics of the gates: saturation, half-life of the state, and distributions of values.

All functions are pure and take a `Trace`, one layer read in one direction; every step of every sequence
counts once, except steps beyond a sequence's own end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from ..cells import CELLS
from ..common.messages import say
from ..layers.recording import Recording
from ..layers.recording_facts import HIGH, LOW
from ..layers.trace import Quantity, Trace

BINS = 20
MAX_DISTRIBUTIONS = 60  # of one run

QuantityKey = tuple[int, str, str]  # layer, direction, quantity


def valid_values(trace: Trace, name: str) -> np.ndarray:
    """The values of one quantity, float64 [N, H]: N steps of all sequences together."""
    return valid_steps(trace, cast(Quantity, trace[name]).values)


def valid_steps(trace: Trace, values: np.ndarray) -> np.ndarray:
    """values [T, B, H] of the trace without the steps beyond a sequence's own end, float64 [N, H]."""
    lengths = trace.lengths()
    if (lengths == trace.T).all():
        return values.reshape(-1, trace.H).astype(np.float64)
    inside = np.arange(trace.T)[:, None] < lengths
    return values[inside].astype(np.float64)


@dataclass(frozen=True)
class Saturation:
    """The share of steps at which each unit's gate is below LOW and above HIGH, both [H], 0 to 1."""

    low: np.ndarray
    high: np.ndarray


def saturation(trace: Trace, gate: str) -> Saturation:
    """How often a gate is nearly shut and nearly open (Karpathy, Johnson & Li 2015, figure 3).

    The limits are theirs, 0.1 and 0.9. Beyond them the gate is almost a switch, and its slope y (1 - y)
    is below 0.09: little gradient reaches its pre-activation.
    """
    values = valid_values(trace, gate)
    return Saturation((values < LOW).mean(0), (values > HIGH).mean(0))


def half_lives(trace: Trace) -> np.ndarray:
    r"""The half-life of each unit's state in steps, from its gate alone: [H], up to inf.

    Over n steps the state is multiplied by the product of the gate's values, m^n with their geometric mean
    m = exp(mean ln k), where k multiplies the old state: f of an LSTM, z of a GRU, 1 - f of a minimal gated
    unit. So m^n = 1/2 at n = ln(1/2) / ln m. inf where
    the gate is always open (m = 1), 0 where it was shut at any step.

    Recurrent weights are left out: through them a state may last longer than its gate alone allows, or be
    overwritten sooner. Raises ValueError for a cell without such a gate.
    """
    cell, gate = trace.cell, trace.cell.carry_gate
    if gate is None:
        carrying = ", ".join(name for name, make in CELLS.items() if make().carry_gate)
        raise ValueError(
            say(
                "half-life: expected one of {cells}, got {got}. Choose a cell with a gate that "
                "keeps the state.",
                cells=carrying,
                got=cell.name,
            )
        )
    values = valid_values(trace, gate)
    with np.errstate(divide="ignore", invalid="ignore"):  # ln 0 = -inf: forgotten at once
        mean_log = np.log(np.abs(values if cell.carry_keeps else 1 - values)).mean(0)
        return np.where(
            mean_log < 0, np.log(0.5) / mean_log, np.where(np.isnan(mean_log), np.nan, np.inf)
        )


def value_range(trace: Trace, name: str) -> tuple[float, float]:
    """The range of a quantity's distribution: 0 to 1 for a gate, else -1 to 1."""
    return (0.0, 1.0) if name in trace.cell.bounded_gates else (-1.0, 1.0)


def distribution(trace: Trace, name: str, bins: int = BINS) -> np.ndarray:
    """The share of all values in each of `bins` equal bins of the quantity's span, [bins].

    Values beyond the span (states of a cell with an unbounded activation) count in the outermost bin. The
    shares sum to 1, or are all 0 when no value is finite.
    """
    return distributions(trace, [name], bins)[0]


def distributions(trace: Trace, names: Sequence[str], bins: int = BINS) -> np.ndarray:
    """As `distribution`, of Q quantities of one layer at once: [Q, bins]."""
    values = np.stack([valid_values(trace, name).ravel() for name in names])  # [Q, N H]
    spans = np.array([value_range(trace, name) for name in names])
    low, high = spans[:, :1], spans[:, 1:]
    finite = np.isfinite(values)
    values = np.where(finite, values, low).clip(low, high)
    bin_of = ((values - low) * (bins / (high - low))).astype(np.intp).clip(0, bins - 1)
    # Where the quotient was rounded across an edge, the edge decides.
    edges = np.linspace(spans[:, 0], spans[:, 1], bins + 1, axis=1)
    bin_of -= values < np.take_along_axis(edges, bin_of, 1)
    bin_of += (values >= np.take_along_axis(edges, bin_of + 1, 1)) & (bin_of < bins - 1)
    bin_of[~finite] = bins  # one more bin, for what is not counted
    rows = (bins + 1) * np.arange(len(names))[:, None]
    counts = np.bincount((bin_of + rows).ravel(), minlength=(bins + 1) * len(names))
    counts = counts.reshape(len(names), bins + 1)[:, :bins]
    return counts / counts.sum(1, keepdims=True).clip(1)


@dataclass
class DistributionHistory:
    """The distributions of a run's gates, candidates and states over its updates.

    At most `most` updates are kept. When there are more, every second one is dropped, and from then on only
    every second one is added, so that those kept are evenly spaced over the whole run.
    """

    most: int = MAX_DISTRIBUTIONS
    every: int = 1
    updates: list[int] = field(default_factory=list)
    shares: list[Mapping[QuantityKey, np.ndarray]] = field(default_factory=list)

    def add(self, update: int, recording: Recording) -> None:
        """Adds the distributions after `update`, if it is a multiple of `every`."""
        if update % self.every or (self.updates and update <= self.updates[-1]):
            return
        shares: dict[QuantityKey, np.ndarray] = {}
        for layer, direction in recording.layers:
            trace = cast(Trace, recording[layer, direction])
            names = [name for name in trace if name not in ("a", "c")]  # they have no bound
            for name, share in zip(names, distributions(trace, names), strict=True):
                shares[layer, direction, name] = share
        self.updates.append(update)
        self.shares.append(shares)
        while len(self.updates) > self.most:
            self.every *= 2
            remaining = [k for k, n in enumerate(self.updates) if n % self.every == 0]
            self.updates = [self.updates[k] for k in remaining]
            self.shares = [self.shares[k] for k in remaining]

    def of(self, layer: int, direction: str, name: str) -> np.ndarray:
        """The distributions of one quantity, [updates, BINS]."""
        rows = [share[layer, direction, name] for share in self.shares]
        return np.array(rows) if rows else np.zeros((0, BINS))
