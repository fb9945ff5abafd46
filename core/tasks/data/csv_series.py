"""Series of numbers from a reader's CSV file, with a note on how the file was read.

Commas in numbers are read in one way for a whole column. They group thousands ("1,100") if every number
with a comma in that column allows it, and either the columns are separated by commas or a number of the
column is certain ("1,100,200"). Otherwise they are decimal commas ("3,5", "1.100,5"). The note tells which.
"""

import csv
import io
from functools import lru_cache

import numpy as np
import pandas as pd

from .csv_time import as_time_numbers, is_time_name, parse_times
from .series import MIN_CHANGE, Series

MIN_VALUES = 40  # values; fewer cannot be split into training and held-out data
MAX_ROWS = 2_000_000  # of a file
MAX_VALUES = 100_000  # that are trained on; a longer series is thinned to as many
MAX_MISSING_SHARE = 0.3  # of a column's values
MAX_ABSOLUTE = 1e30  # absolute value; windows and pictures are float32, and sums must not overflow
GROUPED_NUMBER = r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?"  # 1,100 and 1,100,200.5
CERTAINLY_GROUPED_NUMBER = (
    r"[-+]?[1-9]\d{0,2}(,\d{3}(,\d{3})+(\.\d*)?|,\d{3}\.\d*)"  # with two commas, or a point too
)


@lru_cache(maxsize=4)
def read_series(content: str, column: int = 0) -> Series:
    """Column number `column` of a CSV text, counted from 1; 0 takes the last column of numbers.

    The separator may be comma, semicolon or tab; a first line of names is recognised. A column of dates,
    or of numbers that only count rows or seconds, is the time: rows are sorted by it, and it is not used as
    the series unless `column` names it. Rows with an invalid time are dropped, missing values are
    interpolated, and in a series longer than MAX_VALUES neighbours are averaged.
    Raises ValueError with one sentence when the text has no such series.
    """
    table, separator, notes = _table(content)
    columns = {str(name): pd.Series(table[name]) for name in table.columns}
    parsed = {name: _numbers(cells, separator) for name, cells in columns.items()}
    numbers = {name: values for name, (values, _) in parsed.items()}
    numeric = [n for n in columns if numbers[n].notna().mean() >= 1 - MAX_MISSING_SHARE]
    clocks = {n: v for n in numeric if (v := as_time_numbers(n, numbers[n])) is not None}
    chosen = _chosen(column, numbers, numeric, clocks)
    timestamps, time_column = None, ""
    for other, cells in columns.items():
        if other != chosen and timestamps is None:
            timestamps = parse_times(cells) if other not in numeric else clocks.get(other)
            time_column = other
    others = [
        _short(n) for n in columns if n != chosen and (timestamps is None or n != time_column)
    ]
    column_note = f"column {_short(chosen)} of {len(columns)}" + parsed[chosen][1]
    notes = [column_note + (f", not used: {', '.join(others[:6])}" if others else ""), *notes]
    values = numbers[chosen]
    if timestamps is not None:
        undated = int(timestamps.isna().sum())
        if undated:
            notes.append(f"{undated} rows dropped, because their date does not exist")
        by_time = np.argsort(timestamps.to_numpy(), kind="stable")  # cells without a time last
        order = by_time[: len(timestamps) - undated]
        if (np.diff(order) < 0).any():
            notes.append(f"rows sorted by the time in {_short(time_column)}")
        else:
            notes.append(f"rows already in order of the time in {_short(time_column)}")
        values = values.iloc[order]
    missing = int(values.isna().sum())
    if missing:
        values = values.interpolate(limit_direction="both")
        notes.append(f"{missing} missing values filled in between their neighbours")
    series = values.to_numpy(np.float64, copy=True)
    if len(series) > MAX_VALUES:
        rows = -(-len(series) // MAX_VALUES)
        rest = len(series) % rows
        series = series[: len(series) - rest].reshape(-1, rows).mean(1)
        notes.append(
            f"thinned: each value is the mean of {rows} rows"
            + (f", the last {rest} left out" if rest else "")
        )
    _check(series)
    return Series(series, chosen[:40], f"{len(series)} values; " + "; ".join(notes))


def _chosen(
    column: int, numbers: dict[str, pd.Series], usable: list[str], clocks: dict[str, pd.Series]
) -> str:
    """The name of the column to use: number `column`, or for 0 the last that is no time."""
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
    series = [n for n in usable if n not in clocks]  # where all columns count, their names decide
    return (series or [n for n in usable if not is_time_name(n)] or usable)[-1]


def _check(series: np.ndarray) -> None:
    if len(series) < MIN_VALUES:
        raise ValueError(
            f"file: expected at least {MIN_VALUES} values, got {len(series)}. Use a longer series."
        )
    if series.max() - series.min() < MIN_CHANGE:
        raise ValueError(
            f"file: expected a column that changes, got {series[0]:g} {len(series)} times. Choose another."
        )


def _short(name: str) -> str:
    return repr(name[:40])


def _table(content: str) -> tuple[pd.DataFrame, str, list[str]]:
    """(cells as text, the separator, notes on dropped lines)."""
    all_lines = content.replace("\r\n", "\n").rstrip("\n").split("\n")
    lines = [line for line in all_lines if line.strip()]
    if not 2 <= len(lines) <= MAX_ROWS:
        raise ValueError(
            f"file: expected a table of 2 to {MAX_ROWS:,} lines, got {len(lines):,}. "
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
    blank = len(all_lines) - len(lines)
    return table, separator, [f"{blank} blank lines dropped"] if blank else []


def _numbers(cells: pd.Series, separator: str) -> tuple[pd.Series, str]:
    """(floats, NaN where a cell is no number up to MAX_ABSOLUTE; how its commas were read, "" without any)."""
    text, comma_note = cells.astype(str).str.strip(), ""
    commas = text.str.contains(",", regex=False)
    if commas.any():
        with_comma = text[commas]
        certain = separator == "," or bool(with_comma.str.fullmatch(CERTAINLY_GROUPED_NUMBER).any())
        if certain and bool(with_comma.str.fullmatch(GROUPED_NUMBER).all()):
            text = text.str.replace(",", "", regex=False)
            comma_note = ", commas group its thousands"
        else:
            decimal = with_comma.str.replace(".", "", regex=False).str.replace(
                ",", ".", n=1, regex=False
            )
            text, comma_note = text.where(~commas, decimal), ", with a decimal comma"
    parsed = np.asarray(pd.to_numeric(text, errors="coerce"), np.float64)
    return pd.Series(np.where(np.abs(parsed) <= MAX_ABSOLUTE, parsed, np.nan)), comma_note
