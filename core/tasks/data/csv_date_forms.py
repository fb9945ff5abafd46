"""Ways to write a moment: each is one pattern for all cells of a column, with named parts.

Parts: Y year of four digits, y of two, m month, b its name, d day, q or q0 quarter, w week of ISO 8601 with u the
day in it, j day of the year, H hour, M minute, S second, F its fraction, p or p0 half of the day, and the zone: s its
sign, zh and zm hours and minutes, zn its name. A pattern asks where digits stand, and not which they are.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from ...common.messages import say

HALF = r"[AaPp]\.?\s?[Mm]\.?|上午|下午|午前|午後|早上|晚上|오전|오후"
ZONE = r"(?:(?P<s>[+-])(?P<zh>\d{1,2}?)(?::?(?P<zm>\d{2}))?|(?P<zn>Z|[A-Z]{3,4}))"
FRACTION = r"[.,](?P<F>\d{1,9})"
CLOCK = (
    rf"(?:(?P<p0>{HALF})\s*)?(?P<H>\d{{1,2}})"
    rf"(?:\s?[:.h時时点시]\s?(?:(?P<M>\d{{2}})(?:\s?[:.m分분]\s?(?:(?P<S>\d{{1,2}})(?:{FRACTION})?)?)?[s秒초]?)?)?"
    rf"(?:\s*(?P<p>{HALF}))?(?:\s*Uhr)?(?:\s*(?:GMT|UTC)?{ZONE})?(?:\s*\([^)]*\))?"
)
CLOCK_ALONE = (
    rf"(?:(?P<p0>{HALF})\s*)?(?P<H>\d{{1,2}})\s?[:h時时点시]\s?(?P<M>\d{{2}})"
    rf"(?:\s?[:m分분]\s?(?P<S>\d{{2}})(?:{FRACTION})?)?[s秒초분]?(?:\s*(?P<p>{HALF}))?(?:\s*Uhr)?(?:\s*{ZONE})?"
)
COMPACT_CLOCK = (
    rf"(?:[T_ -]?(?P<H>\d{{2}})(?::?(?P<M>\d{{2}})(?::?(?P<S>\d{{2}})(?:{FRACTION})?)?{ZONE}?)?)?"
)
JOINT = r"(?:,?\s+(?:um\s|at\s|à\s)?|T|t|_|,|:(?=\d\d:\d\d:)|-(?=\d\d:)|(?<=[日일號号]))"
WITH_CLOCK = rf"(?:{JOINT}{CLOCK})?"
WEEKDAY = r"(?:[^\W\d_]+\.?,?\s+)?"
CJK_WEEKDAY = r"(?:\s?[(（]?(?:星期|周|週)?[一二三四五六日天月火水木金土](?:曜日)?[)）]?)?"
YEAR, SHORT = r"(?P<Y>\d{4})", r"(?P<y>\d{2})"
ANY_YEAR = rf"(?:{YEAR}|'?{SHORT})"
MONTH, NAME = r"(?P<m>\d{1,2})", r"(?P<b>[^\W\d_]{3,})\.?"
DAY = r"(?P<d>\d{1,2})"
NTH_DAY = rf"{DAY}(?:st|nd|rd|th|er|º|ª|\.)?"


@dataclass(frozen=True)
class Form:
    """words: the order of its parts for the reader. unit: D with a day, W, M, Q or Y without one, day without a year,
    clock without a date.
    """

    words: str
    pattern: str
    unit: str = "D"

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """What a whole cell must match."""
        return re.compile(self.pattern)

    @property
    def has_names(self) -> bool:
        """Whether its months are words."""
        return "b" in self.regex.groupindex


def _of_numbers() -> list[Form]:
    """Day, month and year as numbers, with one sign between them."""
    forms = []
    for sign, end in (("-", ""), ("/", ""), (r"\.\s?", r"\.?"), (" ", "")):
        for words, parts in (
            (say("year, month, day"), (YEAR, MONTH, DAY)),
            (say("day, month, year"), (DAY, MONTH, YEAR)),
            (say("month, day, year"), (MONTH, DAY, YEAR)),
            (say("day, month, year"), (DAY, MONTH, SHORT)),
            (say("month, day, year"), (MONTH, DAY, SHORT)),
            (say("year, month, day"), (SHORT, MONTH, DAY)),
        ):
            forms.append(Form(words, sign.join(parts) + end + WITH_CLOCK))
    return forms


FORMS = (
    *_of_numbers(),
    Form(say("year, month, day"), r"(?P<Y>\d{4})(?P<m>\d{2})(?P<d>\d{2})" + COMPACT_CLOCK),
    Form(
        say("year, month, day"),
        rf"(?:{YEAR}|{SHORT})\s?[年년]\s?{MONTH}\s?[月월]\s?{DAY}\s?[日일号號]{CJK_WEEKDAY}{WITH_CLOCK}",
    ),
    Form(
        say("day, month, year"),
        rf"{WEEKDAY}{NTH_DAY}(?:\s+(?:de|of)|\s+d['’])?[\s\-/]*{NAME},?(?:\s+(?:de|del|of))?[\s\-/.,]*{ANY_YEAR}(?:\s?г\.?)?{WITH_CLOCK}",
    ),
    Form(
        say("month, day, year"),
        rf"{WEEKDAY}{NAME}[\s-]+{NTH_DAY}(?:,\s*|\s+|-){ANY_YEAR}{WITH_CLOCK}",
    ),
    Form(say("year, month, day"), rf"{YEAR}\.?[\s\-/]*{NAME}[\s\-/]*{NTH_DAY}{WITH_CLOCK}"),
    Form(
        say("month, day, clock, year"),
        rf"{WEEKDAY}{NAME}\s+{DAY}\s+(?P<H>\d{{2}}):(?P<M>\d{{2}}):(?P<S>\d{{2}})\s+(?:[A-Z]{{3,4}}\s+)?{YEAR}",
    ),
    Form(say("day, month"), rf"{NTH_DAY}(?:\s+de)?[\s\-/]*{NAME}{WITH_CLOCK}", "day"),
    Form(say("month, day"), rf"{NAME}[\s\-/]*{NTH_DAY}{WITH_CLOCK}", "day"),
    Form(say("day, month"), rf"{DAY}\.\s?{MONTH}\.{WITH_CLOCK}", "day"),
    Form(say("year, day of the year"), rf"{YEAR}-(?P<j>\d{{3}}){WITH_CLOCK}"),
    Form(say("year, week, day"), rf"{YEAR}-?W(?P<w>\d{{2}})-?(?P<u>\d)", "W"),
    Form(say("year, week"), rf"{YEAR}(?:[\s\-/]*(?:[Ww]|KW|CW)\s?|年第)(?P<w>\d{{1,2}})周?", "W"),
    Form(say("week, year"), rf"(?:KW|CW|[Ww]eek|W)\s?(?P<w>\d{{1,2}})[\s/.\-]+{YEAR}", "W"),
    Form(say("year, quarter"), rf"{YEAR}(?:[\s\-/.:]*[QqTtКк]|年第?)(?P<q>\d)(?:季度?)?", "Q"),
    Form(
        say("quarter, year"),
        rf"(?:[QqTt](?P<q>\d)|(?P<q0>\d)\.?\s?(?:[QqTt]|Quartal|quarter|trimestre|trim\.?))[\s\-/.']*{YEAR}",
        "Q",
    ),
    Form(say("year, month"), rf"{YEAR}[-/]{MONTH}", "M"),
    Form(say("year, month"), rf"{YEAR}\s?[年년]\s?{MONTH}\s?[月월]", "M"),
    Form(say("year, month"), rf"{YEAR}M{MONTH}", "M"),
    Form(say("month, year"), rf"{MONTH}[-/]{YEAR}", "M"),
    Form(
        say("month, year"),
        rf"{NAME}(?:\s+de|\s+of)?(?:[\s\-/.,]*{YEAR}|[\s\-/]*['’]?{SHORT})",
        "M",
    ),
    Form(say("year, month"), rf"(?:{YEAR}|{SHORT})[\s\-/.]*{NAME}", "M"),
    Form(say("year"), rf"{YEAR}\s?[年년]", "Y"),
    Form(say("time of day"), CLOCK_ALONE, "clock"),
)
# These look like plain numbers, and are dates only in a column with the name of a time.
NUMBER_FORMS = (
    Form(say("year, month"), r"(?P<Y>\d{4})(?P<m>\d{2})", "M"),
    Form(say("year, month"), r"(?P<Y>\d{4})\.(?P<m>\d{2})", "M"),
    Form(say("month, year"), r"(?P<m>\d{2})\.(?P<Y>\d{4})", "M"),
    Form(say("year"), YEAR, "Y"),
)
