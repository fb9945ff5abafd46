"""The time of a table: in one column or several, in one way of writing for all cells of a column.

Nothing is guessed cell by cell. Where two ways fit all cells of a column (day or month first), both are handed on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .csv_dates import FORMATS, NUMBER_FORMATS, Format, month_words, read_moments, to_days
from .csv_numbers import is_missing, to_ascii
from .month_names import fold_word, read_months

LEAST_SHARE = (
    0.5  # share of a column's cells of one form; then it is a time, even if not all are understood
)
SAMPLE = 60  # cells that are tried first
TIME_NAMES = frozenset(
    [
        "time",
        "timestamp",
        "date",
        "datetime",
        "unix",
        "epoch",
        "ts",
        "index",
        "id",
        "row",
        "no",
        "nr",
        "t",
        "day",
        "month",
        "year",
        "period",
        "when",
        "utc",
        "step",
        "sec",
        "seconds",
        "ms",
        "zeit",
        "datum",
        "zeitpunkt",
        "zeitstempel",
        "tag",
        "monat",
        "jahr",
        "date",
        "heure",
        "jour",
        "mois",
        "annee",
        "fecha",
        "hora",
        "dia",
        "mes",
        "ano",
        "tempo",
        "data",
        "giorno",
        "anno",
        "mese",
        "datetimeutc",
        "localtime",
        "localdate",
        "日期",
        "时间",
        "時間",
        "日時",
        "年月",
        "年份",
        "年",
        "月",
        "дата",
        "время",
        "год",
        "час",
    ]
)
ID_NAMES = frozenset(("index", "id", "row", "no", "nr"))
PARTS = {
    "year": ("year", "yr", "yyyy", "jahr", "annee", "ano", "anno", "jaar", "rok", "год", "年", "年份"),
    "month": ("month", "mo", "mon", "mm", "monat", "mois", "mes", "mese", "maand", "месяц", "月", "月份"),
    "day": ("day", "dy", "dd", "tag", "jour", "dia", "giorno", "dag", "день", "日"),
    "ordinal": ("doy", "yday", "dayofyear", "julianday"),
    "hour": ("hour", "hr", "hh", "stunde", "heure", "hora", "ora", "uur", "час", "时", "時", "小时"),
    "minute": ("minute", "min", "minuto", "минута", "分", "分钟"),
    "second": ("second", "sec", "sekunde", "seconde", "segundo", "secondo", "秒"),
}  # fmt: skip
EPOCH_SECONDS = (1e8, 1e10)  # since 1970: from 1973 on; milliseconds are a thousand times as many
NUMERALS = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))


@dataclass(frozen=True)
class Reading:
    """One way to read a time. words: how, for the reader. values: datetime64[us] or float64 [rows], NaT or NaN where there is none."""

    words: str
    values: np.ndarray


@dataclass(frozen=True)
class Times:
    """columns: numbers of the columns, from 0. readings: the ways that fit all cells, one or more.

    wrong: rows whose cell was not understood; then there is one reading, which fits the others. unit: D, W, M, Q
    or Y where the cells name a day or something longer, h with a time of day, "" for plain numbers.
    """

    columns: tuple[int, ...]
    readings: tuple[Reading, ...]
    unit: str
    wrong: tuple[int, ...] = ()


def find_times(
    names: Sequence[str], columns: Sequence[Sequence[str]], numbers: Sequence[np.ndarray | None]
) -> Times | None:
    """The table's time: a column of dates, several columns that make one, or numbers that count; None without any."""
    dates = [
        _read_column(k, name, cells, number is not None)
        for k, (name, cells, number) in enumerate(zip(names, columns, numbers, strict=True))
    ]
    days = [t for t in dates if (t and t.unit != "h") or (t and _has_date(t))]
    whole = [t for t in days if not t.wrong]
    clocks = [t for t in dates if t and not t.wrong and t.unit == "h" and not _has_date(t)]
    if whole:
        return _with_clock(whole[0], clocks, names, numbers)
    parts = _from_parts(names, columns, numbers)
    if parts:
        return parts
    if days:
        return days[0]
    counting = _count(names, numbers)
    if counting is None and clocks and _is_monotonic(clocks[0].readings[0].values):
        return clocks[0]
    return counting


def is_time(cell: str) -> bool:
    """Whether a single cell is a date or a time of day."""
    text = _plain(cell)
    return any(_fits(form, text) for form in FORMATS) if re.search(r"\d", text) else False


def is_time_name(name: str) -> bool:
    """Whether `name` is a usual name of a time column, or of numbers of rows."""
    return fold_word(name) in TIME_NAMES


def part_of_time(name: str) -> str:
    """ "year", "month", "day", "hour", ... where `name` is a usual name of a column of such numbers, else ""."""
    folded = fold_word(name)
    return next((part for part, usual in PARTS.items() if folded in usual), "")


