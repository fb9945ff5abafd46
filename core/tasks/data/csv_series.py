"""Series of numbers from a reader's table, with a note on how it was read."""

import re
from functools import lru_cache

import numpy as np

from ...common.messages import count, cut, paragraph, say
from .csv_steps import describe_steps
from .csv_table import IS_TIME, Column, Table, read_table
from .csv_time import as_time_numbers, is_part_of_time, is_time_name
from .series import MIN_CHANGE, Series

MIN_VALUES = 40  # values; fewer cannot be split into training and held-out data
MAX_VALUES = 100_000  # that are trained on; a longer series is thinned to as many
MAX_MISSING_SHARE = 0.3  # of a column's values
# Names of columns whose whole numbers count nothing.
CODE_NAME = re.compile(
    r"(?i:^(week ?day|day ?of ?week|dow|wochentag|week|quarter|station|zip|plz|code|flag)$|[_ .-](id|nr|no|code|flag)$)|[a-z]I[Dd]$"
)
MAX_FLAGS = 3  # different whole numbers of a column that marks its rows
LONG_GAP = 10  # missing values in a row that are mentioned


@lru_cache(maxsize=4)
def read_series(content: str, column: int = 0, sequence: str = "") -> Series:
    """Column number `column` of a CSV text, counted from 1; 0 takes the last column of numbers that changes.

    sequence: the name of one of several series in the table; "" takes the first. Missing values are interpolated,
    and in a series longer than MAX_VALUES neighbours are averaged.
    Raises ValueError with one sentence when the text has no such series.
    """
    values, names, note = read_columns(content, (column,), sequence)
    return Series(values[:, 0], names[0], note)


@lru_cache(maxsize=4)
def read_columns(
    content: str, columns: tuple[int, ...], sequence: str = ""
) -> tuple[np.ndarray, tuple[str, ...], str]:
    """(float64 [N, len(columns)] without missing values, the columns' names, how they were read).

    columns: numbers from 1; 0 as in `read_series`. Raises ValueError with one sentence.
    """
    table = read_table(content)
    rows, notes = _rows(table, sequence)
    chosen = [_choose(table, number, rows) for number in columns]
    values, names = [], []
    for number in chosen:
        column = table.columns[number - 1]
        series, filled = _fill(_numbers(column, number, rows))
        values.append(series)
        names.append(cut(column.name))
        notes.insert(len(values) - 1, paragraph((_how(table, number), filled)))
    series, thinned = _thin(np.stack(values, 1))
    for k, number in enumerate(chosen):
        _check(series[:, k], table.columns[number - 1].name)
    note = paragraph([say("{n} values.", n=len(series)), *notes, *table.notes, *thinned])
    return series, tuple(names), note


def default_column(table: Table, rows: np.ndarray | None = None) -> int:
    """Number (from 1) of the last column of numbers that changes and is no time, no number of rows and no flag.

    Where there are only flags, the last of them; where all columns count, the last without the name of a time.
    ValueError where no column has numbers.
    """
    numeric = [k for k, c in enumerate(table.columns, 1) if _is_usable(c, rows)]
    if not numeric:
        raise ValueError(_no_numbers(table))
    changing = [k for k in numeric if _range(table.columns[k - 1], rows) >= MIN_CHANGE]
    values = [
        k for k in changing if k not in table.helpers and not _is_helper(table.columns[k - 1])
    ]
    several = [k for k in values if not _is_flag(table.columns[k - 1])]
    unnamed = [k for k in changing if not is_time_name(table.columns[k - 1].name)]
    return (several or values or unnamed or changing or numeric)[-1]


def _rows(table: Table, sequence: str) -> tuple[np.ndarray, list[str]]:
    """(numbers of the rows of the sequence, sentences on which one was taken and on its steps)."""
    if not table.sequences:
        if sequence:
            raise ValueError(
                say(
                    "sequence: expected a table of several series, got one. Leave {sequence!r} out.",
                    sequence=sequence[:40],
                )
            )
        return np.arange(table.rows), []
    if sequence and sequence not in table.sequences:
        raise ValueError(
            say(
                "sequence: expected one of {sequences}, got {got!r}. Choose one of them.",
                sequences=", ".join(map(repr, table.sequences[:10])),
                got=sequence[:40],
            )
        )
    rows = table.rows_of(sequence or table.sequences[0])
    taken = say(
        "The series {name!r} of {all} is used.",
        name=(sequence or table.sequences[0])[:40],
        all=len(table.sequences),
    )
    steps = describe_steps(table.times[rows], table.time_unit) if table.times is not None else ""
    return rows, [taken, steps] if steps else [taken]


