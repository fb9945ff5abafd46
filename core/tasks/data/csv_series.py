"""A series of numbers out of a reader's CSV file, and what was done to it on the way.

Numbers. Where a comma stands in a number, the whole column is read in one way: in a file with commas
between its columns, "1,100" groups thousands if every number with a comma in that column has its
commas so; in any other file, and in any other column, the comma is the decimal one ("3,5", "1.100,5").
Which of the two was taken is in the note.
"""

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from .csv_time import clock, named, times

LEAST = 40  # values: fewer cannot be split into something to learn and something to judge
MOST_CHARACTERS = 40_000_000  # of a file
MOST_ROWS = 2_000_000  # of a file
MOST_VALUES = 100_000  # that are trained on; a longer series is thinned to so many
MOST_MISSING = 0.3  # of a column's values
SMALLEST = 1e-30  # change: the square of a smaller one would be 0
LARGEST = 1e30  # in size, of a value: pictures and windows are float32, and sums must not overflow
GROUPED = r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?"  # 1,100 and 1,100,200.5
CERTAIN = (
    r"[-+]?[1-9]\d{0,2}(,\d{3}(,\d{3})+(\.\d*)?|,\d{3}\.\d*)"  # with two commas, or a point too
)
WINDOWS = (24, 12, 6, 3, 1)  # values that are read, the longest that fits


@dataclass(frozen=True)
class Series:
    """values: float64 [N], none missing. name: the column's. note: what was used, filled and dropped."""

    values: np.ndarray
    name: str
    note: str


def settings_for_series(**ahead: int) -> tuple[dict[str, Any], ...]:
    """Fields of Experiment for a series that may be short: a task's defaults are for thousands of values.

    ahead: the task's option that says how far it foretells.
    """
    suited = {
        **{"cell": "gru", "hidden_size": 32, "num_layers": 1, "dropout": 0.0, "batch_size": 32},
        **{"optimizer": "adam", "learning_rate": 0.003, "clipping": "norm"},
        "initialization": "torch",
    }
    return tuple({**suited, **ahead, "length": length} for length in WINDOWS)


