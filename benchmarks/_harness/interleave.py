"""Fair timing on a shared machine: all sides take turns in one process, one thread, medians of ratios."""

import statistics
import time
from collections.abc import Callable

from core.common.threads import limit_to_one_thread


def cpu_times(
    sides: dict[str, Callable[[], object]], seconds: float = 4.0, least: int = 15
) -> dict[str, list[float]]:
    """CPU seconds of each side, one list entry per round of all sides; at least `least` rounds.

    CPU time of one thread does not count waiting for a core that others hold.
    """
    limit_to_one_thread()
    for side in sides.values():
        for _ in range(3):
            side()
    times: dict[str, list[float]] = {name: [] for name in sides}
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(next(iter(times.values()))) < least:
        for name, side in sides.items():
            start = time.process_time()
            side()
            times[name].append(time.process_time() - start)
    return times


def ratio(times: dict[str, list[float]], above: str, below: str) -> float:
    """Median over the rounds of time(above) / time(below)."""
    return statistics.median(a / b for a, b in zip(times[above], times[below], strict=True))


def milliseconds(times: dict[str, list[float]], name: str) -> float:
    """Median milliseconds of one side."""
    return 1e3 * statistics.median(times[name])
