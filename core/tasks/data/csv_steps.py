"""Steps between the times of a series: how long they are, and which are missing."""

from collections.abc import Callable

import numpy as np

from ...common.messages import count, paragraph, say
from .csv_order import write_time

EVEN = 0.01  # relative difference of two steps that count as the same
MOST_GAPS = 0.6  # share of the steps in which some are missing; with more the series is uneven
LEAST_WORKING_DAYS = 10  # days that are all none of a weekend, for a series of working days
MOST_EVEN = (
    0.9  # share of the steps that are a whole number of the usual one, in a series with gaps
)
UNITS = (  # seconds of one, one of them, several
    (86_400, say("{n:.4g} day"), say("{n:.4g} days")),
    (3600, say("{n:.4g} hour"), say("{n:.4g} hours")),
    (60, say("{n:.4g} minute"), say("{n:.4g} minutes")),
    (1, say("{n:.4g} second"), say("{n:.4g} seconds")),
    (0.001, say("{n:.4g} millisecond"), say("{n:.4g} milliseconds")),
)


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
        return say(
            "The steps are uneven: from {least} to {most}, half of them at most "
            "{median}. The values are taken one after the other, as if they were even.",
            least=name(float(steps.min())),
            most=name(float(steps.max())),
            median=name(float(np.median(steps))),
        )
    missing = (ratio.round() - 1).clip(0)
    total = int(missing.sum())
    if not total:
        return remark
    largest = int(missing.argmax())
    at = int(np.flatnonzero(np.diff(positions) > 0)[largest])
    lost = say(
        "{n} of {all} steps of {step} are missing, in {gaps}; the largest, {steps}, follows {time}. "
        "The values are taken one after the other, as if none were missing.",
        n=total,
        all=total + len(times),
        step=name(usual),
        gaps=count(int((missing > 0).sum()), say("{n} gap"), say("{n} gaps")),
        steps=count(int(missing[largest]), say("{n} step"), say("{n} steps")),
        time=write_time(times[at]),
    )
    return paragraph((remark, lost))


def _positions(times: np.ndarray, unit: str) -> tuple[np.ndarray, Callable[[float], str], str]:
    """(the times as numbers whose steps can be compared, how to write a step, a sentence on days without values)."""
    if times.dtype.kind != "M":
        return times, "{:g}".format, ""
    months = _in_months(times)
    if months is not None and unit in "MQYD":
        return months.astype(float), _month_name, ""
    days = times.astype("datetime64[D]")
    if unit == "D" and len(days) >= LEAST_WORKING_DAYS and np.is_busday(days).all():
        remark = say(
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
    return say("1 working day") if size == 1 else say("{n:g} working days", n=size)


def _month_name(size: float) -> str:
    months = round(size)
    if months % 12 == 0:
        return count(months // 12, say("{n} year"), say("{n} years"))
    return count(months, say("{n} month"), say("{n} months"))


def _duration(seconds: float) -> str:
    for size, one, many in UNITS:
        if seconds >= size:
            number = seconds / size
            if abs(number - round(number)) < 1e-6 or size <= 1:
                return say(one if number == 1 else many, n=number)
    return say("{n:.3g} seconds", n=seconds)
