"""The lines of a text that may be rows of a table: without comments, rules and what stands above and below."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from ...common.messages import count, say
from .csv_moments import is_time
from .csv_numbers import is_missing, is_number
from .csv_separator import SEPARATORS, choose_separator, count_fields, split_line, usual_count

MAX_ROWS = 2_000_000  # of a file
MAX_TITLES = 20  # lines above a table that can be titles
MAX_QUOTE = 40  # characters of a cell that are quoted
LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
QUOTED = re.compile(r'(?:(?<=[\n,;\t|])|^)"(?:[^"]|"")*"(?=[\n,;\t|]|$)')
NO_TEXT = dict.fromkeys((0xFEFF, *(k for k in range(32) if chr(k) not in "\t\n\r")))  # are left out
COMMENT_SIGNS = ("#", "//")
WIDE_SIGNS = (("，", ","), ("；", ";"))  # of Chinese, where the ASCII sign does not occur
RULE = re.compile(
    r"(?=.*[|+=])[\s|+:=-]*(?:---|===|:-)[\s|+:=-]*"
)  # below a heading, as Markdown has it
EMPTY = " ,;\t|\u00a0\u3000"  # what a line of empty cells consists of


@dataclass(frozen=True)
class Lines:
    """texts: of the table, its heading first if it has one. numbers: int64, of these lines in the file.

    separator: "" for a single column. notes: whole sentences on what was skipped.
    """

    texts: list[str]
    numbers: np.ndarray
    separator: str
    notes: list[str] = field(default_factory=list)


def quote(cell: str) -> str:
    """A cell for a sentence, in quotes and not too long."""
    cell = cell.strip()
    return repr(cell if len(cell) <= MAX_QUOTE else cell[:MAX_QUOTE] + "…")


@lru_cache(maxsize=20_000)
def is_value(cell: str) -> bool:
    """Whether a cell could be a value of a series: a number, a time, or a word for a missing one."""
    return is_missing(cell) or is_number(cell) or is_time(cell)


def read_lines(content: str) -> Lines:
    """The lines of the table in a text. ValueError where there are not 2 to MAX_ROWS."""
    numbered = _number_lines(content)
    separator, notes = None, []
    if numbered and re.fullmatch(r"sep=[,;\t|]", numbered[0][1].strip(" ")):
        separator = numbered.pop(0)[1].strip(" ")[4]  # a word to Excel
    numbered, comments = _without_comments(numbered)
    if comments:
        notes.append(count(comments, say("{n} comment skipped."), say("{n} comments skipped.")))
    if not 2 <= len(numbered) <= MAX_ROWS:
        raise ValueError(
            say(
                "file: expected a table of 2 to {most:,} lines, got {got:,}. {cure}",
                most=MAX_ROWS,
                got=len(numbered),
                cure=say("Use a CSV file with a column of numbers.")
                if len(numbered) < 2
                else say("Use a part of it."),
            )
        )
    texts = [text for _, text in numbered]
    if separator is None:
        separator, texts, more = choose_separator(texts, is_value)
        notes += more
    numbers = np.array([number for number, _ in numbered])
    first, last = _body(texts, separator)
    if first:
        title = quote(texts[0].strip(EMPTY))
        notes.append(
            count(
                first,
                say("{n} line above the table skipped: {title}."),
                say("{n} lines above the table skipped: {title}."),
                title=title,
            )
        )
    if last < len(texts):
        remark = quote(texts[last].strip(EMPTY))
        notes.append(
            count(
                len(texts) - last,
                say("{n} line below the table skipped: {remark}."),
                say("{n} lines below the table skipped: {remark}."),
                remark=remark,
            )
        )
    texts, numbers = texts[first:last], numbers[first:last]
    again = _repeated_headings(texts, separator)
    if again:
        line = int(numbers[again[0]])
        notes.append(
            say("The heading is repeated in line {line} and was skipped there.", line=line)
        )
        texts = [text for k, text in enumerate(texts) if k not in again]
        numbers = np.delete(numbers, again)
    return Lines(texts, numbers, separator, notes)


def _number_lines(content: str) -> list[tuple[int, str]]:
    """(number, text) of each line that is not empty; a line break inside quotes becomes a space."""
    text = LINE_ENDS.sub("\n", content.translate(NO_TEXT))
    for wide, sign in WIDE_SIGNS:
        if wide in text and sign not in text:
            text = text.replace(wide, sign)
    if '"' in text:
        text = QUOTED.sub(lambda quoted: quoted[0].replace("\n", " \v"), text)
    numbered, number = [], 0
    for line in text.split("\n"):
        number += 1
        if line.strip(EMPTY).strip() and not RULE.fullmatch(line):
            numbered.append((number, line.replace("\v", "")))
        number += line.count("\v")
    return numbered


def _without_comments(numbered: list[tuple[int, str]]) -> tuple[list[tuple[int, str]], int]:
    """(the other lines, how many comments); a comment that names the columns stays, without its sign."""
    rest = [line for line in numbered if not _is_comment(line[1])]
    comments = [line for line in numbered if _is_comment(line[1])]
    if not comments or not rest:
        return numbered, 0
    number, text = comments[-1]
    names = text.lstrip(" #/")
    if number < rest[0][0] and _is_heading_of(names, rest[0][1]):
        return [(number, names), *rest], len(comments) - 1
    return rest, len(comments)


def _is_comment(text: str) -> bool:
    """Whether a line begins with a sign of comments, and not with a spreadsheet's #N/A."""
    text = text.lstrip()
    return text.startswith(COMMENT_SIGNS) and not is_missing(re.split(r"[,;\t|]", text)[0])


