"""The cost of a study in seconds: an estimate before it starts, and the rest while it runs."""

import time
from collections.abc import Mapping
from typing import Any

from ..common.messages import say
from ..training.trainer import Trainer
from .grid import Point, Study

WARM_UPDATES, TIMED_UPDATES = 2, 3  # updates; the first ones make the tapes
EVALUATION_FACTOR = 1.1  # what evaluations add to the time of the updates


def grid_keys(study: Study) -> list[tuple[int, int]]:
    """Every (row, distance) of the study."""
    return [(row, d) for row in range(len(study.networks)) for d in study.distances]


def measure_update_seconds(study: Study) -> dict[tuple[int, int], float]:
    """(row, distance) -> seconds of one update on this machine.

    Measured at the shortest and the longest distance of each network, in between on a straight line.
    """
    seconds = {}
    shortest, longest = study.distances[0], study.distances[-1]
    for row in range(len(study.networks)):
        low = high = _measure(study.point(row, shortest, study.seeds[0]))
        if longest != shortest:
            high = max(low, _measure(study.point(row, longest, study.seeds[0])))
        for distance in study.distances:
            fraction = (distance - shortest) / max(1, longest - shortest)
            seconds[row, distance] = low + fraction * (high - low)
    return seconds


def _measure(point: Point) -> float:
    trainer, times, start = Trainer(point.experiment), [], 0.0
    for update in trainer:
        if update.index > WARM_UPDATES:
            times.append(time.perf_counter() - start)
        if update.index >= WARM_UPDATES + TIMED_UPDATES:
            break
        start = time.perf_counter()
    return EVALUATION_FACTOR * min(times, default=0.0)


class RemainingWork:
    """The work that is left, from the measured bound of each point and the times of finished ones."""

    def __init__(self, study: Study, per_update: Mapping[tuple[int, int], float]):
        self.bounds = {key: seconds * study.updates for key, seconds in per_update.items()}
        self.waiting = {key: len(study.seeds) for key in self.bounds}
        self.took = dict.fromkeys(self.bounds, 0.0)  # seconds of the finished ones together
        self.done = dict.fromkeys(self.bounds, 0)

    def finished(self, point: Point, seconds: float) -> None:
        """Notes that a point is done and took `seconds`."""
        key = point.row, point.distance
        self.waiting[key] -= 1
        self.done[key] += 1
        self.took[key] += seconds

    @property
    def most(self) -> float:
        """Seconds of one core if every waiting point needed all its updates."""
        return sum(number * self.bounds[key] for key, number in self.waiting.items())

    @property
    def seconds(self) -> float:
        """Expected seconds of one core: for each waiting point the mean of finished ones of its row and
        distance, or their common share of its bound."""
        bound = sum(number * self.bounds[key] for key, number in self.done.items())
        share = sum(self.took.values()) / bound if bound else 1.0
        return sum(
            number * (self.took[key] / self.done[key] if self.done[key] else share * bound)
            for (key, bound), number in zip(self.bounds.items(), self.waiting.values(), strict=True)
        )


def count_remaining(
    study: Study, per_update: Mapping[tuple[int, int], float], results: Mapping[str, Any]
) -> tuple[RemainingWork, list[Point]]:
    """(the remaining work, the remaining points): those that are not in `results`."""
    points, work = [], RemainingWork(study, per_update)
    for point in study.points:
        if point.id in results:
            work.finished(point, results[point.id]["seconds"])
        else:
            points.append(point)
    return work, points


def duration_in_words(seconds: float) -> str:
    """ "40 s", "12 min", "5 h", "3 days"."""
    for unit_seconds, template in (
        (86400.0, say("{n:.0f} days")),
        (3600.0, say("{n:.0f} h")),
        (60.0, say("{n:.0f} min")),
    ):
        if seconds >= 2 * unit_seconds:
            return say(template, n=seconds / unit_seconds)
    return say("{n:.0f} s", n=max(0.0, seconds))
