"""The time of a table: one column of dates, several columns that make a date, or a column of numbers that count."""

from collections.abc import Sequence

import numpy as np

from ...common.messages import listing, say
from .csv_dates import to_days
from .csv_moments import Reading, Times, is_unknown, read_dates
from .month_names import fold_word, read_months

ID_NAMES = frozenset(("index", "id", "row", "no", "nr"))
# A name of these says that numbers like 2020 and 202001 are years and months.
CALENDAR_NAMES = frozenset(
    ("time", "timestamp", "date", "datetime", "day", "month", "year", "period", "when", "datetimeutc", "localtime",
     "localdate", "zeit", "datum", "zeitpunkt", "zeitstempel", "tag", "monat", "jahr", "jour", "mois", "annee", "fecha",
     "dia", "mes", "ano", "tempo", "data", "giorno", "anno", "mese", "日期", "时间", "時間", "日時", "年月", "年份", "年",
     "月", "дата", "время", "год")
)  # fmt: skip
TIME_NAMES = (
    CALENDAR_NAMES
    | ID_NAMES
    | {"t", "ts", "unix", "epoch", "utc", "step", "sec", "seconds", "ms", "hora", "heure", "час"}
)
# Names of columns with a part of the time, and the numbers in them.
PARTS = {
    "year": ((1000, 2999), "year yr jahr annee ano anno jaar rok год 年 年份"),
    "month": ((1, 12), "month mo mon monat mois mes mese maand месяц 月 月份"),
    "day": ((1, 31), "day dy tag jour dia giorno dag день 日"),
    "ordinal": ((1, 366), "doy yday dayofyear"),
    "hour": ((0, 24), "hour hr stunde heure hora ora uur час 时 時 小时"),
    "minute": ((0, 59), "minute min minuto минута 分 分钟"),
    "second": ((0, 60), "second sec sekunde seconde segundo secondo 秒"),
}
PART_NAMES = {
    "year": say("year"),
    "month": say("month"),
    "day": say("day"),
    "ordinal": say("ordinal"),
    "hour": say("hour"),
    "minute": say("minute"),
    "second": say("second"),
}
SECONDS = {"hour": 3600, "minute": 60, "second": 1}
EPOCH_SECONDS = (1e8, 1e10)  # since 1970: from 1973 on; milliseconds are a thousand times as many

Numbers = Sequence[np.ndarray | None]  # of each column, float64 [rows]; None where it has none


def find_times(
    names: Sequence[str], columns: Sequence[Sequence[str]], numbers: Numbers
) -> Times | None:
    """The table's time, dates before numbers that count; None without any."""
    dates = [
        read_dates(k, cells, numbers[k] is not None, is_calendar_name(names[k]))
        for k, cells in enumerate(columns)
    ]
    days = [times for times in dates if times and times.unit != "clock"]
    clocks = [times for times in dates if times and times.unit == "clock" and not times.wrong]
    whole = [times for times in days if not times.wrong]
    parts = _from_parts(names, columns, numbers)
    if parts and all(times.unit not in "Dh" for times in whole):
        whole = [parts]
    if whole:
        return _with_clock(_main_date(whole), clocks, names, numbers)
    if days:
        return days[0]
    counters = _from_counters(names, numbers)
    if counters is None and clocks and _is_monotonic(clocks[0].readings[0].values):
        return clocks[0]
    return counters


def is_time_name(name: str) -> bool:
    """Whether `name` is a usual name of a time column, or of numbers of rows."""
    return fold_word(name) in TIME_NAMES


def is_calendar_name(name: str) -> bool:
    """Whether `name` says that the column holds dates, months or years."""
    return fold_word(name) in CALENDAR_NAMES


def is_part_of_time(name: str, values: np.ndarray) -> bool:
    """Whether a column has the name of a part of the time, such as an hour, and numbers that can be one."""
    part = _part(name)
    return bool(part) and _are_whole(values[~np.isnan(values)], part)


def as_time_numbers(name: str, values: np.ndarray) -> bool:
    """Whether numbers are a time: all different, none missing, and counting.

    They count when they rise by a constant step, when they rise and are whole numbers of the size of seconds
    or milliseconds since 1970, and when they rise or fall and the column has the name of a time. Seconds since
    1970 in a column with the name of a time may stand in any order.
    """
    if len(values) < 3 or np.isnan(values).any():
        return False
    steps, named = np.diff(values), is_time_name(name)
    if named and _is_epoch(values) and len(np.unique(values)) == len(values):
        return True
    if (steps < 0).all():
        return named
    evenly_spaced = bool(np.allclose(steps, steps[0], rtol=1e-9, atol=0))
    return bool((steps > 0).all()) and (evenly_spaced or _is_epoch(values) or named)


