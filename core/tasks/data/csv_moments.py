"""A column of dates or times of day, written in one way in all of its cells.

Nothing is guessed cell by cell. Where two ways fit all cells (day or month first), both are handed on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .csv_date_forms import FORMS, NUMBER_FORMS, SHORT, Form
from .csv_dates import Shape, find_shapes, month_words, read_moments
from .csv_numbers import is_missing, to_ascii
from .month_names import read_months

# Of a column's cells, in one form: then the column is a time, even where not all of its cells are understood.
LEAST_SHARE = 0.5
EVEN_SHARE = 0.9  # of steps that are the same
SAMPLE = 60  # cells that are tried first
NUMBER_YEARS = (1800, 2100)  # in which numbers like 20200105 are dates
NUMERALS = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))
LEAST_INTERVAL = 12  # characters of a cell with a start and an end
INTERVAL_SIGN = re.compile(r" (?:-|to|bis) |/")
INTERVAL_END = re.compile(r"(?<=\d)\s*(?: (?:-|to|bis) |/(?=\d{4}-)).*\d.*")

# A form and the moments of a column's cells in it, NaT where it does not fit.
Way = tuple[Form, np.ndarray]


@dataclass(frozen=True)
class Reading:
    """One way to read a time. words: how, for the reader. values: datetime64[us] or float64 [rows], NaT or NaN
    where there is none.
    """

    words: str
    values: np.ndarray


@dataclass(frozen=True)
class Times:
    """columns: numbers of the columns, from 0. readings: the ways that fit all cells, one or more.

    wrong: rows whose cell was not understood; then there is one reading, which fits the others. unit: D, W, M, Q
    or Y where the cells name a day or something longer, h with a time of day, day without a year, clock where a time
    of day stands alone, "" for plain numbers.
    """

    columns: tuple[int, ...]
    readings: tuple[Reading, ...]
    unit: str
    wrong: tuple[int, ...] = ()


def is_unknown(values: np.ndarray) -> np.ndarray:
    """Where a time is not known: NaT or NaN; bool [N]."""
    return np.isnat(values) if values.dtype.kind == "M" else np.isnan(values)


def is_time(cell: str) -> bool:
    """Whether a single cell is a date or a time of day."""
    text = _plain(cell)
    if not re.search(r"\d", text):
        return False
    shapes = find_shapes([text], [0])
    ways = _ways(shapes, 1, _likely_forms(shapes, False))
    return any(not np.isnat(moments[0]) for _, moments in ways)


def read_dates(k: int, cells: Sequence[str], is_number: bool, is_calendar: bool) -> Times | None:
    """The moments that the cells of column number `k` (from 0) name; None where most name none.

    is_number: whether they are plain numbers, too. is_calendar: whether the column's name says that these are years
    or months.
    """
    rows = [row for row, cell in enumerate(cells) if not is_missing(cell)]
    sample = [_plain(cells[row]) for row in rows[:: max(1, len(rows) // SAMPLE)]]
    if not _likely_forms(find_shapes(sample, list(range(len(sample)))), is_calendar):
        return None
    shapes = find_shapes([_plain(cell) for cell in cells], rows)
    ways = _ways(shapes, len(cells), _likely_forms(shapes, is_calendar))
    wrong = [int(np.isnat(moments[rows]).sum()) for _, moments in ways]
    least = min(wrong, default=len(rows))
    if least > (1 - LEAST_SHARE) * len(rows) or (least and is_number):
        return None
    best = _without_odd_years([w for w, n in zip(ways, wrong, strict=True) if n == least])
    form, moments = best[0]
    if is_number and not _in_years(moments, *NUMBER_YEARS):
        return None
    if least:
        lost = tuple(row for row in rows if np.isnat(moments[row]))
        return Times((k,), (Reading(form.words, moments),), _unit(form, moments), lost)
    return Times((k,), _different(best), _unit(form, moments))


def _likely_forms(shapes: list[Shape], is_calendar: bool) -> list[Form]:
    """The forms of at least LEAST_SHARE of the cells."""
    least = LEAST_SHARE * sum(len(shape.rows) for shape in shapes)
    if sum(len(shape.rows) for shape in shapes if re.search(r"\d", shape.example)) < max(1, least):
        return []
    forms = (*FORMS, *NUMBER_FORMS) if is_calendar else FORMS

    def fitting(form: Form) -> int:
        return sum(len(shape.rows) for shape in shapes if form.regex.fullmatch(shape.example))

    return [form for form in forms if fitting(form) >= least]


def _ways(shapes: list[Shape], N: int, forms: list[Form]) -> list[Way]:
    """Each form with each way to read its names of months, for a column of N cells."""
    ways = []
    for form in forms:
        readings: list[dict[str, int]] = [{}]
        if form.has_names:
            words = month_words(shapes, form)
            readings = read_months(words) or read_months({w for w in words if read_months({w})})
        ways += [(form, read_moments(shapes, N, form, months)) for months in readings]
    return ways


def _without_odd_years(ways: list[Way]) -> list[Way]:
    """Of ways with a short year first and last only those that give even steps, where only one of both does.

    01.02.20 to 31.03.20 are the days of two months, and not one day in each of 31 years.
    """
    first = [way for way in ways if way[0].pattern.startswith(SHORT)]
    last = [way for way in ways if not way[0].pattern.startswith(SHORT)]
    even_first, even_last = (
        any(_are_even(moments) for _, moments in part) for part in (first, last)
    )
    if not (first and last) or even_first == even_last:
        return ways
    return first if even_first else last


def _are_even(moments: np.ndarray) -> bool:
    """Whether most steps between the moments, put in order, are the same, in days or in months."""
    known = np.unique(moments[~np.isnat(moments)])
    months = known.astype("datetime64[M]")
    same_day = len(np.unique(known - months)) == 1
    steps = np.diff(months if same_day else known).astype(np.int64)
    return len(steps) > 0 and np.unique(steps, return_counts=True)[1].max() >= EVEN_SHARE * len(
        steps
    )


def _different(ways: list[Way]) -> tuple[Reading, ...]:
    readings: list[Reading] = []
    for form, moments in ways:
        if not any(np.array_equal(moments, r.values, equal_nan=True) for r in readings):
            readings.append(Reading(form.words, moments))
    return tuple(readings)


def _unit(form: Form, moments: np.ndarray) -> str:
    known = moments[~np.isnat(moments)]
    has_clock = form.unit == "D" and bool((known != known.astype("datetime64[D]")).any())
    return "h" if has_clock else form.unit


def _in_years(moments: np.ndarray, low: int, high: int) -> bool:
    years = moments.astype("datetime64[Y]").astype(int) + 1970
    return bool(((years >= low) & (years <= high)).all())


def _plain(cell: str) -> str:
    """With ASCII digits and single spaces; Chinese numerals as digits; of an interval its start."""
    text = " ".join(to_ascii(cell).split())
    if len(text) > LEAST_INTERVAL and INTERVAL_SIGN.search(text):
        text = INTERVAL_END.sub("", text)
    if "年" in text:
        text = re.sub(r"[〇零一二三四五六七八九十]+(?=[年月日号號时時点分秒])", _to_digits, text)
    return text


def _to_digits(match: re.Match[str]) -> str:
    """二〇二〇 is 2020, 十二 is 12, 二十三 is 23."""
    tens, ten, ones = match[0].rpartition("十")
    digits = "".join(NUMERALS[c] for c in ones)
    if not ten:
        return digits
    return str(10 * int(NUMERALS.get(tens, "1")) + int(digits or 0))