def as_time_numbers(name: str, values: np.ndarray) -> bool:
    """Whether numbers are a time: all different, none missing, and counting.

    They count when they rise by a constant step, when they rise and are whole numbers of the size of seconds
    or milliseconds since 1970, and when they rise or fall and the column has the name of a time. Seconds since
    1970 in a column with the name of a time may stand in any order.
    """
    if len(values) < 3 or np.isnan(values).any():
        return False
    steps = np.diff(values)
    named = is_time_name(name)
    if named and _is_epoch(values) and len(np.unique(values)) == len(values):
        return True
    if (steps < 0).all():
        return named
    evenly_spaced = bool(np.allclose(steps, steps[0], rtol=1e-9, atol=0))
    return bool((steps > 0).all()) and (evenly_spaced or _is_epoch(values) or named)


def _is_epoch(values: np.ndarray) -> bool:
    low, high = EPOCH_SECONDS
    return bool((values == values.round()).all()) and any(
        bool((values >= low * unit).all() and (values <= high * unit).all()) for unit in (1, 1000)
    )


def _fits(form: Format, text: str) -> bool:
    if not form.regex.fullmatch(text):
        return False
    ways = read_months(month_words([text], form)) if "b" in form.regex.groupindex else [{}]
    return any(not np.isnat(read_moments([text], form, months)[0]) for months in ways)


def _plain(cell: str) -> str:
    """With ASCII digits and single spaces; Chinese numerals as digits."""
    text = re.sub(r"\s+", " ", to_ascii(cell))
    if any(c in NUMERALS or c == "十" for c in text) and "年" in text:
        text = re.sub(r"[〇零一二三四五六七八九十]+(?=[年月日号號时時点分秒])", _from_chinese, text)
    return text


def _from_chinese(match: re.Match[str]) -> str:
    tens, sign, ones = match[0].rpartition("十")
    digits = "".join(NUMERALS[c] for c in ones)
    if not sign:
        return digits
    return str(10 * int(NUMERALS.get(tens, "1")) + int(digits or 0))


