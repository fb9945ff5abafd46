"""Rules that make a comparison fair: equal units, equal parameters or equal time for an update.

With equal hidden sizes an LSTM has four times the weights of a plain RNN, and takes longer. Each rule
below brings every experiment up to the largest of them, by its hidden size alone.
"""

import math
import time
from collections.abc import Callable, Generator, Sequence
from itertools import islice

from ..analysis.parameters import blocks_of_sizes, count_parameters
from ..common.messages import say
from ..training.experiment import FIELDS, Experiment
from .lockstep import SETTLING_UPDATES, Lockstep

MAX_HIDDEN_SIZE = int(FIELDS["hidden_size"].high)
TIMING_UPDATES, MIN_TIMING_UPDATES = (
    12,
    5,
)  # updates of each for one measurement, and for one of slow updates
MAX_TIMING_SECONDS = 0.5  # seconds of a measurement; after these updates count as slow
SIZE_TOLERANCE = (
    0.04  # the relative difference in hidden size at which the search for equal time ends
)

MeasureTimes = Callable[[Sequence[Experiment]], list[float]]


def equal_units(experiments: Sequence[Experiment]) -> tuple[Experiment, ...]:
    """All experiments with the hidden size of the largest."""
    most = max(e.hidden_size for e in experiments)
    return tuple(e.but(hidden_size=most) for e in experiments)


def equal_parameters(experiments: Sequence[Experiment]) -> tuple[Experiment, ...]:
    """All experiments with about as many parameters as the largest.

    The count is a polynomial of degree two in H, so the nearest whole H is found by solving it.
    Raises ValueError where that H is larger than an experiment may have.
    """
    target = max(map(count_parameters, experiments))
    return tuple(_with_parameters(e, target) for e in experiments)


def _with_parameters(e: Experiment, target: int) -> Experiment:
    if count_parameters(e) == target:
        return e

    def parameters(H: int) -> int:  # the first layer may have its own size, which stays
        sizes = (e.first_size or H, *[H] * (e.num_layers - 1)) if e.num_layers > 1 else (H,)
        return sum(block.count for block in blocks_of_sizes(e, sizes))

    zero, one, two = map(parameters, (0, 1, 2))
    quadratic = (two - 2 * one + zero) / 2
    linear = one - zero - quadratic
    if quadratic:
        root = math.sqrt(linear * linear + 4 * quadratic * (target - zero))
        H = math.floor((root - linear) / (2 * quadratic))
    else:  # one layer without recurrence
        H = math.floor((target - zero) / linear)
    H = min((max(1, H), H + 1), key=lambda size: abs(parameters(size) - target))
    if H > MAX_HIDDEN_SIZE:
        raise ValueError(
            say(
                "equal parameters: expected a hidden size up to {most}, got {got} for {cell} to reach "
                "{parameters:,} parameters. Choose a smaller hidden size.",
                most=MAX_HIDDEN_SIZE,
                got=H,
                cell=e.cell,
                parameters=target,
            )
        )
    return e.but(hidden_size=H)


def measure_interleaved(experiments: Sequence[Experiment]) -> list[float]:
    """Median CPU seconds of an update of each, measured in turns under the same load of the machine."""
    lockstep = Lockstep(experiments)
    start = time.monotonic()
    for update in islice(lockstep, TIMING_UPDATES + SETTLING_UPDATES):
        if (
            update.index >= MIN_TIMING_UPDATES + SETTLING_UPDATES
            and time.monotonic() - start > MAX_TIMING_SECONDS
        ):
            break
    return [lockstep.update_time(k) or math.inf for k in range(len(experiments))]


def equal_time(
    experiments: Sequence[Experiment], measure: MeasureTimes = measure_interleaved
) -> Generator[None, None, tuple[Experiment, ...]]:
    """All experiments with updates about as long as those of the slowest: a generator, one `next` for each
    measurement, that returns them.

    Hidden sizes are doubled until an update takes as long as one of the slowest; then the interval is
    halved (geometrically) until its ends differ by SIZE_TOLERANCE. Every measurement takes turns with the slowest.
    Raises ValueError where no hidden size is slow enough.
    """
    times = measure(experiments)
    yield
    slowest = experiments[times.index(max(times))]
    matched = []
    for e, seconds in zip(experiments, times, strict=True):
        if e is not slowest and seconds < max(times):
            e = yield from _as_slow(e, slowest, measure)
        matched.append(e)
    return tuple(matched)


def _as_slow(
    e: Experiment, slowest: Experiment, measure: MeasureTimes
) -> Generator[None, None, Experiment]:
    low = high = e.hidden_size
    while True:
        high = min(2 * high, MAX_HIDDEN_SIZE)
        try:
            slowest_seconds, seconds = measure([slowest, e.but(hidden_size=high)])
        except ValueError as error:  # it would take too much memory
            raise _too_fast(e, high) from error
        yield
        if seconds >= slowest_seconds:
            break
        low = high
        if high == MAX_HIDDEN_SIZE:
            raise _too_fast(e, high)
    while high - low > max(1, SIZE_TOLERANCE * low):
        middle = round(math.sqrt(low * high))
        middle = min(max(middle, low + 1), high - 1)
        slowest_seconds, seconds = measure([slowest, e.but(hidden_size=middle)])
        yield
        low, high = (middle, high) if seconds < slowest_seconds else (low, middle)
    return e.but(hidden_size=high)


def _too_fast(e: Experiment, size: int) -> ValueError:
    return ValueError(
        say(
            "equal time: expected {cell} to become as slow as the slowest, got a faster one also with "
            "{size} units. Choose a smaller hidden size, or another way to be fair.",
            cell=e.cell,
            size=size,
        )
    )