def _choose(table: Table, number: int, rows: np.ndarray) -> int:
    if number > len(table.columns):
        raise ValueError(
            say(
                "{what}: expected a column from 1 to {columns}, got {got}. Choose another.",
                what="column",
                columns=len(table.columns),
                got=number,
            )
        )
    return number or default_column(table, rows)


def _numbers(column: Column, number: int, rows: np.ndarray) -> np.ndarray:
    if not _is_usable(column, rows):
        share = 100.0 if column.numbers is None else 100 * np.isnan(column.numbers[rows]).mean()
        lack = say("{share:.0f} % are missing or no numbers", share=float(share))
        if column.problem:
            lack = say("{lack}: {problem}", lack=lack, problem=column.problem)
        raise ValueError(
            say(
                "{what}: expected a column of numbers, got {got!r}, of which {lack}. Choose another column.",
                what="column",
                got=cut(column.name),
                lack=lack,
            )
        )
    assert column.numbers is not None  # it is usable
    return column.numbers[rows]


def _is_usable(column: Column, rows: np.ndarray | None) -> bool:
    if column.numbers is None:
        return False
    numbers = column.numbers if rows is None else column.numbers[rows]
    return bool(len(numbers)) and float(np.isnan(numbers).mean()) <= MAX_MISSING_SHARE


def _range(column: Column, rows: np.ndarray | None) -> float:
    assert column.numbers is not None
    numbers = column.numbers if rows is None else column.numbers[rows]
    return float(np.nanmax(numbers) - np.nanmin(numbers))


def _is_helper(column: Column) -> bool:
    """Whether the column numbers its rows, is a part of the time or names something, by its numbers and its name."""
    assert column.numbers is not None
    known = column.numbers[~np.isnan(column.numbers)]
    names_something = bool(CODE_NAME.search(column.name)) and bool((known == known.round()).all())
    return (
        names_something
        or as_time_numbers(column.name, column.numbers)
        or is_part_of_time(column.name, column.numbers)
    )


def _is_flag(column: Column) -> bool:
    assert column.numbers is not None
    known = np.unique(column.numbers[~np.isnan(column.numbers)])
    return len(known) <= MAX_FLAGS and bool((known == known.round()).all())


def _no_numbers(table: Table) -> str:
    column = next((c for c in table.columns if c.problem and c.problem != IS_TIME), None)
    got = say("none")
    if column is not None:
        got = say(
            "none (in {column!r}, {problem})", column=cut(column.name), problem=column.problem
        )
    return say(
        "file: expected a column of numbers, got {got}. Write one number on each line, "
        "or columns with names in the first line.",
        got=got,
    )


def _how(table: Table, number: int) -> str:
    """A sentence on which column was read, and how."""
    column = table.columns[number - 1]
    values = {"name": cut(column.name), "number": number, "all": len(table.columns)}
    if not column.note:
        return say("Column {name!r} ({number} of {all}).", **values)
    return say("Column {name!r} ({number} of {all}): {how}.", how=column.note, **values)


def _fill(values: np.ndarray) -> tuple[np.ndarray, str]:
    """(without missing values, a sentence on them)."""
    missing = np.isnan(values)
    if not missing.any():
        return values.copy(), ""
    there = np.flatnonzero(~missing)
    filled = np.interp(np.arange(len(values)), there, values[there])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], missing.astype(int), [0]])))
    longest = int((edges[1::2] - edges[::2]).max())
    number = int(missing.sum())
    if longest >= LONG_GAP:
        return filled, say(
            "{n} missing values were filled in between the neighbours, up to {longest} in a row.",
            n=number,
            longest=longest,
        )
    return filled, count(
        number,
        say("{n} missing value was filled in between the neighbours."),
        say("{n} missing values were filled in between the neighbours."),
    )


def _thin(series: np.ndarray) -> tuple[np.ndarray, list[str]]:
    if len(series) <= MAX_VALUES:
        return series, []
    rows = -(-len(series) // MAX_VALUES)
    rest = len(series) % rows
    thinned = series[: len(series) - rest].reshape(-1, rows, series.shape[1]).mean(1)
    if not rest:
        return thinned, [say("Each value is the mean of {rows} rows.", rows=rows)]
    return thinned, [
        say(
            "Each value is the mean of {rows} rows, the last {rest} left out.", rows=rows, rest=rest
        )
    ]


def _check(series: np.ndarray, name: str) -> None:
    if len(series) < MIN_VALUES:
        raise ValueError(
            say(
                "file: expected at least {least} values, got {number}. Use a longer series.",
                least=MIN_VALUES,
                number=len(series),
            )
        )
    if series.max() - series.min() < MIN_CHANGE:
        raise ValueError(
            say(
                "{what}: expected a column that changes, got {got!r} with {value:g} {number} times. "
                "Choose another.",
                what="column",
                got=cut(name),
                value=float(series[0]),
                number=len(series),
            )
        )
