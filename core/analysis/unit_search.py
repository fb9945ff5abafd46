"""Search for units that are on during a stretch of time and off elsewhere.

After LSTMVis (Strobelt, Gehrmann, Pfister & Rush 2018): a stretch and a threshold give the units that are
on exactly there; the stretches of other sequences at which such a unit is on show whether it stands for
something or was on by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from ..common.checks import integer, number
from ..layers.trace import Quantity, Trace


@dataclass(frozen=True)
class UnitFit:
    """A unit that fits. sign: 1 when it is on at or above the threshold, -1 when at or below its opposite.

    inside, outside: the share of the steps in the stretch, and of all others, at which it is on.
    margin: its mean inside minus its mean outside, times sign.
    """

    unit: int
    sign: int
    inside: float
    outside: float
    margin: float


@dataclass(frozen=True)
class Stretch:
    """A stretch of another sequence: its steps start .. stop - 1, and the unit's mean there."""

    sequence: int
    start: int
    stop: int
    mean: float


@dataclass(frozen=True)
class Stretches:
    """Where a unit is on: the share of all steps, the number of stretches, and the best of them."""

    share: float
    stretches: int
    best: tuple[Stretch, ...]


def max_threshold(trace: Trace, name: str) -> float:
    """The largest useful threshold: 1 for a gate, else the largest finite absolute value in the trace."""
    if name in trace.cell.bounded_gates:
        return 1.0
    values = np.abs(cast(Quantity, trace[name]).values)
    values = values[np.isfinite(values)]
    return float(values.max()) if values.size else 0.0


def units_on(trace: Trace, name: str, threshold: float, sign: int) -> np.ndarray:
    """Where each unit is on, bool [T, B, H].

    Signed quantities: at or above the threshold (sign 1), at or below its opposite (-1). Gates: at or
    above it, or as near to 0: at or below 1 - threshold. False beyond a sequence's end.
    """
    values = cast(Quantity, trace[name]).values
    inside = (np.arange(trace.T)[:, None] < trace.lengths())[..., None]
    if sign > 0:
        return inside & (values >= threshold)
    limit = 1 - threshold if name in trace.cell.bounded_gates else -threshold
    return inside & (values <= limit)


def find_units(
    trace: Trace,
    name: str,
    start: int,
    stop: int,
    threshold: float,
    tolerance: float = 0.0,
    sequence: int = 0,
) -> list[UnitFit]:
    """The units that are on at the steps start .. stop - 1 of one sequence and off at its others.

    tolerance: the share of the steps inside at which such a unit may be off, and of those outside at
    which it may be on. Ranked: fewest wrong steps first, then the widest margin.

    Raises ValueError for a stretch that is empty or outside the sequence, a threshold that is not
    positive, and a tolerance outside 0 to 1.
    """
    sequence = integer("sequence", sequence, 0, trace.B - 1)
    T = int(trace.lengths()[sequence])
    start = integer("first step", start, 0, T - 1)
    stop = integer("end of the stretch", stop, start + 1, T)
    threshold = number("threshold", threshold, 1e-9, 1e30)
    tolerance = number("tolerance", tolerance, 0, 1)
    in_stretch = np.zeros(T, bool)
    in_stretch[start:stop] = True
    values = cast(Quantity, trace[name]).values[:T, sequence].astype(np.float64)
    fits = []
    for sign in (1, -1):
        on_steps = units_on(trace, name, threshold, sign)[:T, sequence]
        inside = on_steps[in_stretch].mean(0)
        outside = on_steps[~in_stretch].mean(0) if not in_stretch.all() else np.zeros(trace.H)
        for unit in np.flatnonzero((inside >= 1 - tolerance) & (outside <= tolerance)):
            margin = sign * (
                values[in_stretch, unit].mean()
                - (values[~in_stretch, unit].mean() if not in_stretch.all() else 0.0)
            )
            fits.append(
                UnitFit(int(unit), sign, float(inside[unit]), float(outside[unit]), float(margin))
            )
    return sorted(fits, key=lambda f: (f.outside - f.inside, -f.margin, f.unit))


def find_stretches(  # noqa: PLR0913 (a unit's place, sign and threshold, and how many to list)
    trace: Trace,
    name: str,
    unit: int,
    sign: int,
    threshold: float,
    length: int,
    most: int = 10,
    each: int = 1,
) -> Stretches:
    """The stretches of all sequences of `trace` at which this unit is on.

    The best ones have a length nearest to `length`, then the strongest mean; at most `most` in all and
    `each` of one sequence, so that one sequence does not fill the list.
    """
    unit = integer("unit", unit, 0, trace.H - 1)
    on_steps = units_on(trace, name, threshold, sign)[:, :, unit]
    values = cast(Quantity, trace[name]).values[:, :, unit]
    edges = np.diff(np.pad(on_steps.astype(np.int8), ((1, 1), (0, 0))), axis=0)
    matches = []
    for sequence in range(trace.B):
        starts, ends = (
            np.flatnonzero(edges[:, sequence] > 0),
            np.flatnonzero(edges[:, sequence] < 0),
        )
        for start, stop in zip(starts.tolist(), ends.tolist(), strict=True):
            mean = float(values[start:stop, sequence].mean(dtype=np.float64))
            matches.append(Stretch(sequence, start, stop, mean))
    ranked = sorted(
        matches, key=lambda m: (abs(m.stop - m.start - length), -sign * m.mean, m.sequence, m.start)
    )
    total = int(trace.lengths().sum())
    return Stretches(
        float(on_steps.sum() / total), len(matches), tuple(_few_of_each(ranked, each)[:most])
    )


def _few_of_each(ranked: Sequence[Stretch], each: int) -> list[Stretch]:
    counts: dict[int, int] = {}
    matches = []
    for match in ranked:
        counts[match.sequence] = counts.get(match.sequence, 0) + 1
        if counts[match.sequence] <= each:
            matches.append(match)
    return matches
