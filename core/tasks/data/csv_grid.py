"""The cells of a table out of a text: without what stands above, below and between its rows."""

import re
from dataclasses import dataclass, field

import numpy as np

from .csv_numbers import is_missing, is_number
from .csv_separator import SEPARATORS, choose_separator, count_fields, split_line, usual_count
from .csv_time import is_time

MAX_ROWS = 2_000_000  # of a file
MAX_COLUMNS = 1000
MAX_HEADINGS = 4  # rows with names and units
SAMPLE = 100  # rows that tell which columns hold values
LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
QUOTED_LINES = re.compile(r'(?:(?<=[\n,;\t|])|^)"(?:[^"]|"")*"(?=[\n,;\t|]|$)')
UNIT_ROW = re.compile(r"[\[(]?[^\d\s]\S{0,12}[\])]?|")
MAX_QUOTE = 40  # characters of a cell that are quoted


@dataclass(frozen=True)
class Grid:
    """names: of the columns. columns: their cells. lines: int64 [rows], the number of each row's line in the file.

    separator: "" for one column. named: whether the names stand in the file. notes: what was passed over.
    """

    names: list[str]
    columns: list[list[str]]
    lines: np.ndarray
    separator: str
    named: bool
    notes: list[str] = field(default_factory=list)


def quote(cell: str) -> str:
    """A cell for a sentence, in quotes and not too long."""
    cell = cell.strip()
    return repr(cell if len(cell) <= MAX_QUOTE else cell[:MAX_QUOTE] + "…")


def is_value(cell: str) -> bool:
    """Whether a cell could be a value of a series: a number, a time, or a word for a missing one."""
    return is_missing(cell) or is_number(cell) or is_time(cell)


def read_grid(content: str) -> Grid:
    """The table of a text. ValueError where there are not 2 to MAX_ROWS lines, or too many columns."""
    numbered, separator, notes = _lines(content)
    lines = [line for _, line in numbered]
    numbers = np.array([k for k, _ in numbered])
    if separator is None:
        separator, lines, more = choose_separator(lines, is_value)
        notes += more
    counts = count_fields(lines, separator) if separator else np.ones(len(lines), int)
    first, last = _body(lines, counts, separator)
    if first:
        notes.append(f"{_count(first, 'line')} above the table passed over: {quote(lines[0])}.")
    if last < len(lines):
        below = len(lines) - last
        notes.append(f"{_count(below, 'line')} below the table passed over: {quote(lines[last])}.")
    lines, counts, numbers = lines[first:last], counts[first:last], numbers[first:last]
    width = int(counts.max())
    if width > MAX_COLUMNS:
        raise ValueError(
            f"file: expected at most {MAX_COLUMNS} columns, got {width}. Use a part of the table."
        )
    rows = [split_line(line, separator) for line in lines]
    columns = [[row[k] if k < len(row) else "" for row in rows] for k in range(width)]
    del rows
    heading, more = _heading(columns, counts)
    notes += more
    return _without_empty(
        Grid(
            _names(columns, heading, counts),
            [cells[heading:] for cells in columns],
            numbers[heading:],
            separator,
            heading > 0,
            notes,
        ),
        columns,
    )


def _lines(content: str) -> tuple[list[tuple[int, str]], str | None, list[str]]:
    """(number and text of each line that may be part of a table, a separator that the file names, notes)."""
    text = LINE_ENDS.sub("\n", content.replace("\ufeff", "").replace("\0", ""))
    if '"' in text:
        text = QUOTED_LINES.sub(lambda quoted: quoted[0].replace("\n", " \v"), text)
    numbered, number = [], 0
    for line in text.split("\n"):
        number += 1
        if line.strip(" ,;\t|\u00a0\u3000"):
            numbered.append((number, line.replace("\v", "")))
        number += line.count("\v")
    notes, separator = [], None
    if numbered and re.fullmatch(r"sep=[,;\t|]", numbered[0][1].strip(" \r")):
        separator = numbered.pop(0)[1].strip(" \r")[4]
    comments = [line for line in numbered if line[1].lstrip().startswith(("#", "//"))]
    if comments and len(comments) < len(numbered):
        rest = [line for line in numbered if not line[1].lstrip().startswith(("#", "//"))]
        name = comments[-1]
        bare = name[1].lstrip(" #/")
        if name[0] < rest[0][0] and _is_heading_of(bare, rest):
            rest.insert(0, (name[0], bare))
            comments.pop()
        numbered = rest
        if comments:
            notes.append(f"{_count(len(comments), 'comment')} passed over.")
    rules = [
        line for line in numbered if re.fullmatch(r"[\s|+:=-]*(?:-{3}|={3}|:-)[\s|+:=-]*", line[1])
    ]
    if rules:
        numbered = [line for line in numbered if line not in rules]
    if not 2 <= len(numbered) <= MAX_ROWS:
        raise ValueError(
            f"file: expected a table of 2 to {MAX_ROWS:,} lines, got {len(numbered):,}. "
            f"{'Use a CSV file with a column of numbers.' if len(numbered) < 2 else 'Use a part of it.'}"
        )
    return numbered, separator, notes


def _is_heading_of(line: str, rest: list[tuple[int, str]]) -> bool:
    """Whether a comment has the names of the columns: as many fields as the rows below, which have no heading."""
    below = rest[0][1]
    for separator in (*SEPARATORS, " "):
        fields, values = (
            [f for f in (x.split() if separator == " " else split_line(x, separator)) if f]
            for x in (line, below)
        )
        if len(fields) == len(values) and (len(fields) > 1 or separator == " "):
            return any(map(is_value, values)) and not any(map(is_value, fields))
    return False


def _body(lines: list[str], counts: np.ndarray, separator: str) -> tuple[int, int]:
    """(first line of the table, its last line + 1): before and behind stand titles and remarks."""
    if not separator:
        return 0, len(lines)
    usual = usual_count(counts[counts > 1]) if (counts > 1).any() else 1
    full = np.flatnonzero(counts >= usual)
    first = int(full[0])
    if first and any(map(is_value, filter(None, split_line(lines[first], separator)))):
        above = [f for f in split_line(lines[first - 1], separator) if f]
        if len(above) > 1 or (usual == 2 and first == 1):
            first -= 1  # names, of which one is missing
    while first < len(lines) - 2:  # a title with separators behind it, as a spreadsheet saves it
        filled = [f for f in split_line(lines[first], separator) if f]
        below = [f for f in split_line(lines[first + 1], separator) if f]
        if usual < 3 or len(filled) > 1 or len(below) < 2 or is_value(filled[0]):
            break
        first += 1
    last = len(lines)
    while last > first + 2:
        filled = [f for f in split_line(lines[last - 1], separator) if f]
        if len(filled) > 1 or is_value(filled[0]):
            break
        last -= 1
    return first, last


def _heading(columns: list[list[str]], counts: np.ndarray) -> tuple[int, list[str]]:
    """(rows of names at the top, what to tell the reader)."""
    rows = len(columns[0])
    start = min(MAX_HEADINGS, rows // 2)
    step = max(1, (rows - start) // SAMPLE)
    valued = []
    for cells in columns:
        sample = [c for c in cells[start::step] if not is_missing(c)]
        if sample and sum(map(is_value, sample)) > 0.6 * len(sample):
            valued.append(cells)
    if not valued:
        return _heading_of_texts(columns), []
    heading = 0
    while heading < min(MAX_HEADINGS, rows - 1):
        there = [cells[heading] for cells in valued if not is_missing(cells[heading])]
        odd = sum(not is_value(cell) for cell in there)
        names = odd == len(there) or (heading == 0 and odd and 2 * odd >= len(valued))
        if not there or not names:
            break
        heading += 1
    if heading == 0 and _counts_years(valued):
        heading = 1
    more = []
    if heading > 1:
        texts = [" ".join(filter(None, (cells[k] for cells in columns))) for k in range(1, heading)]
        more.append(
            f"The names stand in {heading} lines, the last is {quote(texts[-1])}; they were joined."
        )
    return heading, more


def _counts_years(valued: list[list[str]]) -> bool:
    """Whether the first row names the columns by a word and by years."""
    first = [cells[0] for cells in valued]
    return len(first) > 1 and not is_value(first[0])


def _heading_of_texts(columns: list[list[str]]) -> int:
    """1 where the first row of a table of words are names: one stands in a column of few words and only there."""
    for cells in columns:
        rest = cells[1:]
        few = len(set(rest)) <= max(2, len(rest) // 4)
        if few and cells[0] not in rest:
            return 1
    usual = ("text", "label", "class", "name", "sentence", "category", "source", "target")
    return int(any(cells[0].strip().lower() in usual for cells in columns))


def _names(columns: list[list[str]], heading: int, counts: np.ndarray) -> list[str]:
    """A different name for each column: its cells at the top joined, or its number."""
    names: list[str] = []
    above = [""] * heading
    for k, cells in enumerate(columns, 1):
        for row in range(
            heading - 1
        ):  # a name that spans several columns stands in the first of them
            above[row] = cells[row] or above[row]
        parts = [*above[: heading - 1], cells[heading - 1]] if heading else []
        name = " ".join(dict.fromkeys(" ".join(part.split()) for part in parts if part))
        name = name or f"column {k}"
        if name in names:
            name = next(n for j in range(2, len(names) + 3) if (n := f"{name} ({j})") not in names)
        names.append(name)
    return names


def _without_empty(grid: Grid, columns: list[list[str]]) -> Grid:
    """Without columns in which nothing stands, as separators at the ends of lines make them."""
    keep = [
        k
        for k, cells in enumerate(grid.columns)
        if any(cells) or (grid.named and not grid.names[k].startswith("column "))
    ]
    if len(keep) == len(grid.names):
        return grid
    return Grid(
        [grid.names[k] for k in keep],
        [grid.columns[k] for k in keep],
        grid.lines,
        grid.separator,
        grid.named,
        grid.notes,
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
