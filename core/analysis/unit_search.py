"""Find units by hypothesis: which are on during this stretch of time, and off elsewhere?

After LSTMVis (Strobelt, Gehrmann, Pfister & Rush 2018): the reader selects a stretch and a threshold,
gets the units that are on exactly there, and sees at which stretches of other sequences they are on
too. That tells a unit that stands for something from one that was on by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from ..common.checks import integer, number
from ..layers.trace import Quantity, Trace


@dataclass(frozen=True)
class Find:
    """One unit that fits. sign: 1 when it is on at or above the threshold, -1 when at or below its opposite.

    inside, outside: the share of the steps in the stretch, and of all others, at which it is on.
    margin: how much further it is on inside than outside, on average, in its own unit of measure.
    """

    unit: int
    sign: int
    inside: float
    outside: float
    margin: float


@dataclass(frozen=True)
class Match:
    """A stretch of another sequence: its steps start .. stop - 1, and the unit's mean there."""

    sequence: int
    start: int
    stop: int
    mean: float


@dataclass(frozen=True)
class Matches:
    """Where else a unit is on: the share of all steps, the number of stretches, and the best of them."""

    share: float
    stretches: int
    best: tuple[Match, ...]


def highest(trace: Trace, name: str) -> float:
    """The largest threshold worth asking for: 1 of a gate, else the largest finite size in the trace."""
    if name in trace.cell.gates:
        return 1.0
    values = np.abs(cast(Quantity, trace[name]).values)
    values = values[np.isfinite(values)]
    return float(values.max()) if values.size else 0.0


def on(trace: Trace, name: str, threshold: float, sign: int) -> np.ndarray:
    """Where each unit is on, bool [T, B, H].

    Signed quantities: at or above the threshold (sign 1), at or below its opposite (-1). Gates: at or
    above it, or as near to 0: at or below 1 - threshold. False beyond a sequence's end.
    """
    values = cast(Quantity, trace[name]).values
    inside = (np.arange(trace.T)[:, None] < trace.lengths())[..., None]
    if sign > 0:
        return inside & (values >= threshold)
    limit = 1 - threshold if name in trace.cell.gates else -threshold
    return inside & (values <= limit)


def find_units(
    trace: Trace,
    name: str,
    start: int,
    stop: int,
    threshold: float,
    tolerance: float = 0.0,
    sequence: int = 0,
) -> list[Find]:
    """The units that are on at the steps start .. stop - 1 of one sequence and off at its others.

    tolerance: the share of the steps inside at which such a unit may be off, and of those outside at
    which it may be on. Ranked: fewest wrong steps first, then the widest margin.

    Raises ValueError for a stretch that is empty or outside the sequence, a threshold that is no
    positive number, and a tolerance that is not from 0 to 1.
    """
    sequence = integer("sequence", sequence, 0, trace.B - 1)
    T = int(trace.lengths()[sequence])
    start = integer("first step", start, 0, T - 1)
    stop = integer("end of the stretch", stop, start + 1, T)
    threshold = number("threshold", threshold, 1e-9, 1e30)
    tolerance = number("tolerance", tolerance, 0, 1)
    chosen = np.zeros(T, bool)
    chosen[start:stop] = True
    values = cast(Quantity, trace[name]).values[:T, sequence].astype(np.float64)
    found = []
    for sign in (1, -1):
        lit = on(trace, name, threshold, sign)[:T, sequence]
        within = lit[chosen].mean(0)
        beyond = lit[~chosen].mean(0) if not chosen.all() else np.zeros(trace.H)
        for unit in np.flatnonzero((within >= 1 - tolerance) & (beyond <= tolerance)):
            margin = sign * (
                values[chosen, unit].mean()
                - (values[~chosen, unit].mean() if not chosen.all() else 0.0)
            )
            found.append(
                Find(int(unit), sign, float(within[unit]), float(beyond[unit]), float(margin))
            )
    return sorted(found, key=lambda f: (f.outside - f.inside, -f.margin, f.unit))


def find_matches(
    trace: Trace,
    name: str,
    unit: int,
    sign: int,
    threshold: float,
    length: int,
    most: int = 10,
    each: int = 1,
) -> Matches:
    """Where in all the sequences of `trace` this unit is on.

    The best stretches are those whose length is nearest to `length`, and among these the strongest; at
    most `each` of one sequence, so that one sequence does not fill the list.
    """
    unit = integer("unit", unit, 0, trace.H - 1)
    lit = on(trace, name, threshold, sign)[:, :, unit]
    values = cast(Quantity, trace[name]).values[:, :, unit]
    edges = np.diff(np.pad(lit.astype(np.int8), ((1, 1), (0, 0))), axis=0)
    found = []
    for sequence in range(trace.B):
        begins, ends = (
            np.flatnonzero(edges[:, sequence] > 0),
            np.flatnonzero(edges[:, sequence] < 0),
        )
        for start, stop in zip(begins.tolist(), ends.tolist(), strict=True):
            mean = float(values[start:stop, sequence].mean(dtype=np.float64))
            found.append(Match(sequence, start, stop, mean))
    ranked = sorted(
        found, key=lambda m: (abs(m.stop - m.start - length), -sign * m.mean, m.sequence, m.start)
    )
    total = int(trace.lengths().sum())
    return Matches(float(lit.sum() / total), len(found), tuple(_few_of_each(ranked, each)[:most]))


def _few_of_each(ranked: Sequence[Match], each: int) -> list[Match]:
    taken: dict[int, int] = {}
    kept = []
    for match in ranked:
        taken[match.sequence] = taken.get(match.sequence, 0) + 1
        if taken[match.sequence] <= each:
            kept.append(match)
    return kept
