"""Series with a label each: a line for each series (label and values), or a table with a line for each step."""

import re
from collections.abc import Sequence

import numpy as np

from ...common.messages import count, paragraph, say
from .csv_table import read_table
from .labels import (
    Labelled,
    is_label_column,
    quote,
    without_rare_classes,
)

MIN_VALUES = 8  # numbers on a line that is a series
MIN_ROWS, MIN_STEPS = 40, 3  # of a long table; mean length of its series
LINE_SHARE = 0.9  # of lines that must be of the form
SAMPLE_LINES = 200
LARGEST = 1e30
LINE_SEPARATORS = ("\t", ";", ",", " ")
MISSING = frozenset(("", "nan", "na", "null", "none", "?"))
COUNTED_NAME = re.compile(r"(\D*)(\d+)")
LABEL_NAMES = "label class category target y activity outcome diagnosis 标签 类别"


def read_labelled_series(content: str, label_column: int) -> Labelled | None:
    """See `core.tasks.data.labelled.read_labelled`; None where the file has neither form."""
    lines = [
        line for line in re.split(r"\r\n|\r|\n", content.removeprefix("\ufeff")) if line.strip()
    ]
    return _series_on_lines(lines, label_column) or _long_table(lines, label_column)


# ---------------------------------------------------------------- a line for each series


def _series_on_lines(lines: list[str], label_column: int) -> Labelled | None:
    for separator in LINE_SEPARATORS:
        sample = [_fields(line, separator) for line in lines[:SAMPLE_LINES]]
        heading = _has_counted_heading(sample)
        if not heading and _is_heading_of_table(sample):
            continue
        sample = sample[heading:]
        fitting = sum(_is_series(row) for row in sample)
        if len(sample) >= 10 and fitting >= LINE_SHARE * len(sample):
            rows = [_fields(line, separator) for line in lines[heading:]]
            return _labelled_lines(rows, label_column)
    return None


def _fields(line: str, separator: str) -> list[str]:
    cells = line.split() if separator == " " else line.split(separator)
    return [cell.strip().strip('"') for cell in cells]


def _has_counted_heading(rows: list[list[str]]) -> bool:
    """Whether the first row names steps that count up (t1, t2, ...), which columns of a table do not."""
    if not rows or len(rows[0]) <= MIN_VALUES:
        return False
    names = [COUNTED_NAME.fullmatch(cell) for cell in rows[0][1:-1]]
    if not all(names):
        return False
    numbers = [int(name[2]) for name in names if name]
    return len({name[1] for name in names if name}) == 1 and bool((np.diff(numbers) == 1).all())


def _is_heading_of_table(rows: list[list[str]]) -> bool:
    """Whether the first row names columns, none of them by a number, and the second does not."""
    return (
        len(rows) > 1
        and not any(_number(cell) is not None for cell in rows[0])
        and _is_series(rows[1])
    )


def _is_series(row: list[str]) -> bool:
    inner = [cell for cell in row[1:-1] if cell.lower() not in MISSING]
    return len(inner) >= MIN_VALUES - 1 and all(_number(cell) is not None for cell in inner)


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if abs(value) <= LARGEST else None


def _labelled_lines(rows: list[list[str]], label_column: int) -> Labelled | None:
    whole = [row for row in rows if _is_series(row)]
    width = max(map(len, whole))
    candidates = {}
    if _are_labels([row[0] for row in whole]):
        candidates[1] = say("first value")
    if all(len(row) == width for row in whole) and _are_labels([row[-1] for row in whole]):
        candidates[width] = say("last value")
    if not candidates or (label_column and label_column not in candidates):
        return None
    label = label_column or min(candidates)
    values = [row[1:] if label == 1 else row[:-1] for row in whole]
    labels = [_plain(row[0] if label == 1 else row[-1]) for row in whole]
    series = [_as_series(row) for row in values]
    notes = [
        say(
            "Each line is one series: its {label} is the label, {lengths}.",
            label=candidates[label],
            lengths=_lengths(series),
        )
    ]
    if len(candidates) > 1:
        notes.append(say("The label could also be the last value: choose the label column."))
    if len(whole) < len(rows):
        odd = next(row for row in rows if not _is_series(row))
        notes.append(
            count(
                len(rows) - len(whole),
                say("{n:,} line left out, not a label and at least {least} numbers: {line}."),
                say("{n:,} lines left out, not a label and at least {least} numbers: {line}."),
                least=MIN_VALUES,
                line=quote(" ".join(odd)),
            )
        )
    return _labelled(series, labels, ("value",), label, candidates, notes)


def _are_labels(cells: list[str]) -> bool:
    """As `is_label_column`, for cells that are words or whole numbers."""
    numbers = [_number(cell) for cell in cells]
    whole = all(number is None or number == round(number) for number in numbers)
    return whole and is_label_column([_plain(cell) for cell in cells])


def _plain(cell: str) -> str:
    """A label without the noughts of a whole number: 1.0000000e+00 is 1."""
    value = _number(cell)
    return (
        str(int(value))
        if value is not None and value == round(value) and abs(value) < 1e9
        else cell
    )


