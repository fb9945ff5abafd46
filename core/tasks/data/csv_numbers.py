"""Numbers as people write them: one reading for a whole column, or the cells that do not fit.

A cell is a sign, a currency, digits with separators, an exponent and a unit. Spaces and apostrophes always group
thousands. A point or comma is the decimal sign or groups thousands, in one way for the whole column. Where all
cells allow both ("1,234"), what else stands in the table decides, and the note tells both.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

MAX_ABSOLUTE = 1e30  # absolute value; windows and pictures are float32, and sums must not overflow
MAX_WRONG_SHARE = 0.3  # of the cells that are not missing, in a column of numbers
MISSING = frozenset(
    ("", "na", "n/a", "#n/a", "<na>", "#na", "nan", "-nan", "null", "(null)", "none", "nil", "nodata", "no data",
     "missing", "-", "--", "---", "----", ".", "..", "...", "?", "*", "–", "—", "−", "…", "\\n", "nat", "#value!",
     "#div/0!", "#ref!", "#num!", "#name?", "#null!", "#nv", "#n/v", "n.a.", "n.d.", "nd", "k.a.", "s/d")
)  # fmt: skip
SPACES = "\t\u00a0\u202f\u2009\u2007\u2006\u2005\u2008\u200a\u2002\u2003\u3000"
SIGNS = (
    dict.fromkeys(map(ord, "\u2212\u2013\u2012\ufe63\uff0d\u2010\u2011"), "-")
    | dict.fromkeys(map(ord, "\u2019\u02bc\u00b4\u2018\uff07`"), "'")
    | dict.fromkeys(map(ord, SPACES), " ")
    | dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u200b\ufeff\u061c"), "")
    | {0x066B: ".", 0x066C: ",", 0xFF0C: ",", 0xFF0E: ".", 0xFF0B: "+", 0xFF05: "%", 0x066A: "%"}
    | {0xFF08: "(", 0xFF09: ")", 0xFFE5: "¥", 0xFF0F: "/", 0xFF1A: ":"}
)
CODES = "USD|EUR|GBP|JPY|CNY|RMB|CHF|CAD|AUD|NZD|INR|KRW|RUB|BRL|MXN|SEK|NOK|DKK|PLN|CZK|HUF|TRY|ZAR|HKD|SGD|TWD|THB|IDR|ILS|AED|SAR"
MONEY = "$€£¥₹₽₩₺₴₦₫฿₪₱¢"
PLAIN = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
UNIT = rf"(?:[^\W\d_]|[%‰°{MONEY}])[^\s\d()]{{0,11}}[23]?"
CELL = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+])?\s*(?P<before>[A-Z]{{0,2}}[{MONEY}]|{CODES}|Rs\.?|kr\.?)?\s*(?P<sign2>[-+])?\s*"
    r"(?P<digits>[0-9](?:[0-9.,' ]*[0-9])?[.,]?|[.,][0-9]+)"
    r"(?P<exponent>(?:[eE]|\s?[x×·*]\s?10\^?)[-+]?[0-9]{1,3})?"
    rf"\s*(?P<after>{UNIT})?(?P<more>\s{UNIT})?\s*(?P<minus>-)?(?P<close>\))?"
)  # fmt: skip
GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*|[1-9][0-9]?(?:([.,' ])[0-9]{2})(?:\2[0-9]{2})*\2[0-9]{3}"
)
GROUP_NAMES = {".": "points", ",": "commas", "'": "apostrophes", " ": "spaces"}


@dataclass(frozen=True)
class Numbers:
    """What a column of cells says as numbers.

    values: float64 [N], NaN where missing or not understood; None where it is no column of numbers. note: how
    the cells were read, "" where that needs no word. wrong: rows of the cells that were not understood. point:
    the decimal sign where the column is sure of it. other: the values with the other decimal sign, where the
    cells allow both; values are then those with a decimal point.
    """

    values: np.ndarray | None
    note: str = ""
    wrong: tuple[int, ...] = ()
    point: str = ""
    other: np.ndarray | None = None


@dataclass(frozen=True)
class _Cell:
    """unit: with its currency. values: with "." and with "," as the decimal sign, None where that is no number."""

    unit: str
    values: tuple[float | None, float | None]
    groups: str = ""
    negative: bool = False


def is_missing(cell: str) -> bool:
    """Whether the cell is one of the usual words for a missing value, or empty."""
    return cell.strip().lower() in MISSING


def to_ascii(cell: str) -> str:
    """The cell with ASCII digits and signs where it has those of other scripts, without outer spaces."""
    if not cell.isascii():
        cell = cell.translate(SIGNS)
        if not cell.isascii():
            cell = "".join(str(d) if (d := unicodedata.decimal(c, -1)) >= 0 else c for c in cell)
    return cell.strip()


def is_number(cell: str) -> bool:
    """Whether a single cell may be a number."""
    parsed = _parse(to_ascii(cell))
    return parsed is not None and parsed.values != (None, None)


def read_numbers(cells: Sequence[str]) -> Numbers:
    """The column's numbers; no values where more than MAX_WRONG_SHARE of its cells are none."""
    texts = [to_ascii(cell) for cell in cells]
    parsed = {text: _parse(text) for text in set(texts)}
    rows = [k for k, text in enumerate(texts) if text.lower() not in MISSING]
    if not rows:
        return Numbers(None)
    units = Counter(cell.unit for k in rows if (cell := parsed[texts[k]]) and any(cell.values))
    unit = units.most_common(1)[0][0] if units else ""
    choices = []
    for which in (0, 1):
        values = np.full(len(texts), np.nan)
        for k in rows:
            cell = parsed[texts[k]]
            if cell is not None and (cell.unit == unit or (not cell.unit and not any(cell.values))):
                value = cell.values[which]
                values[k] = np.nan if value is None else value
        choices.append(values)
    missed = [int(np.isnan(values[rows]).sum()) for values in choices]
    best = 0 if missed[0] <= missed[1] else 1
    values = choices[best]
    wrong = tuple(k for k in rows if np.isnan(values[k]))
    if len(wrong) > MAX_WRONG_SHARE * len(rows):
        return Numbers(None, wrong=wrong)
    shown = {c.groups for t in {texts[k] for k in rows} if (c := parsed[t]) and c.groups}
    used = [cell for text in {texts[k] for k in rows} if (cell := parsed[text]) is not None]
    notes = [f"in {unit}"] if unit else []
    if any(cell.negative for cell in used):
        notes.append("numbers in parentheses are negative")
    same = np.array_equal(choices[0], choices[1], equal_nan=True)
    if missed[0] == missed[1] and not same:
        return Numbers(values, ", ".join(notes), wrong, "", choices[1])
    grouping = sorted(GROUP_NAMES[g] for g in shown if g != ".,"[best])
    if grouping:
        notes.insert(0, f"thousands grouped by {' and '.join(grouping)}")
    point = "" if same else ".,"[best]
    if point == "," and any("," in texts[k] for k in rows):
        notes.insert(0, "decimal comma")
    return Numbers(values, ", ".join(notes), wrong, point)


