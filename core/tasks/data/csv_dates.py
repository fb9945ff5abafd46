"""Ways to write a moment: each is one pattern for all cells of a column, with named parts.

Parts: Y year of four digits, y of two, m month, b its name, d day, q quarter, w week of ISO 8601 with u the
day in it, j day of the year, H hour, M minute, S second, F its fraction, p half of the day, z zone.
"""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

YEARS = (1000, 2999)
CENTURY = 69  # two-digit years from here on are 19xx, below 20xx, as POSIX has it
# Hours that a zone's name is ahead of UTC, for columns in which two names stand side by side.
ZONES = {
    **{"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1},
    **{"MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "EST": -5, "EDT": -4},
    **{"CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AEST": 10, "AEDT": 11},
}
AFTER_NOON = ("pm", "下午", "晚上", "午後", "오후")

HALF = r"(?P<p>[AaPp]\.?\s?[Mm]\.?|上午|下午|午前|午後|早上|晚上|오전|오후)"
CLOCK = (
    rf"(?:{HALF.replace('<p>', '<p0>')}\s*)?(?P<H>\d{{1,2}})"
    r"(?:\s?[:.h時时点시]\s?(?:(?P<M>\d{2})(?:\s?[:.m分분]\s?(?:(?P<S>\d{1,2})(?:[.,:](?P<F>\d{1,9}))?)?)?[s秒초]?)?)?"
    rf"(?:\s*{HALF})?(?:\s*Uhr)?"
    r"(?:\s*(?:GMT|UTC)?(?P<z>Z|[A-Z]{3,4}|[+-]\d{2}:?\d{2}|[+-]\d{1,2}))?(?:\s*\([^)]*\))?"
)
JOINT = r"(?:,?\s+(?:um\s|at\s|à\s)?|T|t|_|,|:(?=\d\d:\d\d:)|-(?=\d\d:)|(?<=[日일號号]))"
COMPACT_CLOCK = r"(?:[T_ -]?(?P<H>\d{2}):?(?P<M>\d{2})(?::?(?P<S>\d{2})(?:[.,](?P<F>\d{1,9}))?)?(?P<z>Z|[+-]\d{2}:?\d{2})?)?"
WEEKDAY = r"(?:[^\W\d_]+\.?,?\s+)?"
NAME = r"(?P<b>[^\W\d_]{3,})\.?"
YEAR = r"(?:(?P<Y>\d{4})|'?(?P<y>\d{2}))"
DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?"


@dataclass(frozen=True)
class Format:
    """words: the order of its parts for the reader. unit: D with a day, W, M, Q or Y without one, clock without a date."""

    words: str
    pattern: str
    unit: str = "D"
    clock: str = CLOCK

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """What a whole cell must match, with a time of day behind the date if there is one."""
        clock = f"(?:{JOINT}{CLOCK})?" if self.clock is CLOCK and self.unit == "D" else self.clock
        return re.compile(self.pattern + (clock if self.unit == "D" else ""))


def _numeric() -> list[Format]:
    formats = []
    for sign in ("-", "/", r"\.", " "):
        gap, last = (r"\.\s?", r"\.?") if sign == r"\." else (sign, "")
        day, month, year = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})", r"(?P<Y>\d{4})"
        short = r"(?P<y>\d{2})"
        formats.append(Format("year, month, day", year + gap + month + gap + day + last))
        formats.append(Format("day, month, year", day + gap + month + gap + year + last))
        formats.append(Format("month, day, year", month + gap + day + gap + year + last))
        formats.append(Format("day, month, year", day + gap + month + gap + short + last))
        formats.append(Format("month, day, year", month + gap + day + gap + short + last))
        formats.append(
            Format("year, month, day", short + gap + r"(?P<m>\d{2})" + gap + r"(?P<d>\d{2})" + last)
        )
    return formats