def _read_column(k: int, name: str, cells: Sequence[str], is_number: bool) -> Times | None:
    there = [row for row, cell in enumerate(cells) if not is_missing(cell)]
    if not there:
        return None
    named = is_time_name(name)
    sample = [_plain(cells[row]) for row in there[:: max(1, len(there) // SAMPLE)]]
    if sum(bool(re.search(r"\d", text)) for text in sample) < LEAST_SHARE * len(sample):
        return None
    forms = [
        form
        for form in (*FORMATS, *(NUMBER_FORMATS if named else ()))
        if sum(bool(form.regex.fullmatch(text)) for text in sample) >= LEAST_SHARE * len(sample)
    ]
    if not forms:
        return None
    texts = [_plain(cell) for cell in cells]
    ways = []
    for form in forms:
        words = month_words([texts[row] for row in there], form)
        if "b" in form.regex.groupindex:
            all_months = read_months(words) or read_months(_known(words))
        else:
            all_months = [{}]
        for months in all_months:
            moments = read_moments(texts, form, months)
            ways.append((int(np.isnat(moments[there]).sum()), form, moments))
    if not ways:
        return None
    least = min(wrong for wrong, _, _ in ways)
    if least > (1 - LEAST_SHARE) * len(there) or (least and is_number):
        return None
    best = _with_fewest_years([(form, moments) for wrong, form, moments in ways if wrong == least])
    form, moments = best[0]
    if is_number and not named and not _plausible_years(moments):
        return None
    readings: list[Reading] = []
    for way, values in best:
        if not any(np.array_equal(values, r.values, equal_nan=True) for r in readings):
            readings.append(Reading(way.words, values))
    wrong = tuple(row for row in there if np.isnat(moments[row])) if least else ()
    unit = form.unit
    if (
        unit == "D"
        and (moments[there] != moments[there].astype("datetime64[D]"))[
            ~np.isnat(moments[there])
        ].any()
    ):
        unit = "h"
    return Times((k,), tuple(readings if not wrong else readings[:1]), unit, wrong)


def _with_fewest_years(ways: list[tuple[Format, np.ndarray]]) -> list[tuple[Format, np.ndarray]]:
    """Without the ways in which more years occur: 01.02.20 to 31.03.20 are days of one year, not of 31."""
    years = [len(np.unique(moments.astype("datetime64[Y]"))) for _, moments in ways]
    return [way for way, count in zip(ways, years, strict=True) if count == min(years)]


def _known(words: set[str]) -> set[str]:
    """Those of the words that are months in some language."""
    return {word for word in words if read_months({word})}


def _plausible_years(moments: np.ndarray) -> bool:
    years = moments.astype("datetime64[Y]").astype(int) + 1970
    return bool(((years >= 1800) & (years <= 2100)).all())


def _has_date(times: Times) -> bool:
    values = times.readings[0].values
    there = values[~np.isnat(values)]
    return bool(len(there)) and bool(
        (there >= np.datetime64("1970-01-03")).any() or (there < np.datetime64("1970-01-01")).any()
    )


def _with_clock(
    day: Times, clocks: list[Times], names: Sequence[str], numbers: Sequence[np.ndarray | None]
) -> Times:
    """The date with the time of day of another column, where it has none of its own."""
    if day.unit != "D":
        return day
    if clocks:
        k, since = clocks[0].columns[0], clocks[0].readings[0].values.astype(np.int64)
        shift = since.astype("timedelta64[us]")
        shift[np.isnat(clocks[0].readings[0].values)] = np.timedelta64("NaT")
    else:
        k = next(
            (
                k
                for k, n in enumerate(names)
                if part_of_time(n) == "hour" and numbers[k] is not None
            ),
            -1,
        )
        if k < 0 or not _are_whole(numbers[k], 0, 24):
            return day
        shift = (numbers[k] * 3600e6).astype(np.int64).astype("timedelta64[us]")
    readings = tuple(Reading(r.words, r.values + shift) for r in day.readings)
    return Times((*day.columns, k), readings, "h")


def _are_whole(values: np.ndarray | None, low: int, high: int) -> bool:
    return values is not None and bool(
        ((values >= low) & (values <= high) & (values == values.round())).all()
    )


def _from_parts(
    names: Sequence[str], columns: Sequence[Sequence[str]], numbers: Sequence[np.ndarray | None]
) -> Times | None:
    """Year, month, day, hour and so on, each in a column of its own."""
    parts = {part: k for k in reversed(range(len(names))) if (part := part_of_time(names[k]))}
    limits = {
        "year": (1000, 2999),
        "month": (1, 12),
        "day": (1, 31),
        "ordinal": (1, 366),
        "hour": (0, 24),
        "minute": (0, 59),
        "second": (0, 60),
    }
    values = {
        part: numbers[k] for part, k in parts.items() if _are_whole(numbers[k], *limits[part])
    }
    if "month" in parts and "month" not in values:
        ways = read_months(set(columns[parts["month"]]))
        if len(ways) == 1:
            values["month"] = np.array([ways[0][c] for c in columns[parts["month"]]], float)
    order = ["year", "ordinal"] if "ordinal" in values else ["year", "month", "day"]
    order += ["hour", "minute", "second"]
    used = []
    for part in order:  # without gaps: no hour without a day
        if part not in values:
            break
        used.append(part)
    if len(used) < 2:
        return None
    whole = {part: np.asarray(values[part]).astype(np.int64) for part in used}
    N = len(whole["year"])
    one = np.ones(N, np.int64)
    days, exist = to_days(whole["year"], whole.get("month", one), whole.get("day", one))
    days = days + whole.get("ordinal", one) - 1
    seconds = sum(
        (
            size * whole[part]
            for part, size in (("hour", 3600), ("minute", 60), ("second", 1))
            if part in whole
        ),
        np.zeros(N, np.int64),
    )
    moments = ((days * 86_400 + seconds) * 1_000_000).astype("datetime64[us]")
    if not exist.all():
        return None
    unit = "h" if "hour" in used else "M" if used[-1] == "month" else "D"
    return Times(tuple(parts[p] for p in used), (Reading(", ".join(used), moments),), unit)


def _count(names: Sequence[str], numbers: Sequence[np.ndarray | None]) -> Times | None:
    """Numbers that count: seconds since 1970 first, then columns with the name of a time, then others."""
    ranks = []
    for k, (name, values) in enumerate(zip(names, numbers, strict=True)):
        if values is not None and as_time_numbers(name, values):
            rank = (
                0
                if _is_epoch(values)
                else 1
                if is_time_name(name) and fold_word(name) not in ID_NAMES
                else 2
            )
            ranks.append((rank, k))
    if not ranks:
        return None
    k = min(ranks)[1]
    values = np.asarray(numbers[k], np.float64)
    if not _is_epoch(values):
        return Times((k,), (Reading("numbers", values),), "")
    scale = 1_000_000 if values.max() <= EPOCH_SECONDS[1] else 1000
    moments = (values * scale).astype(np.int64).astype("datetime64[us]")
    return Times(
        (k,),
        (Reading("seconds since 1970" if scale > 1000 else "milliseconds since 1970", moments),),
        "h",
    )


def _is_monotonic(values: np.ndarray) -> bool:
    steps = np.diff(values[~np.isnat(values)]).astype(np.int64)
    return bool(len(steps)) and (bool((steps > 0).all()) or bool((steps < 0).all()))