def settle(numbers: Numbers, cells: Sequence[str], sure: set[str], separator: str) -> Numbers:
    """One reading of a column whose cells allow two, with a note that tells both.

    sure: decimal signs of the table's columns that allow only one. separator: between the table's cells.
    Elsewhere a cell without the sign tells: 987 among numbers like "1,234" is smaller than a group, 12345 would
    have one. A table separated by commas has no decimal commas, one separated by semicolons is likely to have.
    """
    if numbers.other is None or numbers.values is None:
        return numbers
    texts = [to_ascii(cell) for cell in cells]
    with_sign = next(
        k
        for k, t in enumerate(texts)
        if numbers.values[k] != numbers.other[k] and t.lower() not in MISSING
    )
    sign = "," if "," in texts[with_sign] else "."
    bare = [
        sum(c.isdigit() for c in t) for t in texts if t.lower() not in MISSING and sign not in t
    ]
    if len(sure) == 1:
        groups = sign not in sure
    elif bare:
        groups = max(bare) <= 3 and (sign == "," or separator == ";")
    else:
        groups = sign == "," and separator != ";"
    point = ({",", "."} - {sign}).pop() if groups else sign
    values = numbers.values if point == "." else numbers.other
    rival = numbers.other if point == "." else numbers.values
    how = f"{'thousands grouped by ' + GROUP_NAMES[sign] if groups else 'decimal ' + ('comma' if sign == ',' else 'point')}"
    doubt = (
        f"{how}: {cells[with_sign].strip()!r} was read as {values[with_sign]:.10g}, "
        f"though it could be {rival[with_sign]:.10g}"
    )
    note = ", ".join(part for part in (doubt, numbers.note) if part)
    return replace(numbers, values=values, note=note, point=point, other=None)


def _parse(text: str) -> _Cell | None:
    if PLAIN.fullmatch(text) and not GROUPED.fullmatch(text.lstrip("+-")):
        value = _float(text)
        return _Cell("", (value, value if "." not in text else None))
    match = CELL.fullmatch(text.removeprefix('="').removesuffix('"') if text[:2] == '="' else text)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    if sum(bool(match[k]) for k in ("sign", "sign2", "minus", "open")) > 1:
        return None
    unit = " ".join(p.strip() for p in (match["before"], match["after"], match["more"]) if p)
    minus = "-" if match["open"] or "-" in (match["sign"], match["sign2"], match["minus"]) else ""
    exponent = "".join(c for c in (match["exponent"] or "").lower() if c in "e+-0123456789")
    if match["exponent"] and "e" not in exponent:  # x10^3
        exponent = "e" + exponent.removeprefix("10")
    values = []
    for point in ".,":
        digits = _digits(match["digits"], point)
        values.append(None if digits is None else _float(minus + digits + exponent))
    groups = next((c for c in match["digits"] if c in "' "), "")
    for sign, value in zip(",.", values, strict=True):
        if sign in match["digits"] and value is not None:
            groups += sign
    return _Cell(unit, (values[0], values[1]), groups[:1], bool(match["open"]))


def _digits(text: str, point: str) -> str | None:
    """The number as Python writes it, if `point` is its decimal sign; None where it is none."""
    whole, _, fraction = text.partition(point)
    if point in fraction or not (fraction.isdigit() or not fraction):
        return None
    if whole and not whole.isdigit():
        if not GROUPED.fullmatch(whole):
            return None
        whole = "".join(c for c in whole if c.isdigit())
    return f"{whole or 0}.{fraction or 0}"


def _float(text: str) -> float | None:
    value = float(text)
    return value if abs(value) <= MAX_ABSOLUTE else None