def _main_date(dates: list[Times]) -> Times:
    """Of several columns of dates the first that is in order, else the one with the most different dates."""
    in_order = [times for times in dates if any(_is_monotonic(r.values) for r in times.readings)]
    return (
        in_order[0] if in_order else max(dates, key=lambda t: len(np.unique(t.readings[0].values)))
    )


def _is_epoch(values: np.ndarray) -> bool:
    low, high = EPOCH_SECONDS
    return bool((values == values.round()).all()) and any(
        bool((values >= low * unit).all() and (values <= high * unit).all()) for unit in (1, 1000)
    )


def _part(name: str) -> str:
    folded = fold_word(name)
    return next((part for part, (_, usual) in PARTS.items() if folded in usual.split()), "")


def _are_whole(values: np.ndarray | None, part: str) -> bool:
    """Whether all values are whole numbers that the part of a time can have."""
    low, high = PARTS[part][0]
    return values is not None and bool(
        ((values >= low) & (values <= high) & (values == values.round())).all()
    )


def _with_clock(day: Times, clocks: list[Times], names: Sequence[str], numbers: Numbers) -> Times:
    """The date with the time of day of another column, where it has none of its own."""
    if day.unit != "D":
        return day
    if clocks:
        column, since_midnight = clocks[0].columns[0], clocks[0].readings[0].values
        shift = since_midnight - np.datetime64("1970-01-01", "us")
    else:
        hours = [k for k, name in enumerate(names) if _part(name) == "hour"]
        if not hours or not _are_whole(numbers[hours[0]], "hour"):
            return day
        column = hours[0]
        shift = (np.asarray(numbers[column]) * 3600e6).astype("timedelta64[us]")
    readings = tuple(Reading(reading.words, reading.values + shift) for reading in day.readings)
    return Times((*day.columns, column), readings, "h")


def _from_parts(
    names: Sequence[str], columns: Sequence[Sequence[str]], numbers: Numbers
) -> Times | None:
    """Year, month, day, hour and so on, each in a column of its own."""
    places = {part: k for k in reversed(range(len(names))) if (part := _part(names[k]))}
    values = {p: np.asarray(numbers[k]) for p, k in places.items() if _are_whole(numbers[k], p)}
    if "month" in places and "month" not in values:
        cells = columns[places["month"]]
        months = read_months(set(cells))
        if len(months) == 1:
            values["month"] = np.array([months[0][cell] for cell in cells])
    used = []
    days = ["ordinal"] if "ordinal" in values else ["month", "day"]
    for part in ("year", *days, *SECONDS):
        if part not in values:
            break  # no hour without a day
        used.append(part)
    if len(used) < 2:
        return None
    whole = {part: values[part].astype(np.int64) for part in used}
    one = np.ones(len(whole["year"]), np.int64)
    day, exist = to_days(whole["year"], whole.get("month", one), whole.get("day", one))
    if not exist.all():
        return None
    seconds = 86_400 * (day + whole.get("ordinal", one) - 1)
    for part in set(used) & set(SECONDS):
        seconds = seconds + SECONDS[part] * whole[part]
    unit = "h" if "hour" in used else "M" if used[-1] == "month" else "D"
    moments = (seconds * 1_000_000).astype("datetime64[us]")
    return Times(
        tuple(places[part] for part in used),
        (Reading(listing(PART_NAMES[part] for part in used), moments),),
        unit,
    )


def _from_counters(names: Sequence[str], numbers: Numbers) -> Times | None:
    """Numbers that count, beside others: seconds since 1970, else a column with the name of a time, else any."""
    there = [k for k, values in enumerate(numbers) if values is not None]
    counters = [k for k in there if as_time_numbers(names[k], np.asarray(numbers[k]))]
    if not counters or len(there) == 1:
        return None

    def rank(k: int) -> int:
        if _is_epoch(np.asarray(numbers[k])):
            return 0
        return 1 if is_time_name(names[k]) and fold_word(names[k]) not in ID_NAMES else 2

    k = min(counters, key=rank)
    values = np.asarray(numbers[k])
    if rank(k) == 2 and len(there) < len(numbers):
        return None  # a number of the row beside words, which may be dates that are not understood
    if rank(k):
        return Times((k,), (Reading(say("numbers"), values),), "")
    is_seconds = values.max() <= EPOCH_SECONDS[1]
    moments = (values * (1_000_000 if is_seconds else 1000)).astype("datetime64[us]")
    words = say("seconds since 1970") if is_seconds else say("milliseconds since 1970")
    return Times((k,), (Reading(words, moments),), "h")


def _is_monotonic(values: np.ndarray) -> bool:
    steps = np.diff(values[~is_unknown(values)]).astype(np.int64)
    return bool(len(steps)) and (bool((steps >= 0).all()) or bool((steps <= 0).all()))
