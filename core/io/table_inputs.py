"""Columns of a reader's table as the inputs of a model.

x, labels = read_inputs(content, columns=(2, 3, 5), scaled=True)      # [T, 1, 3]
rows = rows_by_sequence(content, 1)["walk 7"]                          # of one of several sequences
x, labels = read_inputs(content, columns=(2, 3, 5), rows=rows)
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from ..common.messages import say
from ..tasks.data.csv_table import Table, read_table
from .corpus_text import SEQUENCE_NAMES
from .user_sequences import MAX_STEPS


def number_columns(table: Table) -> dict[int, str]:
    """Number of a column, from 1 -> its name, of the columns of numbers that are no time and no sequence's name."""
    return {
        k: column.name
        for k, column in enumerate(table.columns, 1)
        if column.numbers is not None and k not in table.helpers
    }


@lru_cache(maxsize=4)
def naming_columns(content: str) -> Mapping[int, str]:
    """Number of a column, from 1 -> its name, of those that can name the sequence of each row: what stands in it
    comes several times, and it is no time."""
    table, naming = read_table(content), {}
    for k, column in enumerate(table.columns, 1):
        names = len(set(column.cells))
        if k == table.sequence_column or (k != table.time and 1 < names <= table.rows // 2):
            naming[k] = column.name
    return naming


def likely_naming_column(content: str) -> int:
    """The column that names the sequences, by the times that come several times, or by its own name; 0 for none."""
    table = read_table(content)
    if table.sequence_column is not None:
        return table.sequence_column
    naming = naming_columns(content)
    return next((k for k, name in naming.items() if name.strip().lower() in SEQUENCE_NAMES), 0)


@lru_cache(maxsize=4)
def rows_by_sequence(content: str, naming: int) -> Mapping[str, np.ndarray]:
    """Name of a sequence -> its rows in the table, int64 [n], in the order of the table.

    naming: number of the column with the names; 0: all rows are one sequence, which is called "".
    """
    table = read_table(content)
    if not naming:
        return {"": np.arange(table.rows)}
    if naming == table.sequence_column:  # two columns may name them together
        return {name: table.rows_of(name) for name in table.sequences}
    rows: dict[str, list[int]] = {}
    for row, cell in enumerate(table.columns[naming - 1].cells):
        rows.setdefault(cell.strip(), []).append(row)
    return {name: np.array(those) for name, those in rows.items()}


def likely_input_columns(content: str, naming: int, inputs: int) -> tuple[int, ...]:
    """The first columns of numbers, so many as a model reads; those that only count the lines of each sequence last.

    naming: number of the column that names the sequences, which is none of them; 0: the table is one sequence.
    """
    table = read_table(content)
    names = [k for k in number_columns(table) if k != naming]
    counting = [k for k in names if _counts(table, k, rows_by_sequence(content, naming))]
    return tuple([*(k for k in names if k not in counting), *counting][:inputs])


def _counts(table: Table, number: int, sequences: Mapping[str, np.ndarray]) -> bool:
    """Whether a column of numbers rises by 1 with each line of every sequence."""
    values = table.columns[number - 1].numbers
    assert values is not None
    steps = np.concatenate([np.diff(values[rows]) for rows in sequences.values()])
    return len(steps) > 0 and bool((steps == 1).all())


def read_inputs(
    content: str,
    columns: Sequence[int],
    scaled: bool = False,
    first: int = 1,
    most: int = MAX_STEPS,
    rows: np.ndarray | None = None,
) -> tuple[Tensor, tuple[str, ...]]:
    """Those columns, numbered from 1, in their order, from line `first` of the sequence on: (x [T, 1, I], a label for
    each step, which is its line's number).

    rows: of the sequence, int64 [n]; None: the table is one sequence. scaled: each column has mean 0 and standard
    deviation 1 over the whole table. most: steps that are read.
    ValueError for a column without numbers, and for a gap.
    """
    table, values = read_table(content), _read_columns(content, tuple(columns), scaled)
    values = values if rows is None else values[rows]
    if not 1 <= first <= len(values):
        raise ValueError(
            say(
                "First line: expected 1 to {lines}, got {got}. Choose another one.",
                lines=len(values),
                got=first,
            )
        )
    values = values[first - 1 : first - 1 + min(most, MAX_STEPS)]
    gaps = np.argwhere(~np.isfinite(values))
    if len(gaps):
        line, place = gaps[0]
        raise ValueError(
            say(
                "CSV file: expected a number in every line, got a gap in line {line} of {column}. "
                "Choose other lines, or fill it.",
                line=first + int(line),
                column=table.columns[columns[int(place)] - 1].name[:40],
            )
        )
    labels = tuple(str(first + k) for k in range(len(values)))
    return torch.tensor(values, dtype=torch.float64)[:, None], labels


@lru_cache(maxsize=2)
def _read_columns(content: str, columns: tuple[int, ...], scaled: bool) -> np.ndarray:
    """The numbers of those columns in the whole table [rows, I], as for `read_inputs`; nobody writes into them."""
    table = read_table(content)
    if not columns:
        raise ValueError(
            say("Columns: expected at least one, got none. Choose those that the model reads.")
        )
    arrays = []
    for number in columns:
        column = table.columns[number - 1] if 1 <= number <= len(table.columns) else None
        if column is None or column.numbers is None:
            raise ValueError(
                say(
                    "Columns: expected columns of numbers, got {name}. Choose others.",
                    name=str(number) if column is None else column.name[:40],
                )
            )
        arrays.append(column.numbers)
    values = np.stack(arrays, 1)
    if scaled:
        spread = np.nanstd(values, 0)
        values = (values - np.nanmean(values, 0)) / np.where(spread > 0, spread, 1.0)
    return values
