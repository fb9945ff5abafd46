"""A reader's table, read once: its columns as written and as numbers, in the order of its time, and what to say.

    table = read_table(content)
    table.columns[1].numbers, table.columns[1].note, table.notes

What is not understood is quoted in a note, and then the order of the file stays. Nothing is guessed in silence.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from ...common.messages import both, listing, say
from .csv_grid import Grid, read_grid
from .csv_lines import quote
from .csv_moments import Times
from .csv_numbers import Numbers, is_missing, is_number, read_numbers, settle
from .csv_order import Order, order_rows
from .csv_sequences import find_sequences
from .csv_steps import describe_steps
from .csv_time import find_times

FILLERS = (-9999, -999, -99999, -9999.9, -999.9, -99.9, -32768, 9999, 99999, 999.9)
IS_TIME = say("it is the time")  # why a column is none of numbers
CELL_END = "\x1f"  # joins the cells of a column, which take less memory as one text


@dataclass(frozen=True)
class Column:
    """A column of a table.

    name: from the heading, or "column 3". numbers: float64 [rows], NaN where missing or not understood; None where
    it is no column of numbers, with the reason in `problem`, which quotes a cell. note: how its cells were read,
    "decimal comma, in kW"; "" where that needs no word.
    """

    name: str
    joined: str = field(repr=False)
    numbers: np.ndarray | None
    note: str = ""
    problem: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells as written, in the order of the table's rows."""
        return tuple(self.joined.split(CELL_END))


@dataclass(frozen=True)
class Table:
    """A table in the order in which its rows are used.

    time: number of the (first) column of its time, from 1; None without any. times: datetime64[us] or float64
    [rows], None where they are not understood or doubtful. notes: whole sentences on what was sorted, skipped, missing or
    not understood. sequences: names of the several series in it, () for one; they stand in column number
    `sequence_column` (from 1), or in that and another. which: int64 [rows], each row's sequence. helpers: numbers of
    the columns with the time and the names of sequences.
    """

    columns: tuple[Column, ...]
    time: int | None
    notes: tuple[str, ...]
    rows: int
    sequences: tuple[str, ...] = ()
    sequence_column: int | None = None
    times: np.ndarray | None = field(default=None, repr=False)
    time_unit: str = ""
    helpers: frozenset[int] = frozenset()
    which: np.ndarray | None = field(default=None, repr=False)

    def rows_of(self, sequence: str) -> np.ndarray:
        """Row numbers of one of the sequences, int64 [n]; of all rows where there are none."""
        if self.which is None:
            return np.arange(self.rows)
        return np.flatnonzero(self.which == self.sequences.index(sequence))


@lru_cache(maxsize=4)
def read_table(content: str) -> Table:
    """The table in a text with a line for each row. ValueError with one sentence where it is none.

    The separator may be a comma, a semicolon, a tab, a vertical bar or spaces. Lines above and below the table,
    comments and several lines of names are recognised. Rows are put in the order of their time where it is
    understood for every row, in one way for the whole column.
    """
    grid = read_grid(content)
    numbers = _all_numbers(grid)
    times = find_times(grid.names, grid.columns, [n.values for n in numbers])
    if times is None:
        order = Order(
            np.arange(len(grid.lines)), None, _no_time(grid, numbers), np.arange(len(grid.lines))
        )
        time_columns: tuple[int, ...] = ()
    else:
        order = order_rows(times, _names(grid, times.columns), _wrong_time(grid, times))
        time_columns = times.columns
    columns = tuple(
        _column(grid, k, numbers[k], order.rows, k in time_columns) for k in range(len(grid.names))
    )
    others = [k for k in range(len(columns)) if k not in time_columns]
    others.sort(key=lambda k: columns[k].numbers is not None)  # words rather than numbers are names
    series = find_sequences(
        [columns[k].name for k in others],
        [columns[k].cells for k in others],
        order.marks,
        order.times,
    )
    unit = times.unit if times else ""
    steps = ""
    if order.times is not None and not series.names:
        steps = describe_steps(order.times, unit)
    names = sorted(others[k] for k in series.columns)
    return Table(
        columns,
        time_columns[0] + 1 if time_columns else None,
        tuple(filter(None, [*grid.notes, order.note, series.note, steps])),
        len(order.rows),
        series.names,
        names[0] + 1 if names else None,
        order.times,
        unit,
        frozenset(k + 1 for k in (*time_columns, *names)),
        series.which,
    )


def _no_time(grid: Grid, numbers: list[Numbers]) -> str:
    """A sentence for a table of series without a time, with a cell that could have been meant as one."""
    if len(grid.columns) == 1 or all(n.values is None for n in numbers):
        return ""
    for cells in grid.columns:
        if cells[0] and not is_number(cells[0]) and not is_missing(cells[0]):
            return say(
                "No column was recognised as the time: the rows stay in the order of the file. "
                "{cell} in line {line} is no time that is understood.",
                cell=quote(cells[0]),
                line=int(grid.lines[0]),
            )
    return say("No column was recognised as the time: the rows stay in the order of the file.")


def _all_numbers(grid: Grid) -> list[Numbers]:
    numbers = [read_numbers(cells) for cells in grid.columns]
    sure = {n.point for n in numbers if n.point}
    return [
        settle(n, cells, sure, grid.separator)
        for n, cells in zip(numbers, grid.columns, strict=True)
    ]


def _names(grid: Grid, columns: tuple[int, ...]) -> str:
    return both(quote(grid.names[k]) for k in columns)


def _wrong_time(grid: Grid, times: Times) -> str:
    if not times.wrong:
        return ""
    row = times.wrong[0]
    return _cell_in_line(grid, times.columns[0], row)


def _cell_in_line(grid: Grid, column: int, row: int) -> str:
    cell = quote(grid.columns[column][row])
    return say("{cell} in line {line}", cell=cell, line=int(grid.lines[row]))


def _column(grid: Grid, k: int, numbers: Numbers, rows: np.ndarray, is_time: bool) -> Column:
    cells, note, problem = grid.columns[k], numbers.note, ""
    wrong = [_cell_in_line(grid, k, row) for row in numbers.wrong[:1]]
    if numbers.values is None:
        problem = say("{cell} is no number", cell=wrong[0]) if wrong else say("it is empty")
        if is_time:
            problem = IS_TIME
    elif wrong:
        note = listing(filter(None, (note, _lost(wrong[0], len(numbers.wrong) - 1))))
    if numbers.values is not None:
        note = listing(filter(None, (note, _filler(numbers.values))))
    values = None if numbers.values is None else numbers.values[rows]
    return Column(
        grid.names[k], CELL_END.join(cells[row] for row in rows.tolist()), values, note, problem
    )


def _lost(cell: str, more: int) -> str:
    if not more:
        return say("{cell} was not understood and counts as missing", cell=cell)
    return say("{cell} (and {n} more) was not understood and counts as missing", cell=cell, n=more)


def _filler(values: np.ndarray) -> str:
    """What to say of a number that stands apart from all others and is often written for a missing value."""
    known = values[~np.isnan(values)]
    for filler in FILLERS:
        rest = known[known != filler]
        if 2 < len(rest) < len(known) and np.abs(rest - filler).min() > np.ptp(rest):
            return say(
                "{value:g} occurs {n} times and was taken as a number, not as a missing value",
                value=filler,
                n=len(known) - len(rest),
            )
    return ""
