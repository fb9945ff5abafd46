"""The names of a table's columns: which rows at its top hold them, and to which columns they belong."""

import re

from ...common.messages import count, say
from .csv_lines import is_value, quote
from .csv_moments import is_time
from .csv_numbers import is_missing
from .csv_time import is_calendar_name

MAX_HEADINGS = 4  # rows with names and units
SAMPLE = 100  # rows that tell which columns hold values
LEAST_VALUES = 0.6  # share of a column's cells that are numbers or times, in a column of values
YEARS = (1900, 2100)
TEXT_NAMES = ("text", "label", "class", "name", "sentence", "category", "source", "target")

Columns = list[list[str]]


def count_headings(columns: Columns) -> int:
    """How many rows at the top hold names or units: those without a value in the columns that hold values."""
    rows = len(columns[0])
    start = min(MAX_HEADINGS, rows // 2)
    step = max(1, (rows - start) // SAMPLE)
    valued = []
    for cells in columns:
        sample = [cell for cell in cells[start::step] if not is_missing(cell)]
        if sample and sum(map(is_value, sample)) >= LEAST_VALUES * len(sample):
            valued.append(cells)
    if not valued:
        return _is_heading_of_texts(columns)
    count = 0
    while count < min(MAX_HEADINGS, rows - 1):
        there = [cells[count] for cells in valued if not is_missing(cells[count])]
        words = sum(not is_value(cell) for cell in there)
        if not words or (words < len(there) and (count or 2 * words < len(valued))):
            break
        count += 1
    return count or int(_are_years([cells[0] for cells in valued], [cells[1] for cells in valued]))


def name_columns(columns: Columns, headings: int) -> list[str]:
    """A different name for each column: its cells at the top joined, or its number."""
    names: list[str] = []
    above = [""] * max(0, headings - 1)
    for k, cells in enumerate(columns, 1):
        for row in range(headings - 1):  # a name over several columns stands in the first of them
            above[row] = cells[row] or above[row]
        parts = [*above, cells[headings - 1]] if headings else []
        words = [" ".join(part.split()) for part in parts if not is_missing(part)]
        name = " ".join(dict.fromkeys(words)) or say("column {n}", n=k)
        if name in names:
            name = next(n for j in range(2, len(names) + 3) if (n := f"{name} ({j})") not in names)
        names.append(name)
    return names


def align_heading(columns: Columns, line: str) -> tuple[Columns, str]:
    """(the columns, with the first row over the right ones; a sentence about it).

    For a table whose rows have a cell more than its first row: a name for the rows' own names may be missing in front
    (R writes such tables), a separator may stand behind every row, or commas of numbers may separate. line: the
    first row below the heading.
    """
    width = len(columns)
    names = [cells[0] for cells in columns]
    named = len(names) - next((k for k, name in enumerate(reversed(names)) if name), width)
    if named == width or any(map(is_value, filter(None, names))) or not any(columns[-1][1:]):
        return columns, ""
    missing = width - named
    rows = list(zip(*(cells[1:] for cells in columns), strict=True))
    counts_rows = [row[0] for row in rows[:3]] == ["1", "2", "3"][: len(rows[:3])]
    is_dated = is_time(rows[0][0]) and not is_calendar_name(names[0])
    if missing == 1 and (counts_rows or is_dated):
        shifted = ["", *names[:-1]]
        note = (
            say(
                "The rows have one cell more than the heading has names; the first, which counts the rows, got none."
            )
            if counts_rows
            else say(
                "The rows have one cell more than the heading has names; the first, which holds the time, got none."
            )
        )
        return [[name, *cells[1:]] for name, cells in zip(shifted, columns, strict=True)], note
    whole = [k for k, cells in enumerate(columns) if all(map(_is_whole, cells[1:]))]
    if len(whole) == 2 * missing and whole == list(range(whole[0], whole[0] + len(whole))):
        pairs = dict(zip(whole[::2], whole[1::2], strict=True))
        kept = [k for k in range(width) if k not in pairs.values()]
        joined = [
            [f"{a},{b}" for a, b in zip(columns[k][1:], columns[pairs[k]][1:], strict=True)]
            if k in pairs
            else columns[k][1:]
            for k in kept
        ]
        note = say(
            "The rows have {cells} cells, the heading {names} names: in {line} "
            "'{number}' was read as one number with a comma.",
            cells=width,
            names=named,
            line=quote(line),
            number=joined[kept.index(whole[0])][0],
        )
        return [[name, *cells] for name, cells in zip(names, joined, strict=False)], note
    return columns, count(
        missing,
        say(
            "The rows have {cells} cells, the heading {names} names: in {line} the last has no name. "
            "Commas inside numbers need quotes around them."
        ),
        say(
            "The rows have {cells} cells, the heading {names} names: in {line} the last {n} have no name. "
            "Commas inside numbers need quotes around them."
        ),
        cells=width,
        names=named,
        line=quote(line),
    )


def _is_whole(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+−]?\d+", cell)) or not cell


def _are_years(first: list[str], second: list[str]) -> bool:
    """Whether the first row names the columns by years, which the row below does not."""
    low, high = YEARS
    return (
        all(
            re.fullmatch(r"\d{4}", cell)
            and low <= int(cell) <= high
            and not re.fullmatch(r"\d{4}", below)
            for cell, below in zip(first, second, strict=True)
        )
        and len(set(first)) == len(first) > 1
    )


def _is_heading_of_texts(columns: Columns) -> int:
    """1 where the first row of a table of words holds names: one stands in a column of few words and only there."""
    for cells in columns:
        rest = cells[1:]
        if len(set(rest)) <= max(2, len(rest) // 4) and cells[0] not in rest:
            return 1
    return int(any(cells[0].strip().lower() in TEXT_NAMES for cells in columns))
