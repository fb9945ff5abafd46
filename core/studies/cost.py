"""What a study will cost, told before it starts, and what remains of it while it runs."""

import time
from collections.abc import Mapping
from typing import Any

from ..training.trainer import Trainer
from .grid import Point, Study

WARM, TIMED = 2, 3  # updates; the first ones make the tapes
EVALUATIONS = 1.1  # what looking at held-out data adds


def grid(study: Study) -> list[tuple[int, int]]:
    """Every (row, distance)."""
    return [(row, d) for row in range(len(study.networks)) for d in study.distances]


def seconds_per_update(study: Study) -> dict[tuple[int, int], float]:
    """(row, distance) -> seconds of one update on this machine.

    Measured at the shortest and the longest distance of each network, in between on a straight line.
    """
    found = {}
    shortest, longest = study.distances[0], study.distances[-1]
    for row in range(len(study.networks)):
        low = high = _measure(study.point(row, shortest, study.seeds[0]))
        if longest != shortest:
            high = max(low, _measure(study.point(row, longest, study.seeds[0])))
        for distance in study.distances:
            part = (distance - shortest) / max(1, longest - shortest)
            found[row, distance] = low + part * (high - low)
    return found


def _measure(point: Point) -> float:
    trainer, times, begun = Trainer(point.experiment), [], 0.0
    for step in trainer:
        if step.index > WARM:
            times.append(time.perf_counter() - begun)
        if step.index >= WARM + TIMED:
            break
        begun = time.perf_counter()
    return EVALUATIONS * min(times, default=0.0)


class Remaining:
    """How much work is left. Knows the measured bound of each point, and learns from finished ones."""

    def __init__(self, study: Study, per_update: Mapping[tuple[int, int], float]):
        self.bounds = {key: seconds * study.updates for key, seconds in per_update.items()}
        self.waiting = {key: len(study.seeds) for key in self.bounds}
        self.took = dict.fromkeys(self.bounds, 0.0)  # seconds of the finished ones together
        self.done = dict.fromkeys(self.bounds, 0)

    def finished(self, point: Point, seconds: float) -> None:
        """A point is done, and took so long."""
        key = point.row, point.distance
        self.waiting[key] -= 1
        self.done[key] += 1
        self.took[key] += seconds

    @property
    def most(self) -> float:
        """Seconds of one core if every waiting point needed all its patience."""
        return sum(number * self.bounds[key] for key, number in self.waiting.items())

    @property
    def seconds(self) -> float:
        """Expected seconds of one core: as long as its like took, or a like share of the bound."""
        bound = sum(number * self.bounds[key] for key, number in self.done.items())
        share = sum(self.took.values()) / bound if bound else 1.0
        return sum(
            number * (self.took[key] / self.done[key] if self.done[key] else share * bound)
            for (key, bound), number in zip(self.bounds.items(), self.waiting.values(), strict=True)
        )


def remaining(
    study: Study, per_update: Mapping[tuple[int, int], float], results: Mapping[str, Any]
) -> tuple[Remaining, list[Point]]:
    """(what remains, the points that remain) beside those in `results`."""
    left, counted = [], Remaining(study, per_update)
    for point in study.points:
        if point.id in results:
            counted.finished(point, results[point.id]["seconds"])
        else:
            left.append(point)
    return counted, left


def in_words(seconds: float) -> str:
    """ "40 s", "12 min", "5 h", "3 days"."""
    for size, unit in ((86400.0, "days"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
