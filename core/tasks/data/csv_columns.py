"""The columns of a reader's table that a forecast needs: its target, and what is read to predict it."""

from collections.abc import Mapping

import numpy as np

from ...common.messages import Sentence, say, sentence_of
from .csv_series import default_column, read_columns
from .csv_table import read_table
from .windows import Columns


def read_target_and_inputs(
    file: str, target: int, inputs: tuple[int, ...], sequence: str
) -> Columns:
    """target: number of a column from 1, 0 for the default one. inputs: numbers, () for the target alone.

    ValueError with a sentence that names the option which asks for a column that cannot be used.
    """
    target = target or _default_target(file, sequence)
    inputs = inputs or (target,)
    numbers = (target, *(number for number in inputs if number != target))
    for number in numbers:
        option = "target" if number == target else "inputs"
        _read(file, (number,), sequence, option)
    values, names, note = _read(file, numbers, sequence, "target")
    names = tuple(
        name if names.count(name) == 1 else f"{name} ({number})"
        for name, number in zip(names, numbers, strict=True)
    )
    return Columns(values, names, note, tuple(numbers.index(number) for number in inputs))


def column_titles(file: str) -> Mapping[int, str]:
    """Number from 1 -> what to call it, of each column of numbers."""
    columns = enumerate(read_table(file).columns, 1)
    return {k: f"{k}: {column.name[:40]}" for k, column in columns if column.numbers is not None}


def sequence_titles(file: str) -> Mapping[str, str]:
    """The names of the series, where the file holds several."""
    return {name: name for name in read_table(file).sequences}


def _default_target(file: str, sequence: str) -> int:
    table = read_table(file)
    name = sequence or next(iter(table.sequences), "")
    return default_column(table, table.rows_of(name) if name in table.sequences else None)


def _read(
    file: str, numbers: tuple[int, ...], sequence: str, option: str
) -> tuple[np.ndarray, tuple[str, ...], str]:
    try:
        return read_columns(file, numbers, sequence)
    except ValueError as error:
        raise ValueError(_name_setting(error, option)) from None


def _name_setting(error: ValueError, option: str) -> str:
    """The error's sentence, about this option where it is about a column."""
    sentence = sentence_of(error)
    if isinstance(sentence, Sentence) and sentence.values.get("what") == "column":
        return say(sentence.template, **{**sentence.values, "what": option})
    return sentence