def _as_series(cells: list[str]) -> np.ndarray:
    """float64 [n, 1]: without missing values at the end, those inside filled in between their neighbours."""
    numbers = [_number(cell) for cell in cells]
    values = np.array([np.nan if number is None else number for number in numbers])
    return _filled(values[:, None])


def _filled(values: np.ndarray) -> np.ndarray:
    """[n, I] without rows at the end that have no value; other missing values by linear interpolation."""
    known = ~np.isnan(values)
    rows = np.flatnonzero(known.any(1))
    values, known = values[: rows[-1] + 1].copy(), known[: rows[-1] + 1]
    steps = np.arange(len(values))
    for k in range(values.shape[1]):
        if not known[:, k].all():
            inside = known[:, k]
            filled = np.interp(steps, steps[inside], values[inside, k]) if inside.any() else 0.0
            values[:, k] = filled
    return values


def _lengths(series: Sequence[np.ndarray]) -> str:
    lengths = [len(each) for each in series]
    short, long = min(lengths), max(lengths)
    if short == long:
        return say("{n} values follow", n=long)
    return say("{short} to {long} values follow", short=short, long=long)


# ---------------------------------------------------------------- a line for each step


def _long_table(lines: list[str], label_column: int) -> Labelled | None:
    """A table whose heading names, among others, a column of series, one of labels and one or more of values."""
    if len(lines) < MIN_ROWS or not _may_be_table(lines[:SAMPLE_LINES]):
        return None
    try:
        table = read_table("\n".join(lines))
    except ValueError:
        return None
    names = [column.name for column in table.columns]
    cells = [[cell.strip() for cell in column.cells] for column in table.columns]
    found = _sequence_and_labels(cells, names, label_column)
    if found is None:
        return None
    sequence, candidates = found
    label = label_column - 1 if label_column else candidates[-1]
    numeric = {
        k: column.numbers
        for k, column in enumerate(table.columns)
        if column.numbers is not None
        and k not in {sequence, *candidates}
        and k + 1 not in table.helpers
        and np.nanmax(column.numbers) > np.nanmin(column.numbers)
        and not _only_counts(column.numbers)
    }
    if not numeric:
        return None
    places: dict[str, list[int]] = {}
    for row, name in enumerate(cells[sequence]):
        places.setdefault(name, []).append(row)
    values = np.stack(list(numeric.values()), 1)
    empty = [name for name, rows in places.items() if np.isnan(values[rows]).all()]
    rows_of = [rows for name, rows in places.items() if name not in set(empty)]
    input_names = tuple(names[k] for k in numeric)
    notes = [
        say(
            "{n:,} series named by {column}; the label is {label}; values: {values}.",
            n=len(rows_of),
            column=quote(names[sequence]),
            label=quote(names[label]),
            values=", ".join(map(quote, input_names)),
        )
    ]
    if empty:
        notes.append(
            say(
                "{n} series without any number left out, such as {example}.",
                n=len(empty),
                example=quote(empty[0]),
            )
        )
    order = [note for note in table.notes if "order" in note or "sorted" in note]
    return _labelled(
        [_filled(values[rows]) for rows in rows_of],
        [_plain(cells[label][rows[0]]) for rows in rows_of],
        input_names,
        label + 1,
        {k + 1: names[k] for k in candidates},
        [*notes, *order],
    )


def _may_be_table(lines: list[str]) -> bool:
    """Whether most lines have as many separators as the first, and it at least two."""
    counts = {separator: lines[0].count(separator) for separator in LINE_SEPARATORS[:3]}
    separator = max(counts, key=lambda each: counts[each])
    same = sum(line.count(separator) == counts[separator] for line in lines)
    return counts[separator] >= 2 and same >= LINE_SHARE * len(lines)


def _sequence_and_labels(
    columns: list[list[str]], names: list[str], label_column: int
) -> tuple[int, list[int]] | None:
    """(the column that names the series, the columns that have one label for each): the first that fits."""
    for sequence, cells in enumerate(columns):
        different = set(cells)
        if len(different) < 10 or len(different) * MIN_STEPS > len(cells):
            continue
        labels = []
        for k, others in enumerate(columns):
            pairs = set(zip(cells, others, strict=True))
            if k != sequence and len(pairs) == len(different):
                by_series = [label for _, label in pairs]
                named = names[k].lower() in LABEL_NAMES.split()
                words = any(_number(cell) is None for cell in by_series)
                if is_label_column(by_series) and (named or words or k == label_column - 1):
                    labels.append(k)
        if labels and (not label_column or label_column - 1 in labels):
            return sequence, labels
    return None


def _only_counts(numbers: np.ndarray) -> bool:
    """Whether a column numbers the steps of each series: whole numbers that rise by one, and begin again."""
    steps = np.diff(numbers)
    return bool((numbers == numbers.round()).all()) and bool((steps[steps > 0] == 1).all())


def _labelled(
    series: list[np.ndarray],
    labels: list[str],
    input_names: tuple[str, ...],
    label: int,
    candidates: dict[int, str],
    notes: Sequence[str],
) -> Labelled:
    stays, rare = without_rare_classes(labels)
    return Labelled(
        texts=(),
        series=tuple(series[k] for k in stays),
        labels=tuple(labels[k] for k in stays),
        input_names=input_names,
        label_column=label,
        label_columns=candidates,
        note=paragraph([*notes, *rare]),
    )
