"""A series of numbers out of a reader's CSV file, and what was done to it on the way."""

import csv
import io
import warnings
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

LEAST = 40  # values: fewer cannot be split into something to learn and something to judge
MOST_MISSING = 0.3  # of a column's values
LARGEST = 1e30  # in size, of a value: pictures and windows are float32, and sums must not overflow
DATES = 0.9  # a column of which so many cells are dates is the time


@dataclass(frozen=True)
class Series:
    """values: float64 [N], none missing. name: the column's. note: what was used, filled and dropped."""

    values: np.ndarray
    name: str
    note: str


@lru_cache(maxsize=4)
def read_series(content: str, column: int = 0) -> Series:
    """Column number `column` of a CSV text, counted from 1; 0 takes the last column of numbers.

    The separator may be comma, semicolon or tab; a first line of names is recognised. Rows with a
    date that does not exist are dropped, single missing values are filled in between their neighbours.
    Raises ValueError with one sentence when no series can be made of it.
    """
    table = _table(content)
    columns = {str(name): pd.Series(table[name]) for name in table.columns}
    numbers = {name: _numbers(cells) for name, cells in columns.items()}
    usable = [name for name in columns if numbers[name].notna().mean() >= 1 - MOST_MISSING]
    times = next((n for n in columns if n not in usable and _is_time(columns[n])), None)
    if column:
        if column > len(columns):
            raise ValueError(
                f"column: expected a column from 1 to {len(columns)}, got {column}. Choose another."
            )
        name = list(columns)[column - 1]
        if name not in usable:
            share = 100 * numbers[name].isna().mean()
            raise ValueError(
                f"column: expected a column of numbers, got {str(name)[:40]!r}, of which {share:.0f} % are "
                f"missing or no numbers. Choose another column."
            )
    elif usable:
        name = usable[-1]
    else:
        raise ValueError(
            "file: expected a column of numbers, got none. Write one number on each line, "
            "or columns with names in the first line."
        )
    values, notes = numbers[name], [f"column {str(name)[:40]!r} of {len(columns)}"]
    if times is not None:
        stamps = _times(columns[times])
        bad = int(np.isnat(stamps).sum())
        order = np.argsort(stamps, kind="stable")  # what is no time comes last
        values = values.iloc[order[: len(order) - bad]]
        if bad:
            notes.append(f"{bad} rows dropped, because their date does not exist")
    missing = int(values.isna().sum())
    if missing:
        values = values.interpolate(limit_direction="both")
        notes.append(f"{missing} missing values filled in between their neighbours")
    found = values.to_numpy(np.float64, copy=True)
    if len(found) < LEAST:
        raise ValueError(
            f"file: expected at least {LEAST} values, got {len(found)}. Use a longer series."
        )
    if found.min() == found.max():
        raise ValueError(
            f"file: expected a column that changes, got {found[0]:g} {len(found)} times. Choose another."
        )
    return Series(found, str(name)[:40], f"{len(found)} values; " + "; ".join(notes))


def _table(content: str) -> pd.DataFrame:
    lines = [line for line in content.replace("\r\n", "\n").split("\n") if line.strip()]
    if len(lines) < 2:
        raise ValueError(
            f"file: expected a table of lines, got {len(lines)}. Upload a CSV file with a column of numbers."
        )
    try:
        separator = csv.Sniffer().sniff("\n".join(lines[:20]), ",;\t").delimiter
    except csv.Error:
        separator = ","
    first = [_numbers(pd.Series([cell])).notna().item() for cell in lines[0].split(separator)]
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
    return table


def _numbers(cells: pd.Series) -> pd.Series:
    """Floats, NaN where a cell is no number up to LARGEST; a decimal comma is understood."""
    text = cells.astype(str).str.strip().str.replace(",", ".", n=1, regex=False)
    found = np.asarray(pd.to_numeric(text, errors="coerce"), np.float64)
    return pd.Series(np.where(np.abs(found) <= LARGEST, found, np.nan))


def _times(cells: pd.Series) -> np.ndarray:
    """datetime64 [N], NaT where a cell is no time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas warns where it has to guess the format
        stamps = pd.to_datetime(cells, errors="coerce", format="mixed", utc=True)
    return np.asarray(stamps.dt.tz_localize(None), "datetime64[ns]")


def _is_time(cells: pd.Series) -> bool:
    return bool((~np.isnat(_times(cells))).mean() >= DATES)
