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

from ...common.messages import both, listing, say

MAX_ABSOLUTE = 1e30  # absolute value; windows and pictures are float32, and sums must not overflow
MAX_WRONG_SHARE = 0.3  # of the cells that are not missing, in a column of numbers
SAMPLE = 200  # cells that tell whether a column is of words
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
PLAIN_SIGNS = set("0123456789+-.eE")
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
GROUP_NAMES = {".": say("points"), ",": say("commas"), "'": say("apostrophes"), " ": say("spaces")}


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
    has_comma: bool = False


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
    plain = _read_plain(cells)
    if plain is not None:
        return Numbers(plain, point="." if any("." in cell for cell in cells) else "")
    few = range(0, len(cells), max(1, len(cells) // SAMPLE))
    wrong = [row for row in few if not (is_missing(cells[row]) or is_number(cells[row]))]
    if len(wrong) > 2 * MAX_WRONG_SHARE * len(few):  # words: no need to look at all
        return Numbers(None, wrong=tuple(wrong))
    texts = [to_ascii(cell) for cell in cells]
    rows = [row for row, text in enumerate(texts) if text.lower() not in MISSING]
    parsed = {text: _parse(text) for text in {texts[row] for row in rows}}
    unit = _usual_unit([parsed[texts[row]] for row in rows])
    choices = [np.full(len(texts), np.nan), np.full(len(texts), np.nan)]
    for row in rows:
        cell = parsed[texts[row]]
        if cell is not None and (cell.unit == unit or not (cell.unit or any(cell.values))):
            for values, value in zip(choices, cell.values, strict=True):
                values[row] = np.nan if value is None else value
    missed = [int(np.isnan(values[rows]).sum()) for values in choices]
    best = int(missed[1] < missed[0])
    wrong = tuple(row for row in rows if np.isnan(choices[best][row]))
    if len(wrong) > MAX_WRONG_SHARE * len(rows) or not rows:
        return Numbers(None, wrong=wrong)
    same = np.array_equal(choices[0], choices[1], equal_nan=True)
    undecided = missed[0] == missed[1] and not same
    point = "" if same or undecided else ".,"[best]
    note = _note([cell for cell in parsed.values() if cell], unit, point)
    other = choices[1] if undecided else None
    return Numbers(choices[best], note, wrong, point, other)


def _usual_unit(cells: list[_Cell | None]) -> str:
    """The unit of most numbers; a zero may go without."""
    units = Counter(cell.unit for cell in cells if cell and (cell.unit or any(cell.values)))
    return units.most_common(1)[0][0] if units else ""


def _note(cells: list[_Cell], unit: str, point: str) -> str:
    groups = {cell.groups for cell in cells} - {"", point}
    grouping = both(sorted(GROUP_NAMES[sign] for sign in groups))
    parts = (
        say("decimal comma") if point == "," and any(cell.has_comma for cell in cells) else "",
        say("thousands grouped by {signs}", signs=grouping)
        if grouping and (point or groups <= {"'", " "})
        else "",
        say("in {unit}", unit=unit) if unit else "",
        say("numbers in parentheses are negative") if any(cell.negative for cell in cells) else "",
    )
    return listing(part for part in parts if part)


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
    how = say("decimal comma") if sign == "," else say("decimal point")
    doubt = say(
        "{how}: {cell!r} was read as {value:.10g}, though it could be {other:.10g}",
        how=say("thousands grouped by {signs}", signs=GROUP_NAMES[sign]) if groups else how,
        cell=cells[with_sign].strip(),
        value=float(values[with_sign]),
        other=float(rival[with_sign]),
    )
    note = listing(part for part in (doubt, numbers.note) if part)
    return replace(numbers, values=values, note=note, point=point, other=None)


def _read_plain(cells: Sequence[str]) -> np.ndarray | None:
    """The numbers of a column that are written as Python writes them, or empty; None where a look at each is needed."""
    if not set("".join(cells)) <= PLAIN_SIGNS:
        return None
    with_point = [cell for cell in cells if "." in cell]
    if with_point and all(GROUPED.fullmatch(cell.lstrip("+-")) for cell in with_point):
        return None
    try:
        values = np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        return None
    return None if np.isnan(values).all() or (np.abs(values) > MAX_ABSOLUTE).any() else values


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
    return _Cell(
        unit, (values[0], values[1]), groups[:1], bool(match["open"]), "," in match["digits"]
    )


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
