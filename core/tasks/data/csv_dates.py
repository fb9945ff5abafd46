"""Moments out of cells that are written in one form, many at a time.

Cells that differ only in their digits have the same shape. A form is matched with one cell of each shape; then the
digits of all of them become numbers together.
"""

from dataclasses import dataclass

import numpy as np

from .csv_date_forms import Form

YEARS = (1000, 2999)
CENTURY = 69  # two-digit years from here on are 19xx, below 20xx, as POSIX has it
EPOCH = 1970  # the year from which moments count
LEAP_YEAR = 1972  # for days without a year
MICROSECONDS = 1_000_000
TO_ZEROS = str.maketrans("123456789", "000000000")
AFTER_NOON = ("pm", "下午", "晚上", "午後", "오후")
# Hours that a zone's name is ahead of UTC, for columns in which two names stand side by side.
ZONES = {
    **{"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1},
    **{"MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "EST": -5, "EDT": -4},
    **{"CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AEST": 10, "AEDT": 11},
}

Parts = dict[
    str, np.ndarray | str
]  # by the names of a form's parts: integers [n], or what stands in every cell


@dataclass(frozen=True)
class Shape:
    """Cells that differ only in their digits. example: one of them. rows: int64 [n]. codes: uint32 [n, L], Unicode."""

    example: str
    rows: np.ndarray
    codes: np.ndarray


def find_shapes(texts: list[str], rows: list[int]) -> list[Shape]:
    """The shapes of the texts in these rows."""
    by_shape: dict[str, list[int]] = {}
    for row in rows:
        by_shape.setdefault(texts[row].translate(TO_ZEROS), []).append(row)
    shapes = []
    for same in by_shape.values():
        joined = "".join([texts[row] for row in same])
        codes = np.frombuffer(joined.encode("utf-32-le"), np.uint32).reshape(len(same), -1)
        shapes.append(Shape(texts[same[0]], np.array(same), codes))
    return shapes


def month_words(shapes: list[Shape], form: Form) -> set[str]:
    """The different names of months in cells of the form; empty where the form has none."""
    if not form.has_names:
        return set()
    return {match["b"] for s in shapes if (match := form.regex.fullmatch(s.example))}


def read_moments(shapes: list[Shape], N: int, form: Form, months: dict[str, int]) -> np.ndarray:
    """datetime64[us] [N], NaT where a cell is not of the form or is no moment that exists.

    Moments are in UTC where the column has more than one zone, else as the cells have them. A clock alone counts from
    1970-01-01. months: what the names of months mean.
    """
    moments = np.full(N, np.datetime64("NaT", "us"))
    ahead = np.zeros(N, np.int64)
    for shape in shapes:
        match = form.regex.fullmatch(shape.example)
        if match is None:
            continue
        parts: Parts = {}
        for name, text in match.groupdict().items():
            if text is not None:
                start, end = match.span(name)
                parts[name] = _to_integers(shape.codes[:, start:end]) if text.isdigit() else text
        if "F" in parts:
            start, end = match.span("F")
            parts["F"] = _to_integers(shape.codes[:, start : min(end, start + 6)])
            parts["F"] = parts["F"] * 10 ** max(0, 6 - (end - start))
        moments[shape.rows], ahead[shape.rows] = _combine(parts, months, len(shape.rows))
    if len(np.unique(ahead[~np.isnat(moments)])) > 1:
        moments -= (ahead * MICROSECONDS).astype("timedelta64[us]")
    return moments


def to_days(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(days since 1970-01-01, whether there is such a day), both [N]."""
    exist = (YEARS[0] <= year) & (year <= YEARS[1]) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(exist, (year - EPOCH) * 12 + month - 1, 0).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[D]").astype(np.int64)
    return first + day - 1, exist & (day <= following - first)


def _to_integers(codes: np.ndarray) -> np.ndarray:
    """int64 [n] of digits as Unicode numbers [n, L]."""
    powers = 10 ** np.arange(codes.shape[1] - 1, -1, -1)
    return (codes.astype(np.int64) - ord("0")) @ powers


def _number(parts: Parts, name: str, default: int, n: int) -> np.ndarray:
    value = parts.get(name)
    return value if isinstance(value, np.ndarray) else np.full(n, default)


def _combine(parts: Parts, months: dict[str, int], n: int) -> tuple[np.ndarray, np.ndarray]:
    """(datetime64[us] [n], NaT where there is no such moment; seconds that their zone is ahead of UTC)."""
    days, exist = _days(parts, months, n)
    seconds, clock_exists = _seconds(parts, n)
    exist = exist & clock_exists
    moments = (days * 86_400 + seconds) * MICROSECONDS + _number(parts, "F", 0, n)
    moments = moments.astype("datetime64[us]")
    zone, known = _ahead(parts, n)
    moments[~(exist & known)] = np.datetime64("NaT")
    return moments, zone


def _days(parts: Parts, months: dict[str, int], n: int) -> tuple[np.ndarray, np.ndarray]:
    """(days since 1970-01-01, whether there is such a day), both [n]."""
    year = _number(parts, "Y", LEAP_YEAR if "d" in parts else EPOCH, n)
    if "y" in parts:
        short = _number(parts, "y", 0, n)
        year = short + np.where(short >= CENTURY, 1900, 2000)
    month = _number(parts, "m", 1, n)
    if "b" in parts:
        month = np.full(n, months.get(str(parts["b"]), 0))
    quarter = _number(parts, "q" if "q" in parts else "q0", 1, n)
    if "q" in parts or "q0" in parts:
        month = np.where((quarter >= 1) & (quarter <= 4), 3 * quarter - 2, 0)
    days, exist = to_days(year, month, _number(parts, "d", 1, n))
    if "j" in parts:
        day = _number(parts, "j", 1, n)
        days, exist = days + day - 1, exist & (day >= 1) & (day <= 366)
    if "w" in parts:
        week, weekday = _number(parts, "w", 1, n), _number(parts, "u", 1, n)
        fourth = days + 3  # of January is always in week 1; 1970-01-01 was a Thursday
        days = fourth - (fourth + 3) % 7 + 7 * (week - 1) + weekday - 1
        exist = exist & (week >= 1) & (week <= 53) & (weekday >= 1) & (weekday <= 7)
    return days, exist


def _seconds(parts: Parts, n: int) -> tuple[np.ndarray, np.ndarray]:
    """(seconds since midnight, whether there is such a time), both [n]."""
    hour, minute, second = (_number(parts, name, 0, n) for name in "HMS")
    exist = (minute < 60) & (second < 61)
    exist = exist & ((hour < 24) | ((hour == 24) & (minute == 0) & (second == 0)))
    half = str(parts.get("p", parts.get("p0", ""))).lower().replace(".", "").replace(" ", "")
    if half:
        late = half in AFTER_NOON
        exist = exist & ((hour <= 12) | late)
        hour = np.where(hour <= 12, hour % 12 + 12 * late, hour)
    return hour * 3600 + minute * 60 + second, exist


def _ahead(parts: Parts, n: int) -> tuple[np.ndarray, np.ndarray]:
    """(seconds that the zone is ahead of UTC, whether it is known), both [n]; 0 without a zone."""
    known = np.full(n, True)
    if "zn" in parts:
        name = str(parts["zn"])
        return np.full(n, 3600 * ZONES.get(name, 0)), known
    sign = -1 if parts.get("s") == "-" else 1
    hours, minutes = _number(parts, "zh", 0, n), _number(parts, "zm", 0, n)
    return sign * (3600 * hours + 60 * minutes), known & (hours < 24) & (minutes < 60)
