"""What makes a comparison fair: as many units, as many parameters, or as much time for each update.

Equal hidden sizes are not an equal fight: an LSTM has four times the weights of a plain RNN with as
many units, and takes longer. Each rule below brings every experiment up to the largest of them, by its
hidden size alone, and leaves all else as it is.
"""

import math
import time
from collections.abc import Callable, Generator, Sequence
from itertools import islice

from ..analysis.parameters import count, sized_blocks
from ..training.experiment import FIELDS, Experiment
from .lockstep import SETTLING, Lockstep

LARGEST = int(FIELDS["hidden_size"].high)
ROUNDS, LEAST = 12, 5  # updates of each for one measurement; where they are slow, so many
PATIENCE = 0.5  # seconds after which they count as slow
NEAR = 0.04  # the search for equal time ends where the next hidden size differs by so little

Measure = Callable[[Sequence[Experiment]], list[float]]


def equal_units(experiments: Sequence[Experiment]) -> tuple[Experiment, ...]:
    """All with the hidden size of the largest."""
    most = max(e.hidden_size for e in experiments)
    return tuple(e.but(hidden_size=most) for e in experiments)


def equal_parameters(experiments: Sequence[Experiment]) -> tuple[Experiment, ...]:
    """All with about as many parameters as the one that has most.

    The count is a polynomial of degree two in H, so the nearest whole H is found by solving it.
    Raises ValueError where that H is larger than an experiment may have.
    """
    target = max(map(count, experiments))
    return tuple(_with_parameters(e, target) for e in experiments)


def _with_parameters(e: Experiment, target: int) -> Experiment:
    if count(e) == target:
        return e

    def parameters(H: int) -> int:  # the first layer may have a size of its own, which stays
        sizes = (e.first_size or H, *[H] * (e.num_layers - 1)) if e.num_layers > 1 else (H,)
        return sum(block.count for block in sized_blocks(e, sizes))

    zero, one, two = map(parameters, (0, 1, 2))
    a = (two - 2 * one + zero) / 2
    b = one - zero - a
    H = math.floor((math.sqrt(b * b + 4 * a * (target - zero)) - b) / (2 * a))
    H = min((max(1, H), H + 1), key=lambda size: abs(parameters(size) - target))
    if H > LARGEST:
        raise ValueError(
            f"equal parameters: expected a hidden size up to {LARGEST}, got {H} for {e.cell} to reach "
            f"{target:,} parameters. Choose a smaller hidden size."
        )
    return e.but(hidden_size=H)


def interleaved_times(experiments: Sequence[Experiment]) -> list[float]:
    """Median CPU seconds of an update of each, measured in turns, so that all meet the same machine."""
    lockstep = Lockstep(experiments)
    begun = time.monotonic()
    for update in islice(lockstep, ROUNDS + SETTLING):
        if update.index >= LEAST + SETTLING and time.monotonic() - begun > PATIENCE:
            break
    return [lockstep.update_time(k) or math.inf for k in range(len(experiments))]


def equal_time(
    experiments: Sequence[Experiment], measure: Measure = interleaved_times
) -> Generator[None, None, tuple[Experiment, ...]]:
    """All with updates about as long as those of the slowest; a search, one `next` a measurement.

    The caller may do other things in between; the experiments are what the generator returns. Hidden
    sizes are doubled until an update takes as long as one of the slowest, then the interval is halved
    (geometrically) until its ends differ by NEAR; every measurement takes turns with the slowest.
    Raises ValueError where no hidden size is slow enough.
    """
    times = measure(experiments)
    yield
    slowest = experiments[times.index(max(times))]
    found = []
    for e, seconds in zip(experiments, times, strict=True):
        if e is not slowest and seconds < max(times):
            e = yield from _as_slow(e, slowest, measure)
        found.append(e)
    return tuple(found)


def _as_slow(
    e: Experiment, slowest: Experiment, measure: Measure
) -> Generator[None, None, Experiment]:
    low = high = e.hidden_size
    while True:
        high = min(2 * high, LARGEST)
        try:
            theirs, ours = measure([slowest, e.but(hidden_size=high)])
        except ValueError as error:  # it would take too much memory
            raise _too_fast(e, high) from error
        yield
        if ours >= theirs:
            break
        low = high
        if high == LARGEST:
            raise _too_fast(e, high)
    while high - low > max(1, NEAR * low):
        middle = round(math.sqrt(low * high))
        middle = min(max(middle, low + 1), high - 1)
        theirs, ours = measure([slowest, e.but(hidden_size=middle)])
        yield
        low, high = (middle, high) if ours < theirs else (low, middle)
    return e.but(hidden_size=high)


def _too_fast(e: Experiment, size: int) -> ValueError:
    return ValueError(
        f"equal time: expected {e.cell} to become as slow as the slowest, got a faster one also with "
        f"{size} units. Choose a smaller hidden size, or another way to be fair."
    )
