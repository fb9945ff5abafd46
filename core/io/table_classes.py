"""A column of a reader's table as classes, and which output of a head each of them is.

    column = read_classes(table, 4, outputs=2)
    column.classes                                      # ("walk", "run"), in the order of the file
    orders = output_orders(column.classes, 2)           # {"alphabetical": ("run", "walk"), "file": ("walk", "run")}
    column.targets((0, 1), (7, 8), orders["file"])      # the steps, and the output of each: int64 [2]

No file says which class is output 0. Whole numbers that are those of the outputs in one way alone need no question; of
all others there are several orders, of which one is to be chosen.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from ..common.messages import listing, say
from ..tasks.data.csv_table import Column, Table
from .vocabulary import NO_TARGET

EMPTY_CELLS = ("", "na", "n/a", "nan", "null")
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
SHOWN_CLASSES, SHOWN_CHARACTERS = 4, 20
FIELD = say("Column with the class")  # the labels of the controls
ORDER_FIELD = say("Order of the classes")


@dataclass(frozen=True)
class ClassColumn:
    """name: of the column. classes: the different ones, in the order of the file. cells: the class in each row of the
    table, "" for an empty cell, “?” for none."""

    name: str
    classes: tuple[str, ...]
    cells: tuple[str, ...] = field(repr=False)

    def targets(
        self, steps: Sequence[int], rows: Sequence[int], order: Sequence[str]
    ) -> tuple[tuple[int, ...], Tensor]:
        """(the steps with a class, the output of each one's class, int64 [K]); “?” stands in a row that has none.

        rows: of the steps, in the table, from 0. order: the class of each output. ValueError for an empty cell, and
        where no step has a class.
        """
        cells = [self.cells[row] for row in rows]
        if "" in cells:
            raise ValueError(
                say(
                    "{what}: expected a class at each step with a loss, got an empty cell at step {step} in {column}. "
                    "Fill it, with “?” where a step has none.",
                    what=FIELD,
                    step=steps[cells.index("")] + 1,
                    column=self.name[:40],
                )
            )
        known = [k for k, cell in enumerate(cells) if cell != NO_TARGET]
        if not known:
            raise ValueError(
                say(
                    "{what}: expected a class at some step with a loss, got “?” alone in {column}. Choose other lines.",
                    what=FIELD,
                    column=self.name[:40],
                )
            )
        number_of = {name: k for k, name in enumerate(order) if name}
        return tuple(steps[k] for k in known), torch.tensor([number_of[cells[k]] for k in known])


def class_columns(table: Table) -> dict[int, str]:
    """Number of a column, from 1 -> its name, of those that can hold classes: words or whole numbers, and no time."""
    return {
        k: column.name
        for k, column in enumerate(table.columns, 1)
        if k != table.time and (column.numbers is None or _are_whole(column.numbers))
    }


def likely_class_column(table: Table, outputs: int) -> int:
    """Number of the last of these columns with 2 classes to as many as there are outputs, one of words before one of
    numbers; without any, of the last one. ValueError where no column can hold classes."""
    numbers = [*class_columns(table)]
    if not numbers:
        raise ValueError(
            say(
                "{what}: expected a column of words or whole numbers, got none. Choose another file.",
                what=FIELD,
            )
        )
    fitting = [
        k for k in numbers if 2 <= len(_classes(_class_cells(table.columns[k - 1]))) <= outputs
    ]
    words = [k for k in fitting if table.columns[k - 1].numbers is None]
    return (words or fitting or numbers)[-1]


def _are_whole(numbers: np.ndarray) -> bool:
    known = numbers[~np.isnan(numbers)]
    return bool((known == np.round(known)).all())


def read_classes(table: Table, number: int, outputs: int) -> ClassColumn:
    """The column of that number, from 1. ValueError for fewer than two classes, and for more than there are outputs."""
    column = table.columns[number - 1]
    cells = _class_cells(column)
    classes = _classes(cells)
    if not 2 <= len(classes) <= outputs:
        raise ValueError(
            say(
                "{what}: expected 2 to {outputs} classes, as the head has outputs, got {n} in {column} ({classes}). "
                "Choose another column.",
                what=FIELD,
                outputs=outputs,
                n=len(classes),
                column=column.name[:40],
                classes=_list_classes(classes) if classes else say("all cells are empty"),
            )
        )
    return ClassColumn(column.name, classes, cells)


def _classes(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(cells) if name not in ("", NO_TARGET))


def _class_cells(column: Column) -> tuple[str, ...]:
    cells = [cell.strip() for cell in column.cells]
    cells = ["" if cell.lower() in EMPTY_CELLS else cell for cell in cells]
    if column.numbers is None:
        return tuple(cells)
    return tuple(  # "1", "1.0" and "01" are one class
        cell if np.isnan(v) else str(int(v)) for cell, v in zip(cells, column.numbers, strict=True)
    )


def _list_classes(classes: Sequence[str]) -> str:
    """The first classes, short enough for a sentence."""
    some = [name[:SHOWN_CHARACTERS] for name in classes[:SHOWN_CLASSES]]
    return listing([*some, "…"] if len(classes) > SHOWN_CLASSES else some)


def output_orders(classes: Sequence[str], outputs: int) -> Mapping[str, tuple[str, ...]]:
    """Way -> the class of each output, "" for an output without one, for each way to read the classes.

    "from 0", "from 1": whole numbers that are those of the outputs. Where they can be neither: "ascending" numbers, or
    words "alphabetical" and as they come in the "file".
    """
    by_number = {int(name): name for name in classes if WHOLE_NUMBER.fullmatch(name)}
    if len(by_number) == len(classes):
        fitting = {
            f"from {first}": tuple(by_number.get(k + first, "") for k in range(outputs))
            for first in (0, 1)
            if all(0 <= number - first < outputs for number in by_number)
        }
        return fitting or {"ascending": tuple(by_number[n] for n in sorted(by_number))}
    alphabetical = tuple(sorted(classes))
    in_file = {} if alphabetical == tuple(classes) else {"file": tuple(classes)}
    return {"alphabetical": alphabetical, **in_file}


def is_sure(orders: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the numbers of the outputs stand in the column, in one way alone."""
    return len(orders) == 1 and next(iter(orders)).startswith("from")


def typed_order(text: str, classes: Sequence[str], outputs: int) -> tuple[str, ...]:
    """The class of each output from a text with a class on each line, or with commas between.

    Classes that the column lacks may stand in it. ValueError where one of the column's own is missing or comes twice,
    and for more than there are outputs.
    """
    names = [name.strip() for name in text.replace(",", "\n").splitlines()]
    names = [name for name in names if name]
    missing = [name for name in classes if name not in names]
    twice = [name for k, name in enumerate(names) if name in names[:k]]
    if missing or twice or len(names) > outputs:
        got = say("{n} classes", n=len(names))
        if missing:
            got = say("none for {name!r}", name=missing[0][:SHOWN_CHARACTERS])
        elif twice:
            got = say("{name!r} twice", name=twice[0][:SHOWN_CHARACTERS])
        raise ValueError(
            say(
                "{what}: expected each class once, at most {outputs}, as the head has outputs, got {got}. "
                "Write them from output 0 on.",
                what=ORDER_FIELD,
                outputs=outputs,
                got=got,
            )
        )
    return tuple(names)