FORMATS = (
    *_numeric(),
    Format("year, month, day", r"(?P<Y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", clock=COMPACT_CLOCK),
    Format("year, month, day", r"(?:(?P<Y>\d{4})|(?P<y>\d{2}))\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일号號](?:\s?[(（]?(?:星期|周|週)?[一二三四五六日天月火水木金土](?:曜日)?[)）]?)?"),
    Format("day, month, year", rf"{WEEKDAY}{DAY}(?:\s+(?:de|of)|\s+d['’])?[\s\-/]*{NAME},?(?:\s+(?:de|del|of))?[\s\-/.,]*{YEAR}(?:\s?г\.?)?"),
    Format("month, day, year", rf"{WEEKDAY}{NAME}[\s-]+{DAY}(?:,\s*|\s+|-){YEAR}"),
    Format("year, month, day", rf"(?P<Y>\d{{4}})\.?[\s\-/]*{NAME}[\s\-/]*{DAY}"),
    Format("month, day, clock, year", rf"{WEEKDAY}{NAME}\s+(?P<d>\d{{1,2}})\s+(?P<H>\d{{2}}):(?P<M>\d{{2}}):(?P<S>\d{{2}})\s+(?:[A-Z]{{3,4}}\s+)?(?P<Y>\d{{4}})", clock=""),
    Format("year, day of the year", r"(?P<Y>\d{4})-(?P<j>\d{3})"),
    Format("year, week, day", r"(?P<Y>\d{4})-?W(?P<w>\d{2})-?(?P<u>[1-7])", "W"),
    Format("year, week", r"(?P<Y>\d{4})(?:[\s\-/]*(?:[Ww]|KW|CW)\s?|年第)(?P<w>\d{1,2})周?", "W"),
    Format("week, year", r"(?:KW|CW|[Ww]eek|W)\s?(?P<w>\d{1,2})[\s/.\-]+(?P<Y>\d{4})", "W"),
    Format("year, quarter", r"(?P<Y>\d{4})(?:[\s\-/.:]*[QqTtКк]|年第?)(?P<q>[1-4])(?:季度?)?", "Q"),
    Format("quarter, year", r"(?:[QqTt](?P<q>[1-4])|(?P<q0>[1-4])\.?\s?(?:[QqTt]|Quartal|quarter|trimestre|trim\.?))[\s\-/.']*(?P<Y>\d{4})", "Q"),
    Format("year, month", r"(?P<Y>\d{4})[-/](?P<m>\d{1,2})", "M"),
    Format("year, month", r"(?P<Y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]", "M"),
    Format("year, month", r"(?P<Y>\d{4})M(?P<m>\d{1,2})", "M"),
    Format("month, year", r"(?P<m>\d{1,2})[-/](?P<Y>\d{4})", "M"),
    Format("month, year", rf"{NAME}(?:\s+de|\s+of)?(?:[\s\-/.,]*(?P<Y>\d{{4}})|[\s\-/]*['’]?(?P<y>\d{{2}}))", "M"),
    Format("year, month", rf"(?:(?P<Y>\d{{4}})|(?P<y>\d{{2}}))[\s\-/.]*{NAME}", "M"),
    Format("year", r"(?P<Y>\d{4})\s?[年년]", "Y"),
    Format("clock", CLOCK.replace(r"(?:\s?[:.h時时点시]", r"(?:\s?[:h時时点시]", 1).replace(r"[s秒초]?)?)?", r"[s秒초]?))", 1), "clock", ""),
)  # fmt: skip
# These look like plain numbers, and are dates only in a column with the name of a time.
NUMBER_FORMATS = (
    Format("year, month", r"(?P<Y>\d{4})(?P<m>\d{2})", "M"),
    Format("year, month", r"(?P<Y>\d{4})\.(?P<m>\d{2})", "M"),
    Format("month, year", r"(?P<m>\d{2})\.(?P<Y>\d{4})", "M"),
    Format("year", r"(?P<Y>\d{4})", "Y"),
)


def read_moments(cells: list[str], form: Format, months: dict[str, int]) -> np.ndarray:
    """datetime64[us] [N] of the cells, NaT where a cell is not of the form or no moment that exists.

    A clock alone counts from 1970-01-01. months: what the names of months mean.
    """
    match = form.regex.fullmatch
    matches = [match(cell) for cell in cells]
    rows = np.array([k for k, m in enumerate(matches) if m], int)
    parts = {name: k for name, k in form.regex.groupindex.items()}
    columns = (
        dict(zip(parts, zip(*(m.groups() for m in matches if m), strict=True), strict=True))
        if len(rows)
        else {}
    )
    moments = np.full(len(cells), np.datetime64("NaT", "us"))
    if len(rows):
        moments[rows] = _combine(
            {name: np.array(c, object) for name, c in columns.items()}, months, len(rows)
        )
    return moments


