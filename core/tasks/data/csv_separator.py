"""The separator of a table, decided by all of its lines."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from ...common.messages import say

SEPARATORS = ("\t", ";", "|", ",")
QUOTED = re.compile(r'(?:(?<=[\n,;\t|])|^) *"(?:[^"\n]|"")*" *(?=[\n,;\t|]|$)')
WIDE_GAP, GAP = re.compile(r"(?: {2,}|\t)[ \t]*"), re.compile(r"[ \t]+")
LEAST_SHARE = 0.5  # of the lines that have the usual number of fields
SAMPLE = 200  # lines whose fields are looked at
# Of spaces, where the first line has names for what they separate, and where it has not.
LEAST_SCORE, ALMOST_ALL = 0.5, 0.9
SURE = 1.1  # how many times better than another separator spaces must fit
ODD_HEADING = 0.8  # times the score of commas that the first line has not
BARE_HOUR = re.compile(
    r"\d[-/.]\d+ \d{1,2}$"
)  # "01.02.2020 20": a date and the beginning of a number?
WHOLE_NUMBERS = 0.95  # share of the lines that are one number each, in a column of decimal commas
COUNTING = 3  # lines that must count 1, 2, 3 for their first field to be a number of the row


def count_fields(lines: Sequence[str], separator: str) -> np.ndarray:
    """How many fields each line has, int64 [lines]; what stands in quotes does not count."""
    text = "\n".join(lines)
    if '"' in text:
        text = QUOTED.sub("Q", text)
    raw = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    ends = np.append(np.flatnonzero(raw == 10), len(raw))
    signs = np.searchsorted(np.flatnonzero(raw == ord(separator)), ends)
    return np.diff(signs, prepend=0) + 1


def usual_count(counts: np.ndarray) -> int:
    """The most frequent number of fields."""
    return Counter(counts.tolist()).most_common(1)[0][0]


def choose_separator(
    lines: Sequence[str], is_value: Callable[[str], bool]
) -> tuple[str, list[str], list[str]]:
    """(separator, lines in which it stands, what to tell the reader). "" for a single column.

    is_value: whether a field is a number, a time or a word for a missing one. The separator is the one with
    which most lines have the same number of fields, and most fields are values. Runs of spaces become tabs.
    """
    whole = _share_of_values([[line.strip()] for line in _sample(lines)], is_value)
    best, best_score = "", 0.0
    for separator in SEPARATORS:
        score = _score(lines, separator, is_value)
        if score > best_score:
            best, best_score = separator, score
    if best == ",":
        single, notes = _is_single_column(lines, is_value)
        if single or notes:
            return ("" if single else ","), list(lines), notes
        if count_fields(lines[:1], ",")[0] == 1:
            best_score *= ODD_HEADING
    for gap in (WIDE_GAP, GAP) if best in ("", ",") else ():
        few = [gap.sub("\t", line.strip()) for line in (lines[0], *_sample(lines[1:]))]
        named = count_fields(few[:1], "\t")[0] == usual_count(count_fields(few, "\t"))
        if _score(few, "\t", is_value) <= best_score or not (named or whole < WHOLE_NUMBERS):
            continue
        spaced = [gap.sub("\t", line.strip()) for line in lines]
        score = _score(spaced, "\t", is_value)
        if score > max(best_score * SURE, LEAST_SCORE if named else ALMOST_ALL):
            return "\t", spaced, []
    return best, list(lines), []


def _sample(lines: Sequence[str]) -> Sequence[str]:
    return lines[:: max(1, len(lines) // SAMPLE)]


def _score(lines: Sequence[str], separator: str, is_value: Callable[[str], bool]) -> float:
    """0 to 1: how well the separator fits."""
    counts = count_fields(lines, separator)
    usual = usual_count(counts)
    if usual < 2 and (counts > 1).mean() > LEAST_SHARE:
        usual = usual_count(counts[counts > 1])
    same = float((counts == usual).mean())
    if usual < 2 or (same < LEAST_SHARE and (counts > 1).mean() < 1 - LEAST_SHARE / 2):
        return 0.0
    rows = [split_line(line, separator) for line in _sample(lines[1:] or lines)]
    return same * (0.2 + 0.8 * _share_of_values(rows, is_value))


def split_line(line: str, separator: str) -> list[str]:
    """The fields of a line, without quotes and outer spaces."""
    if '"' not in line:
        return [field.strip() for field in line.split(separator)] if separator else [line.strip()]
    if not separator:
        return [_unquote(line)]
    fields = re.findall(
        rf'(?:^|{re.escape(separator)})(\s*"(?:[^"]|"")*"\s*(?={re.escape(separator)}|$)|[^{re.escape(separator)}]*)',
        line,
    )
    return [_unquote(field) for field in fields]


def _unquote(field: str) -> str:
    field = field.strip()
    if len(field) > 1 and field[0] == field[-1] == '"':
        return field[1:-1].replace('""', '"').strip()
    return field


def _share_of_values(rows: list[list[str]], is_value: Callable[[str], bool]) -> float:
    fields = [field for row in rows for field in row]
    return sum(is_value(f) and not BARE_HOUR.search(f) for f in fields) / max(1, len(fields))


def _is_single_column(
    lines: Sequence[str], is_value: Callable[[str], bool]
) -> tuple[bool, list[str]]:
    """(whether lines like "20,99" are one number each, what to tell the reader about it)."""
    rows = lines[1:]
    sample = _sample(rows)
    if sum(map(is_value, sample)) < WHOLE_NUMBERS * len(sample):
        return False, []
    numbers = [line for line in rows if "," in line and is_value(line)]
    if len(numbers) < LEAST_SHARE * len(rows):
        return False, []
    if not is_value(lines[0]):
        counting = [line.split(",")[0].strip() for line in rows[:COUNTING]]
        if counting == ["1", "2", "3"] and not _zero_behind(numbers):
            return False, [
                say(
                    "The lines count 1, 2, 3: {line!r} was read as the number of a row and a value, "
                    "not as one number with a decimal comma.",
                    line=rows[0].strip(),
                )
            ]
        return "," not in lines[0], []
    grouped = any(line.count(",") > 1 or " " in line.split(",")[0].strip() for line in numbers)
    if grouped or _zero_behind(numbers):
        return True, []
    behind = {len(re.sub(r"\D", "", line.split(",")[1])) for line in numbers}
    single = len(behind) == 1 and behind != {1} and len(numbers) > 9
    line = numbers[0].strip()
    if single:
        return True, [
            say(
                "{line!r} was read as one number with a decimal comma, though it could be two columns. "
                "A first line with a name for each column decides.",
                line=line,
            )
        ]
    return False, [
        say(
            "{line!r} was read as two columns, though it could be one number with a decimal comma. "
            "A first line with one name decides.",
            line=line,
        )
    ]


def _zero_behind(numbers: Sequence[str]) -> bool:
    """Whether a comma is followed by 05 or the like, which is the end of a number and no number of its own."""
    return any(re.search(r",0\d", line) for line in numbers)
