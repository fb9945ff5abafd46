"""The cells of a table out of a text: named columns of what was written, and where it stands in the file."""

from dataclasses import dataclass

import numpy as np

from ...common.messages import say
from .csv_heading import Columns, align_heading, count_headings, name_columns
from .csv_lines import quote, read_lines
from .csv_separator import split_line

MAX_COLUMNS = 1000


@dataclass(frozen=True)
class Grid:
    """names: of the columns. columns: their cells. lines: int64 [rows], the number of each row's line in the file.

    separator: "" for one column. notes: whole sentences on what was skipped.
    """

    names: list[str]
    columns: Columns
    lines: np.ndarray
    separator: str
    notes: list[str]


def read_grid(content: str) -> Grid:
    """The table of a text. ValueError where there are too few lines, too many, or too many columns."""
    lines = read_lines(content)
    rows = [split_line(text, lines.separator) for text in lines.texts]
    width = max(map(len, rows))
    if width > MAX_COLUMNS:
        raise ValueError(
            say(
                "file: expected at most {most} columns, got {got}. Use a part of the table.",
                most=MAX_COLUMNS,
                got=width,
            )
        )
    columns = [[row[k] if k < len(row) else "" for row in rows] for k in range(width)]
    del rows
    if '="' in content:  # how a spreadsheet is told that a cell is text
        columns = [[_unwrap(cell) for cell in cells] for cells in columns]
    columns = [cells for cells in columns if any(cells)]
    headings, note = count_headings(columns), ""
    if headings == 1:
        columns, note = align_heading(columns, lines.texts[1])
    notes = [*lines.notes, note] if note else lines.notes
    if headings > 1:
        last = " ".join(filter(None, (cells[headings - 1] for cells in columns)))
        notes = [
            *notes,
            say(
                "The column names are in {n} lines, which were joined; the last is {last}.",
                n=headings,
                last=quote(last),
            ),
        ]
    return Grid(
        name_columns(columns, headings),
        [cells[headings:] for cells in columns],
        lines.numbers[headings:],
        lines.separator,
        notes,
    )


def _unwrap(cell: str) -> str:
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell
