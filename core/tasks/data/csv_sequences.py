"""Several series in one table: each time stands in it several times, once for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np

from ...common.messages import both, count, say
from .csv_order import DAYS_BETWEEN_CHANGES, HOUR

LEAST_SHARE = 0.1  # of the rows whose time occurs more than once; fewer may be mistakes
LEAST_UNIQUE = (
    0.99  # share of the rows that are told apart by their time and the name of their series
)
MAX_SEQUENCES = 1000
MAX_NAMING = 8  # columns of which two may name the series together
SHOWN = 5  # names in a sentence


@dataclass(frozen=True)
class Sequences:
    """names: of the series, in the order of the file. columns: numbers from 0 of the columns that hold them.

    which: int64 [rows], the number of each row's series. All are empty where the table is one series. note: a
    sentence on times that occur more than once, "" without any.
    """

    names: tuple[str, ...] = ()
    columns: tuple[int, ...] = ()
    which: np.ndarray | None = None
    note: str = ""


def find_sequences(
    names: Sequence[str],
    columns: Sequence[Sequence[str]],
    marks: np.ndarray,
    times: np.ndarray | None,
) -> Sequences:
    """The series that a table holds one beside the other.

    names and columns (cells in the order used): those that may tell the series apart. marks: int64 [rows], equal for
    rows of the same time. times: of the rows, None where they are not understood.
    """
    _, place, counts = np.unique(marks, return_inverse=True, return_counts=True)
    doubled = counts[place] > 1
    if not doubled.any():
        return Sequences()
    number = int((counts > 1).sum())
    if times is not None and counts.max() == 2 and _are_clock_changes(times, doubled):
        return Sequences(
            note=count(
                number,
                say(
                    "{n} time occurs twice, as when clocks go back; these rows stay in the order of the file."
                ),
                say(
                    "{n} times occur twice, as when clocks go back; these rows stay in the order of the file."
                ),
            )
        )
    if doubled.mean() < LEAST_SHARE:
        return Sequences(
            note=count(
                number,
                say("{n} time occurs more than once; these rows stay in the order of the file."),
                say("{n} times occur more than once; these rows stay in the order of the file."),
            )
        )
    most = int(counts.max())
    found = _find_names(columns, place, most)
    if found is None:
        return Sequences(
            note=say(
                "Each time occurs up to {most} times, and no column tells which series a row belongs to: "
                "the rows are taken one after the other.",
                most=most,
            )
        )
    chosen, distinct, which = found
    shown = ", ".join(distinct[:SHOWN]) + (", …" if len(distinct) > SHOWN else "")
    apart = both(repr(names[k][:40]) for k in chosen)
    return Sequences(
        distinct,
        chosen,
        which,
        say(
            "Each time occurs up to {most} times: the table holds {n} series, told apart by {columns} ({names}).",
            most=most,
            n=len(distinct),
            columns=apart,
            names=shown,
        ),
    )


def _find_names(
    columns: Sequence[Sequence[str]], place: np.ndarray, most: int
) -> tuple[tuple[int, ...], tuple[str, ...], np.ndarray] | None:
    """(numbers of one or two columns, names of the series, the number of each row's series)."""
    few = [k for k, cells in enumerate(columns) if 1 < len(set(cells)) <= 2 * most]
    pairs = combinations(few[:MAX_NAMING], 2)
    for chosen in chain(((k,) for k in few), pairs):
        rows = [
            ", ".join(cell.strip() for cell in row)
            for row in zip(*(columns[k] for k in chosen), strict=True)
        ]
        numbers = {name: k for k, name in enumerate(dict.fromkeys(rows))}
        if not most <= len(numbers) <= min(MAX_SEQUENCES, 2 * most):
            continue
        which = np.array([numbers[name] for name in rows])
        if len(np.unique(place * len(numbers) + which)) >= LEAST_UNIQUE * len(rows):
            return chosen, tuple(numbers), which
    return None


def _are_clock_changes(times: np.ndarray, doubled: np.ndarray) -> bool:
    """Whether the doubled times lie in single hours, at most one for each change of the clocks."""
    if times.dtype.kind != "M" or (times == times.astype("datetime64[D]")).all():
        return False
    hours = np.unique(times[doubled])
    starts = np.flatnonzero(np.append(True, np.diff(hours) > HOUR))
    ends = np.append(starts[1:], len(hours)) - 1
    span = (times.max() - times.min()) / np.timedelta64(DAYS_BETWEEN_CHANGES, "D")
    return len(starts) <= 1 + span and bool((hours[ends] - hours[starts] < HOUR).all())
