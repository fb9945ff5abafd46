"""Steps between the times of a series: how long they are, and which are missing."""

from collections.abc import Callable

import numpy as np

from .csv_order import write_time

EVEN = 0.01  # relative difference of two steps that count as the same
MOST_GAPS = 0.6  # share of the steps in which some are missing; with more the series is uneven
LEAST_WORKING_DAYS = 10  # days that are all none of a weekend, for a series of working days
MOST_EVEN = (
    0.9  # share of the steps that are a whole number of the usual one, in a series with gaps
)
UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"), (0.001, "millisecond"))


def describe_steps(times: np.ndarray, unit: str) -> str:
    """A sentence about missing and uneven steps; "" where they are even.

    times: datetime64[us] or float64 [N], in order. unit: D, W, M, Q, Y or h as in `Times`, "" for plain numbers.
    """
    if len(times) < 3:
        return ""
    positions, name, remark = _positions(times, unit)
    steps = np.diff(positions)
    steps = steps[np.flatnonzero(steps > 0)]
    if not len(steps):
        return remark
    usual = _usual(steps)
    ratio = steps / usual
    whole = np.abs(ratio - ratio.round()) <= EVEN * np.maximum(ratio.round(), 1)
    whole &= ratio.round() >= 1
    if whole.mean() < MOST_EVEN or (ratio > 1.5).mean() > MOST_GAPS:
        return (
            f"The steps are uneven: from {name(steps.min())} to {name(steps.max())}, half of them at most "
            f"{name(float(np.median(steps)))}. The values are taken one after the other, as if they were even."
        )
    missing = (ratio.round() - 1).clip(0)
    total = int(missing.sum())
    if not total:
        return remark
    largest = int(missing.argmax())
    at = int(np.flatnonzero(np.diff(positions) > 0)[largest])
    return remark + (
        f"{' ' if remark else ''}{total} of {total + len(times)} steps of {name(usual)} are missing, in {int((missing > 0).sum())} "
        f"{'gap' if (missing > 0).sum() == 1 else 'gaps'}; the largest, {int(missing[largest])} "
        f"{'step' if missing[largest] == 1 else 'steps'}, follows {write_time(times[at])}. The values are taken one after "
        f"the other, as if none were missing."
    )


def _positions(times: np.ndarray, unit: str) -> tuple[np.ndarray, Callable[[float], str], str]:
    """(the times as numbers whose steps can be compared, how to write a step, a sentence on days without values)."""
    if times.dtype.kind != "M":
        return times, "{:g}".format, ""
    months = _in_months(times)
    if months is not None and unit in "MQYD":
        return months.astype(float), _month_name, ""
    days = times.astype("datetime64[D]")
    if unit == "D" and len(days) >= LEAST_WORKING_DAYS and np.is_busday(days).all():
        remark = (
            "Saturdays and Sundays have no values: Monday is taken as the next step after Friday."
        )
        return np.busday_count(days[0], days).astype(float), _working_days, remark
    return (times - times[0]).astype(np.int64) / 1e6, _duration, ""


def _usual(steps: np.ndarray) -> float:
    """The most frequent step, of several the smallest; steps that differ by less than EVEN count as one."""
    logs = np.round(np.log(steps) / EVEN)
    kinds, counts = np.unique(logs, return_counts=True)
    return float(np.median(steps[logs == kinds[counts.argmax()]]))


def _in_months(times: np.ndarray) -> np.ndarray | None:
    """Numbers of months, where all times stand at the same place of their month (or at its end)."""
    months = times.astype("datetime64[M]")
    since = times - months.astype("datetime64[us]")
    ends = (months + 1).astype("datetime64[D]") - times.astype("datetime64[D]")
    if len(np.unique(months)) == 1:
        return None
    if (since == since[0]).all() or (ends == np.timedelta64(1, "D")).all():
        return months.astype(np.int64)
    return None


def _working_days(size: float) -> str:
    return f"{size:g} working {'day' if size == 1 else 'days'}"


def _month_name(size: float) -> str:
    months = round(size)
    if months % 12 == 0:
        return f"{months // 12} {'year' if months == 12 else 'years'}"
    return f"{months} {'month' if months == 1 else 'months'}"


def _duration(seconds: float) -> str:
    for size, name in UNITS:
        if seconds >= size:
            number = seconds / size
            if abs(number - round(number)) < 1e-6 or size <= 1:
                return f"{number:.4g} {name}{'' if number == 1 else 's'}"
    return f"{seconds:.3g} seconds"
