"""The table of a study: how many seeds solved the task, and after how many updates."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .grid import Study

Z = 1.96  # standard deviations of a 95 % interval


@dataclass(frozen=True)
class TableCell:
    """One network at one distance.

    finished: the number of finished seeds, of which `solved` solved the task. updates: the median updates of
    these, None when there are none. value: the median of the task's metric over the finished seeds, None
    where it is unknown. seconds: the mean over the finished seeds.
    """

    finished: int
    solved: int
    updates: float | None
    value: float | None
    seconds: float | None

    @property
    def rate(self) -> float:
        """The share of finished seeds that solved the task; NaN when none is finished."""
        return self.solved / self.finished if self.finished else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The shares of solving seeds that these few seeds do not rule out: see `wilson_interval`."""
        return wilson_interval(self.solved, self.finished)


def wilson_interval(solved: int, finished: int) -> tuple[float, float]:
    """The 95 % interval of a share of which `solved` of `finished` is a sample (Wilson 1927): (0, 1) without any.

    The shares p from which the sample is at most 1.96 standard deviations sqrt(p (1 - p) / n) away. With three
    seeds it is wide: of 3 in 3 it begins at 0.44.
    """
    if not finished:
        return 0.0, 1.0
    n, rate = finished, solved / finished
    middle = rate + Z**2 / (2 * n)
    width = Z * math.sqrt(rate * (1 - rate) / n + Z**2 / (4 * n * n))
    low, high = ((middle + sign * width) / (1 + Z**2 / n) for sign in (-1, 1))
    # No rounding may exclude what was seen.
    return min(max(low, 0.0), rate), max(min(high, 1.0), rate)


def make_table(study: Study, results: Mapping[str, Mapping[str, Any]]) -> list[list[TableCell]]:
    """A row for each network, a column for each distance."""
    grouped: dict[tuple[int, int], list[Mapping[str, Any]]] = {}
    for point in study.points:
        if point.id in results:
            grouped.setdefault((point.row, point.distance), []).append(results[point.id])
    return [
        [_cell(grouped.get((row, distance), [])) for distance in study.distances]
        for row in range(len(study.networks))
    ]


def _cell(results: list[Mapping[str, Any]]) -> TableCell:
    solved = [result["updates"] for result in results if result["solved"]]
    values = [result["value"] for result in results if result["value"] is not None]
    return TableCell(
        len(results),
        len(solved),
        statistics.median(solved) if solved else None,
        statistics.median(values) if values else None,
        statistics.mean(result["seconds"] for result in results) if results else None,
    )


def clearness(rows: Sequence[Sequence[TableCell]]) -> float:
    """How clearly the networks of a table differ, 0 to 1.

    The difference between the best and the worst network, each by its mean share of solving seeds over the
    distances, times the share of (network, distance) at which all seeds agree: all solved it, or none.
    """
    cells = [cell for row in rows for cell in row]
    if not cells or not all(cell.finished for cell in cells):
        return 0.0
    shares = [statistics.mean(cell.rate for cell in row) for row in rows]
    agreed = statistics.mean(cell.solved in (0, cell.finished) for cell in cells)
    return (max(shares) - min(shares)) * agreed


def to_markdown(study: Study, results: Mapping[str, Mapping[str, Any]]) -> str:
    """The table in Markdown: solved / finished, and the median updates of those that solved it."""
    lines = [
        f"| solved of finished (median updates), by {study.span} | "
        + " | ".join(str(distance) for distance in study.distances)
        + " |",
        "| --- |" + " ---: |" * len(study.distances),
    ]
    for label, cells in zip(study.labels, make_table(study, results), strict=True):
        words = [
            f"{c.solved}/{c.finished}" + (f" ({c.updates:g})" if c.updates is not None else "")
            for c in cells
        ]
        lines.append(f"| {label} | " + " | ".join(words) + " |")
    return "\n".join(lines)