def _is_heading_of(names: str, row: str) -> bool:
    """Whether the names are as many as the values of a row that has no words."""
    for separator in (*SEPARATORS, " "):
        heads, values = (list(filter(None, split_line(line, separator))) for line in (names, row))
        if len(heads) == len(values) > (separator != " "):
            return any(map(is_value, values)) and not any(map(is_value, heads))
    return False


def _body(texts: list[str], separator: str) -> tuple[int, int]:
    """(first line of the table, its last line + 1): before and behind stand titles and remarks."""
    if not separator:
        return 0, len(texts)

    def cells(k: int) -> list[str]:
        return [cell for cell in split_line(texts[k], separator) if cell]

    counts = count_fields(texts, separator)
    usual = usual_count(counts[counts > 1]) if (counts > 1).any() else 1
    first = int(np.flatnonzero(counts >= usual)[0])
    if first and any(map(is_value, cells(first))):
        above = cells(first - 1)
        if len(above) > 1 or (first == 1 and not is_value(above[0])):
            first -= 1  # a heading with fewer names than there are columns
    if usual > 2:
        first += _count_titles(texts[first : first + MAX_TITLES], separator)
    last = len(texts)
    while last > first + 2 and len(cells(last - 1)) == 1 and not is_value(cells(last - 1)[0]):
        last -= 1
    return first, last


def _count_titles(texts: list[str], separator: str) -> int:
    """How many lines are titles that a spreadsheet saved: with fewer cells than the names below, from the left."""
    rows = [split_line(text, separator) for text in texts]
    filled = [sum(map(bool, row)) for row in rows]
    names = filled.index(max(filled))
    if any(map(is_value, filter(None, rows[names]))):  # no line has a name for every column
        single = [
            count == 1 and not is_value(row[0]) for count, row in zip(filled, rows, strict=True)
        ]
        names = single.index(False) if False in single else 0
    if not any(map(is_value, filter(None, rows[min(names + 1, len(rows) - 1)]))):
        return 0  # a table of words
    packed = all(all(row[:count]) for row, count in zip(rows[:names], filled, strict=False))
    return names if packed else 0


def _repeated_headings(texts: list[str], separator: str) -> list[int]:
    """Numbers of later lines that are the first again, as where files were joined; none where that may be a row."""
    first, second = (list(filter(None, split_line(text, separator))) for text in texts[:2])
    if not separator or any(map(is_value, first)) or not any(map(is_value, second)):
        return []
    return [k for k, text in enumerate(texts) if k and text == texts[0]]
