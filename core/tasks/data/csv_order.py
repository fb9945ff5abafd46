"""The order of a table's rows: by their time where it is understood, else as in the file; and what to say about it."""

from dataclasses import dataclass

import numpy as np

from .csv_moments import Times, is_unknown

HOUR = np.timedelta64(3600, "s")
DAYS_BETWEEN_CHANGES = (
    150  # clocks go back once a year; two such changes are further apart than this
)


@dataclass(frozen=True)
class Order:
    """rows: int64 [rows], the order in which they are used. times: those of the rows in this order, None where
    they are not all understood, or doubtful. note: a sentence about it. marks: int64 [rows] in this order, equal
    for rows of the same time; each row without a time has a mark of its own.
    """

    rows: np.ndarray
    times: np.ndarray | None
    note: str
    marks: np.ndarray


def order_rows(times: Times, name: str, wrong_cell: str) -> Order:
    """How to order the rows by `times`.

    name: of the time's columns, in quotes. wrong_cell: the first cell that was not understood, with its line.
    """
    directions = [_direction(reading.values) for reading in times.readings]
    if times.wrong:
        return _as_in_file(
            times, _not_understood(name, wrong_cell, len(times.wrong), directions[0])
        )
    monotonic = {direction for direction in directions if direction != "mixed"}
    if len(directions) > 1 and len(monotonic) != 1:
        ways = " or as ".join(reading.words for reading in times.readings)
        return _as_in_file(times, f"the time in {name} can be read as {ways}")
    best = next((k for k, direction in enumerate(directions) if direction != "mixed"), 0)
    values, direction = times.readings[best].values, directions[best]
    untimed = is_unknown(values)
    if untimed.any() and direction == "mixed":
        count = int(untimed.sum())
        return _as_in_file(
            times, f"{count} of them {'has' if count == 1 else 'have'} no time in {name}"
        )
    if times.unit == "day" and direction == "mixed":
        return _as_in_file(times, f"the days in {name} have no year")
    what = "the time" if values.dtype.kind == "M" else "the numbers"
    rows = np.arange(len(values))
    if direction == "mixed":
        rows, how = np.argsort(values, kind="stable"), f"were sorted by {what} in"
    elif direction == "falling":
        rows, how = rows[::-1], f"ran from new to old and were reversed, by {what} in"
    else:
        how = f"are in the order of {what} in"
    known = not untimed.any() and directions.count(direction) == 1
    ordered = values[rows]
    span = f", from {write_time(ordered[0])} to {write_time(ordered[-1])}"
    if not known or times.unit in ("clock", "day"):
        span = ""
    note = f"The rows {how} {name}{span}.{_doubt(times, directions, best)}"
    return Order(rows, ordered if known else None, note, _marks(values)[rows])


def write_time(time: np.generic) -> str:
    """A time for the reader: a date, with hours and minutes where it has them; a plain number as it is."""
    if not isinstance(time, np.datetime64):
        return f"{time:.10g}"
    text = str(time.astype("datetime64[s]")).replace("T", " ")
    return text.removesuffix(" 00:00:00").removesuffix(":00")


def _as_in_file(times: Times, reason: str) -> Order:
    values = times.readings[0].values
    note = f"The rows stay in the order of the file, because {reason}."
    return Order(np.arange(len(values)), None, note, _marks(values))


def _not_understood(name: str, cell: str, count: int, direction: str) -> str:
    others = f" and {count - 1} more" if count > 1 else ""
    backwards = ", although the other times run from new to old" if direction == "falling" else ""
    return f"not every time in {name} is understood: {cell}{others}{backwards}"


def _doubt(times: Times, directions: list[str], best: int) -> str:
    """A sentence on the ways to read the time, where there are several."""
    ways = [reading.words for reading in times.readings]
    if len(ways) == 1:
        return ""
    if directions.count(directions[best]) == 1:
        rest = " or ".join(way for k, way in enumerate(ways) if k != best)
        return f" It was read as {ways[best]}; read as {rest} the rows would be in no order."
    return f" It can be read as {' or as '.join(ways)}; the order is the same."


def _marks(values: np.ndarray) -> np.ndarray:
    marks = np.unique(values, return_inverse=True)[1].astype(np.int64)
    unknown = np.flatnonzero(is_unknown(values))
    marks[unknown] = -1 - unknown
    return marks


def _direction(values: np.ndarray) -> str:
    """ "rising", "falling" (equal ones allowed, and an hour that comes twice as clocks go back), or "mixed"."""
    known = values[~is_unknown(values)]
    for name, way in (("rising", known), ("falling", known[::-1])):
        steps = np.diff(way)
        back = steps < np.zeros(1, steps.dtype)
        if not back.any() or (way.dtype.kind == "M" and _clocks_went_back(way, steps, back)):
            return name
    return "mixed"


def _clocks_went_back(times: np.ndarray, steps: np.ndarray, back: np.ndarray) -> bool:
    """Whether the few steps back are of an hour at most, to times that stood shortly before."""
    span = (times.max() - times.min()) / np.timedelta64(DAYS_BETWEEN_CHANGES, "D")
    if back.sum() > 1 + span or (-steps[back] > HOUR).any():
        return False
    return all((times[: k + 1] == times[k + 1]).any() for k in np.flatnonzero(back))