@lru_cache(maxsize=4)
def read_series(content: str, column: int = 0) -> Series:
    """Column number `column` of a CSV text, counted from 1; 0 takes the last column of numbers.

    The separator may be comma, semicolon or tab; a first line of names is recognised. A column of dates,
    or of numbers that only count the rows or the seconds, is the time: rows are put in its order, and it
    is no series unless it is asked for. Rows whose time does not exist are dropped, missing values are
    filled in between their neighbours, and of a series longer than MOST_VALUES neighbours are averaged.
    Raises ValueError with one sentence when no series can be made of it.
    """
    table, separator, notes = _table(content)
    columns = {str(name): pd.Series(table[name]) for name in table.columns}
    read = {name: _numbers(cells, separator) for name, cells in columns.items()}
    numbers = {name: values for name, (values, _) in read.items()}
    usable = [n for n in columns if numbers[n].notna().mean() >= 1 - MOST_MISSING]
    clocks = {n: v for n in usable if (v := clock(n, numbers[n])) is not None}
    name = _chosen(column, numbers, usable, clocks)
    stamps, when = None, ""
    for each, cells in columns.items():
        if each != name and stamps is None:
            stamps = times(cells) if each not in usable else clocks.get(each)
            when = each
    others = [_short(n) for n in columns if n != name and (stamps is None or n != when)]
    said = f"column {_short(name)} of {len(columns)}" + read[name][1]
    notes = [said + (f", not used: {', '.join(others[:6])}" if others else ""), *notes]
    values = numbers[name]
    if stamps is not None:
        bad = int(stamps.isna().sum())
        if bad:
            notes.append(f"{bad} rows dropped, because their date does not exist")
        order = np.argsort(stamps.to_numpy(), kind="stable")[: len(stamps) - bad]  # no time: last
        if (np.diff(order) < 0).any():
            notes.append(f"rows sorted by the time in {_short(when)}")
        else:
            notes.append(f"rows already in order of the time in {_short(when)}")
        values = values.iloc[order]
    missing = int(values.isna().sum())
    if missing:
        values = values.interpolate(limit_direction="both")
        notes.append(f"{missing} missing values filled in between their neighbours")
    found = values.to_numpy(np.float64, copy=True)
    if len(found) > MOST_VALUES:
        each = -(-len(found) // MOST_VALUES)
        left = len(found) % each
        found = found[: len(found) - left].reshape(-1, each).mean(1)
        notes.append(
            f"thinned: each value is the mean of {each} rows"
            + (f", the last {left} left out" if left else "")
        )
    _check(found)
    return Series(found, name[:40], f"{len(found)} values; " + "; ".join(notes))


def _chosen(
    column: int, numbers: dict[str, pd.Series], usable: list[str], clocks: dict[str, pd.Series]
) -> str:
    """The name of the column to use: the one that was asked for, else the last that is no time."""
    if column > len(numbers):
        raise ValueError(
            f"column: expected a column from 1 to {len(numbers)}, got {column}. Choose another."
        )
    if column:
        name = list(numbers)[column - 1]
        if name not in usable:
            share = 100 * numbers[name].isna().mean()
            raise ValueError(
                f"column: expected a column of numbers, got {str(name)[:40]!r}, of which {share:.0f} % are "
                f"missing or no numbers. Choose another column."
            )
        return name
    if not usable:
        raise ValueError(
            "file: expected a column of numbers, got none. Write one number on each line, "
            "or columns with names in the first line."
        )
    series = [n for n in usable if n not in clocks]  # where all rise evenly, by their names
    return (series or [n for n in usable if not named(n)] or usable)[-1]


def _check(found: np.ndarray) -> None:
    if len(found) < LEAST:
        raise ValueError(
            f"file: expected at least {LEAST} values, got {len(found)}. Use a longer series."
        )
    if found.max() - found.min() < SMALLEST:
        raise ValueError(
            f"file: expected a column that changes, got {found[0]:g} {len(found)} times. Choose another."
        )


def _short(name: str) -> str:
    return repr(name[:40])


def _table(content: str) -> tuple[pd.DataFrame, str, list[str]]:
    """(cells as text, the separator, what was dropped)."""
    every = content.replace("\r\n", "\n").rstrip("\n").split("\n")
    lines = [line for line in every if line.strip()]
    if not 2 <= len(lines) <= MOST_ROWS:
        raise ValueError(
            f"file: expected a table of 2 to {MOST_ROWS:,} lines, got {len(lines):,}. "
            f"{'Upload a CSV file with a column of numbers.' if len(lines) < 2 else 'Use a part of it.'}"
        )
    try:
        separator = csv.Sniffer().sniff("\n".join(lines[:20]), ",;\t").delimiter
    except csv.Error:
        separator = ","
    first = [
        _numbers(pd.Series([cell]), separator)[0].notna().item()
        for cell in next(csv.reader(lines[:1], delimiter=separator))
    ]
    try:
        table = pd.read_csv(
            io.StringIO("\n".join(lines)),
            sep=separator,
            header=None if any(first) else 0,
            dtype=str,
            on_bad_lines="error",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error, ValueError) as error:
        raise ValueError(
            f"file: expected a CSV table, got: {str(error).strip()[:120]}. "
            "Give every line the same number of columns."
        ) from None
    table.columns = [
        f"column {k + 1}" if isinstance(name, int) else name for k, name in enumerate(table.columns)
    ]
    if not table.columns.is_unique:
        raise ValueError(
            "file: expected columns of different names, got one twice. Rename it in the first line."
        )
    blank = len(every) - len(lines)
    return table, separator, [f"{blank} blank lines dropped"] if blank else []


def _numbers(cells: pd.Series, separator: str) -> tuple[pd.Series, str]:
    """(floats, NaN where a cell is no number up to LARGEST; how its commas were read, "" without any)."""
    text, said = cells.astype(str).str.strip(), ""
    commas = text.str.contains(",", regex=False)
    if commas.any():
        some = text[commas]
        certain = separator == "," or bool(some.str.fullmatch(CERTAIN).any())
        if certain and bool(some.str.fullmatch(GROUPED).all()):
            text, said = text.str.replace(",", "", regex=False), ", commas group its thousands"
        else:
            whole = some.str.replace(".", "", regex=False).str.replace(",", ".", n=1, regex=False)
            text, said = text.where(~commas, whole), ", with a decimal comma"
    found = np.asarray(pd.to_numeric(text, errors="coerce"), np.float64)
    return pd.Series(np.where(np.abs(found) <= LARGEST, found, np.nan)), said
