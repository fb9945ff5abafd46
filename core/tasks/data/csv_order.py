"""The order of a table's rows: by their time where it is understood, else as in the file; and what to say about it."""

from dataclasses import dataclass

import numpy as np

from ...common.messages import count, either, either_as, paragraph, say
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
        ways = either_as(reading.words for reading in times.readings)
        return _as_in_file(
            times, say("the time in {column} can be read as {ways}", column=name, ways=ways)
        )
    best = next((k for k, direction in enumerate(directions) if direction != "mixed"), 0)
    values, direction = times.readings[best].values, directions[best]
    untimed = is_unknown(values)
    if untimed.any() and direction == "mixed":
        reason = count(
            int(untimed.sum()),
            say("{n} of them has no time in {column}"),
            say("{n} of them have no time in {column}"),
            column=name,
        )
        return _as_in_file(times, reason)
    if times.unit == "day" and direction == "mixed":
        return _as_in_file(times, say("the days in {column} have no year", column=name))
    rows = np.arange(len(values))
    if direction == "mixed":
        rows = np.argsort(values, kind="stable")
    elif direction == "falling":
        rows = rows[::-1]
    known = not untimed.any() and directions.count(direction) == 1
    ordered = values[rows]
    what = _describe_order(direction, values.dtype.kind == "M", name)
    spanned = say(
        "{order}, from {first} to {last}.",
        order=what,
        first=write_time(ordered[0]),
        last=write_time(ordered[-1]),
    )
    if not known or times.unit in ("clock", "day"):
        spanned = say("{order}.", order=what)
    note = paragraph((spanned, _doubt(times, directions, best)))
    return Order(rows, ordered if known else None, note, _marks(values)[rows])


def _describe_order(direction: str, by_time: bool, name: str) -> str:
    if direction == "mixed":
        return say("The rows were sorted by {key}", key=_key(by_time, name))
    if direction == "falling":
        return say(
            "The rows ran from new to old and were reversed, by {key}", key=_key(by_time, name)
        )
    return say("The rows are in the order of {key}", key=_key(by_time, name))


def _key(by_time: bool, name: str) -> str:
    if by_time:
        return say("the time in {column}", column=name)
    return say("the numbers in {column}", column=name)


def write_time(time: np.generic) -> str:
    """A time for the reader: a date, with hours and minutes where it has them; a plain number as it is."""
    if not isinstance(time, np.datetime64):
        return f"{time:.10g}"
    text = str(time.astype("datetime64[s]")).replace("T", " ")
    return text.removesuffix(" 00:00:00").removesuffix(":00")


def _as_in_file(times: Times, reason: str) -> Order:
    values = times.readings[0].values
    note = say("The rows stay in the order of the file, because {reason}.", reason=reason)
    return Order(np.arange(len(values)), None, note, _marks(values))


def _not_understood(name: str, cell: str, number: int, direction: str) -> str:
    cells = say("{cell} and {n} more", cell=cell, n=number - 1) if number > 1 else cell
    if direction != "falling":
        return say("not every time in {column} is understood: {cells}", column=name, cells=cells)
    return say(
        "not every time in {column} is understood: {cells}, although the other times run from new to old",
        column=name,
        cells=cells,
    )


def _doubt(times: Times, directions: list[str], best: int) -> str:
    """A sentence on the ways to read the time, where there are several."""
    ways = [reading.words for reading in times.readings]
    if len(ways) == 1:
        return ""
    if directions.count(directions[best]) == 1:
        return say(
            "It was read as {way}; read as {others} the rows would be in no order.",
            way=ways[best],
            others=either(way for k, way in enumerate(ways) if k != best),
        )
    return say("It can be read as {ways}; the order is the same.", ways=either_as(ways))


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
