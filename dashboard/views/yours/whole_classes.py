"""A column of the reader's table as the classes of a whole model: which column, and which class is which output."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.common.messages import say
from core.io.table_classes import (
    FIELD,
    ORDER_FIELD,
    ClassColumn,
    class_columns,
    is_sure,
    likely_class_column,
    output_orders,
    read_classes,
    typed_order,
)
from core.io.whole_model.targets import Targets
from core.tasks.data.csv_table import Table
from dashboard.common.i18n import N_, _, join_words
from dashboard.common.markdown import escape_markdown
from dashboard.session import sticky
from dashboard.widgets.choice import draw_list, pick_option

Order = tuple[str, ...]
TYPED: Order = ()  # in place of an order: the reader writes one
WAYS = {
    "from 0": N_("the numbers are those of the outputs, from 0"),
    "from 1": N_("the numbers are those of the outputs, from 1"),
    "ascending": N_("{order}: in ascending order"),
    "alphabetical": N_("{order}: in alphabetical order"),
    "file": N_("{order}: as they come in the file"),
}
SHOWN_CLASSES, SHOWN_CHARACTERS = 5, 20


@dataclass(frozen=True)
class ChosenColumn:
    """A column of classes, and the class of each output."""

    column: ClassColumn
    order: Order
    outputs: int

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each output: its class, or its number where it has none."""
        classes = self.order + ("",) * (self.outputs - len(self.order))
        return tuple(name or str(k) for k, name in enumerate(classes))

    def targets(self, steps: Sequence[int], rows: np.ndarray) -> Targets:
        """The steps with a class, and the output of each one's class. rows: in the table, of all steps of a sequence."""
        return self.column.targets(steps, [int(rows[step]) for step in steps], self.order)


def choose_class_column(
    table: Table, rows: np.ndarray, outputs: int, is_at_end: bool
) -> ChosenColumn:
    """The controls for the column and its order. rows: that are read. is_at_end: the class of the last one counts.

    ValueError where the column holds no such classes, or its order is not chosen.
    """
    column = read_classes(table, _pick_column(table, outputs), outputs)
    order = _pick_order(column, outputs)
    if is_at_end and len({column.cells[row] for row in rows}) > 1:
        st.caption(_("The class changes within these lines: that of the last one counts."))
    return ChosenColumn(column, order, outputs)


def _pick_column(table: Table, outputs: int) -> int:
    likely, names = likely_class_column(table, outputs), class_columns(table)
    return pick_option(
        _(FIELD),
        list(names),
        "whole class column",
        lambda k: f"{k}: {names[k][:40]}",
        list(names).index(likely),
    )


def _pick_order(column: ClassColumn, outputs: int) -> Order:
    """The class of each output: as the numbers say in one way alone, else as the reader says."""
    orders = output_orders(column.classes, outputs)
    if is_sure(orders):
        way, order = next(iter(orders.items()))
        st.caption(escape_markdown(_describe(way, order)))
        return order
    way_of = {order: way for way, order in orders.items()}
    options = [*way_of, *([] if "from 0" in orders else [TYPED])]
    chosen = sticky.get_value("whole class order", None)
    chosen = chosen if chosen in options else None
    draw_list(
        _(ORDER_FIELD),
        options,
        None if chosen is None else options.index(chosen),
        format_func=lambda order: (
            _describe(way_of[order], order) if order else _("another order, which you write")
        ),
        help=_(
            "Which class is output 0, which output 1: as in your training. The file does not say it."
        ),
        **sticky.connect("whole class order", chosen),
    )
    if chosen is None:
        raise ValueError(
            say(
                "{what}: expected the one of your training, which the file does not say, got none. Choose it above.",
                what=ORDER_FIELD,
            )
        )
    if chosen != TYPED:
        return chosen
    text = sticky.get_value("whole class names", "\n".join(column.classes))
    st.text_area(
        _("Classes, from output 0 on: one a line"),
        text,
        height=110,
        **sticky.connect("whole class names", text),
    )
    return typed_order(text, column.classes, outputs)


def _describe(way: str, order: Order) -> str:
    named = [f"{k} = {name[:SHOWN_CHARACTERS]}" for k, name in enumerate(order) if name]
    some = [*named[:SHOWN_CLASSES], *(["…"] if len(named) > SHOWN_CLASSES else [])]
    return _(WAYS[way], order=join_words(some))
