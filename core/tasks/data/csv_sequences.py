"""Several series in one table: each time stands in it several times, once for each of them."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

LEAST_SHARE = (
    0.1  # of the rows whose time stands there more than once; fewer are an hour that comes twice
)
MAX_SEQUENCES = 1000
LEAST_UNIQUE = (
    0.99  # share of the rows that are told apart by their time and the name of their series
)


class _Column(Protocol):
    name: str

    @property
    def cells(self) -> tuple[str, ...]: ...


def find_sequences(
    columns: Sequence[_Column], times: np.ndarray | None, time_columns: set[int]
) -> tuple[tuple[str, ...], int | None, list[str], set[int]]:
    """(names of the series, number of the column with them from 1, what to tell, columns that name something).

    times: in the order of the rows, None where they are not understood.
    """
    if times is None:
        return (), None, [], set()
    _, which, counts = np.unique(times, return_inverse=True, return_counts=True)
    doubled = counts[which] > 1
    if not doubled.any():
        return (), None, [], set()
    if doubled.mean() < LEAST_SHARE:
        extra = int((counts > 1).sum())
        verb = "stands" if extra == 1 else "stand"
        return (
            (),
            None,
            [
                f"{extra} of the times {verb} there more than once, as when clocks go back; these rows stay in the order of the file."
            ],
            set(),
        )
    most = int(counts.max())
    for k, column in enumerate(columns):
        if k in time_columns:
            continue
        names = [cell.strip() for cell in column.cells]
        distinct = sorted(set(names), key=names.index)
        if not most <= len(distinct) <= min(MAX_SEQUENCES, 2 * most):
            continue
        keys = len(set(zip(which.tolist(), names, strict=True)))
        if keys >= LEAST_UNIQUE * len(names):
            note = (
                f"Each time stands there up to {most} times: {len(distinct)} series are told apart by "
                f"{column.name!r} ({', '.join(distinct[:5])}{', …' if len(distinct) > 5 else ''})."
            )
            return tuple(distinct), k + 1, [note], {k}
    return (
        (),
        None,
        [
            f"Each time stands there up to {most} times, and no column tells which series a row belongs to: "
            "the rows are taken one after the other."
        ],
        set(),
    )
