"""The order of a table's rows: by their time where it is understood, else as in the file; and what to say about it."""

from dataclasses import dataclass

import numpy as np

from .csv_time import Times

HOUR = np.timedelta64(3600, "s")
DAYS_BETWEEN_CHANGES = (
    150  # clocks go back once a year; two such changes are further apart than this
)


@dataclass(frozen=True)
class Order:
    """rows: int64 [rows], the order in which they are used. times: those of the rows in this order, None where
    none are understood. note: a sentence about it."""

    rows: np.ndarray
    times: np.ndarray | None
    note: str


def order_rows(times: Times, name: str, wrong_cell: str) -> Order:
    """How to order the rows by `times`.

    name: of the time's columns, in quotes. wrong_cell: the first cell that was not understood, with its line.
    """
    N = len(times.readings[0].values)
    as_in_file = np.arange(N)
    if times.wrong:
        others = f"; {len(times.wrong) - 1} more are not understood" if len(times.wrong) > 1 else ""
        falling = _direction(times.readings[0].values) == "falling"
        backwards = " The times that are understood run backwards." if falling else ""
        return Order(
            as_in_file,
            None,
            f"The rows stay in the order of the file, because not every time in {name} is understood: "
            f"{wrong_cell}{others}.{backwards}",
        )
    directions = [_direction(reading.values) for reading in times.readings]
    monotonic = [k for k, d in enumerate(directions) if d != "mixed"]
    ways = " or ".join(reading.words for reading in times.readings)
    doubt = f" (read as {ways}: both fit)" if len(directions) > 1 else ""
    if len(directions) > 1 and len({directions[k] for k in monotonic}) != 1:
        return Order(
            as_in_file,
            None,
            f"The rows stay in the order of the file, because the time in {name} can be read in "
            f"{len(directions)} ways: {ways}.",
        )
    best = monotonic[0] if monotonic else 0
    if len(monotonic) == 1 and len(directions) > 1:
        doubt = f" (read as {times.readings[best].words}, which keeps them in order; another way to read it does not)"
    values, sure = times.readings[best].values, len(monotonic) <= 1 or len(directions) == 1
    untimed = int(np.isnat(values).sum() if values.dtype.kind == "M" else np.isnan(values).sum())
    if directions[best] == "mixed" and untimed:
        return Order(
            as_in_file,
            None,
            f"The rows stay in the order of the file, because {untimed} of them have no time in {name}.",
        )
    if directions[best] == "rising":
        rows, how = as_in_file, "are in the order of the time in"
    elif directions[best] == "falling":
        rows, how = as_in_file[::-1].copy(), "ran from new to old and were reversed, by the time in"
    else:
        rows, how = np.argsort(values, kind="stable"), "were sorted by the time in"
    ordered = values[rows]
    span = f", from {_moment(ordered, 0)} to {_moment(ordered, -1)}" if sure and not untimed else ""
    return Order(
        rows, ordered if sure and not untimed else None, f"The rows {how} {name}{span}{doubt}."
    )


def _moment(values: np.ndarray, k: int) -> str:
    if values.dtype.kind != "M":
        return f"{values[k]:.10g}"
    days = bool((values == values.astype("datetime64[D]")).all())
    if days:
        return str(values[k].astype("datetime64[D]"))
    return str(values[k].astype("datetime64[s]")).replace("T", " ").removesuffix(":00")


def _direction(values: np.ndarray) -> str:
    """ "rising", "falling" (equal ones allowed, and an hour that comes twice as clocks go back), or "mixed"."""
    known = values[~np.isnat(values)] if values.dtype.kind == "M" else values[~np.isnan(values)]
    for name, way in (("rising", known), ("falling", known[::-1])):
        steps = np.diff(way)
        back = steps < np.zeros(1, steps.dtype)
        if not back.any():
            return name
        if values.dtype.kind == "M":
            span = (way.max() - way.min()) / np.timedelta64(DAYS_BETWEEN_CHANGES, "D")
            small = bool((-steps[back] <= HOUR).all()) and _twice(way, back)
            if small and back.sum() <= 1 + span:
                return name
    return "mixed"


def _twice(way: np.ndarray, back: np.ndarray) -> bool:
    """Whether what follows each step back are times that stood before."""
    seen = set(way.tolist())
    return len(seen) < len(way) and all(
        way[k + 1] in way[max(0, k - 3600) : k + 1] for k in np.flatnonzero(back)
    )
