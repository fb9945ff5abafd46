"""The table of a study: how many seeds solved the task, and after how many updates."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .grid import Study


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
