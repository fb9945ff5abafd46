"""Rows of the reader's table as what a whole model reads: one of its sequences, and the columns of the inputs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.io.table_inputs import (
    likely_input_columns,
    likely_naming_column,
    naming_columns,
    number_columns,
    read_inputs,
    rows_by_sequence,
)
from core.io.user_sequences import MAX_STEPS
from core.tasks.data.csv_table import read_table
from dashboard.common.i18n import _
from dashboard.session import sticky
from dashboard.views.yours.sequence import Sequence
from dashboard.widgets.choice import pick_option

FIRST_LINES = 50  # of a table that is one sequence


@dataclass(frozen=True)
class ChosenRows:
    """content: of the table. sequences: name -> the rows of each sequence. chosen: the name of the one that is read,
    so many `lines` of it from line `first` on. columns, scaled: as for `read_inputs`.
    """

    content: str
    sequences: Mapping[str, np.ndarray]
    chosen: str
    first: int
    lines: int
    columns: tuple[int, ...]
    scaled: bool

    @property
    def rows(self) -> np.ndarray:
        """The rows of the table that are read, int64 [T]."""
        return self.sequences[self.chosen][self.first - 1 :][: self.lines]

    def read_chosen(self) -> Sequence:
        """What is read: (x [T, 1, I], a label for each step)."""
        return self.read(self.chosen, self.first, self.lines)

    def read(self, name: str, first: int = 1, lines: int = MAX_STEPS) -> Sequence:
        """The same of another sequence."""
        rows = self.sequences[name]
        return read_inputs(self.content, self.columns, self.scaled, first, lines, rows)


def choose_rows(content: str, inputs: int) -> ChosenRows:
    """The controls for a table. inputs: numbers that the model reads at a step. ValueError for other columns."""
    naming, sequences, chosen = _choose_sequence(content)
    names = number_columns(read_table(content))
    names = {k: name for k, name in names.items() if k != naming}
    likely = likely_input_columns(content, naming, inputs)
    columns = [k for k in sticky.get_value("whole columns", likely) if k in names]
    st.multiselect(
        _("Columns, in the order of the model’s {n} inputs", n=inputs),
        list(names),
        columns,
        format_func=lambda k: f"{k}: {names[k][:40]}",
        placeholder=_("none"),
        **sticky.connect("whole columns", columns),
    )
    scaled = sticky.get_value("whole scaled", False)
    st.toggle(
        _("Scale each column to mean 0 and deviation 1"),
        scaled,
        help=_("Do what was done before training. The file does not say it."),
        **sticky.connect("whole scaled", scaled),
    )
    lines = len(sequences[chosen])
    left, right = st.columns(2)
    start = min(sticky.get_value("whole first line", 1), lines)
    most = min(sticky.get_value("whole lines", lines if naming else FIRST_LINES), MAX_STEPS)
    left.number_input(_("First line"), 1, lines, start, **sticky.connect("whole first line", start))
    right.number_input(_("Lines"), 1, MAX_STEPS, most, **sticky.connect("whole lines", most))
    if len(columns) != inputs:
        raise ValueError(
            _(
                "Columns: expected {n}, as many as the model reads, got {got}. Choose others above.",
                n=inputs,
                got=len(columns),
            )
        )
    return ChosenRows(content, sequences, chosen, start, most, tuple(columns), scaled)


def _choose_sequence(content: str) -> tuple[int, Mapping[str, np.ndarray], str]:
    """(the column that names the sequences, 0 for none; the rows of each; the name of the one that is read)."""
    naming = naming_columns(content)
    options = [0, *naming]
    column = pick_option(
        _("Column that names the sequence of each line"),
        options,
        "whole naming",
        lambda k: f"{k}: {naming[k][:40]}" if k else _("none: the table is one sequence"),
        options.index(likely_naming_column(content)),
    )
    sequences = rows_by_sequence(content, column)
    if not column:
        return 0, sequences, ""
    name = pick_option(
        _("Series"), list(sequences), "whole sequence", lambda name: name[:40] or repr(name)
    )
    return column, sequences, name