def month_words(cells: list[str], form: Format) -> set[str]:
    """The different names of months in cells of the form; empty where the form has none."""
    if "b" not in form.regex.groupindex:
        return set()
    return {m["b"] for cell in cells if (m := form.regex.fullmatch(cell))}


def _integers(texts: np.ndarray | None, default: int, N: int) -> np.ndarray:
    if texts is None:
        return np.full(N, default)
    return np.array([int(t) if t else default for t in texts.tolist()])


def _combine(parts: dict[str, np.ndarray], months: dict[str, int], N: int) -> np.ndarray:
    def number(name: str, default: int) -> np.ndarray:
        return _integers(parts.get(name), default, N)

    year, short = number("Y", -1), number("y", -1)
    year = np.where(year >= 0, year, np.where(short >= CENTURY, 1900, 2000) + short)
    if "Y" not in parts and "y" not in parts:
        year = np.full(N, 1970)
    month = number("m", 1)
    if "b" in parts:
        month = np.array([months.get(word, 0) for word in parts["b"].tolist()])
    if "q" in parts:
        month = 3 * np.maximum(number("q", 0), number("q0", 0)) - 2
    days, exist = to_days(year, month, number("d", 1))
    if "j" in parts:
        day = number("j", 1)
        days, exist = days + day - 1, exist & (day >= 1) & (day <= 366)
    if "w" in parts:
        week = number("w", 1)
        fourth = days + 3  # of January is always in week 1; 1970-01-01 was a Thursday
        days = fourth - (fourth + 3) % 7 + 7 * (week - 1) + number("u", 1) - 1
        exist &= (week >= 1) & (week <= 53)
    seconds, clock_exists = _clock(parts, number, N)
    microseconds = (days * 86_400 + seconds[0]) * 1_000_000 + seconds[1]
    moments = microseconds.astype("datetime64[us]")
    moments[~(exist & clock_exists)] = np.datetime64("NaT")
    return moments


def to_days(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(days since 1970-01-01, whether there is such a day), both [N]."""
    exist = (YEARS[0] <= year) & (year <= YEARS[1]) & (month >= 1) & (month <= 12) & (day >= 1)
    safe = np.where(exist, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first = safe.astype("datetime64[D]").astype(np.int64)
    following = (safe + 1).astype("datetime64[D]").astype(np.int64)
    return first + day - 1, exist & (day <= following - first)


def _clock(
    parts: dict[str, np.ndarray], number, N: int
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """((seconds since midnight in UTC, microseconds), whether there is such a time)."""
    hour, minute, second = number("H", 0), number("M", 0), number("S", 0)
    exist = (minute < 60) & (second < 61)
    if any(parts.get(p) is not None and any(parts[p].tolist()) for p in ("p", "p0")):
        halves = [
            (a or b or "").lower().replace(".", "").replace(" ", "")
            for a, b in zip(
                *(parts.get(p, np.full(N, None)).tolist() for p in ("p", "p0")), strict=True
            )
        ]
        known = np.array([bool(half) for half in halves])
        late = np.array([half in AFTER_NOON for half in halves])
        exist &= ~known | ((hour >= 0) & (hour <= 12)) | (late & (hour < 24))
        hour = np.where(known & (hour <= 12), hour % 12 + 12 * late, hour)
    exist &= (hour < 24) | ((hour == 24) & (minute == 0) & (second == 0))
    fraction = np.zeros(N, np.int64)
    if "F" in parts:
        fraction = np.array([int((f or "0")[:6].ljust(6, "0")) for f in parts["F"].tolist()])
    ahead = np.zeros(N, np.int64)
    if "z" in parts:
        names = parts["z"].tolist()
        if len(set(names)) > 1 or any((name or "+")[0] in "+-Z" for name in names):
            ahead = np.array([_ahead(name) for name in names])
    return (hour * 3600 + minute * 60 + second - ahead, fraction), exist


def _ahead(zone: str | None) -> int:
    """Seconds that a zone is ahead of UTC: "+01:00", "-5", "CEST"; 0 where it is not known."""
    if not zone or zone[0] not in "+-":
        return 3600 * ZONES.get(zone or "Z", 0)
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])
    return (1 if zone[0] == "+" else -1) * (3600 * int(hours) + 60 * int(minutes))
