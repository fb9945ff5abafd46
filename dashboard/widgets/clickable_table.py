"""A table to click on: anywhere on a row, or on the title of a column."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.session.controls import read_control

MISSING = "–"  # in a cell that has no number


def draw_clickable_table(
    table: pd.DataFrame,
    key: str,
    choose_row: Callable[[int], None] | None = None,
    choose_column: Callable[[str], None] | None = None,
    **options: Any,
) -> int | None:
    """The row that is clicked on, by its number in `table`; None without.

    choose_row, choose_column: are called once for each click, with the row, or with the title of the column. Without
    the latter a click on a title sorts what the browser shows, and no more.
    """
    modes = ["single-cell", *(["single-column"] if choose_column else [])]
    st.dataframe(
        table,
        hide_index=True,
        placeholder=MISSING,
        on_select=partial(_apply_click, key, len(table), choose_row, choose_column),
        selection_mode=modes,  # type: ignore[arg-type] (a list of such words)
        key=key,
        **options,
    )
    return _clicked_row(key, len(table))


def _clicked_row(key: str, rows: int) -> int | None:
    cells = (read_control(key) or {}).get("selection", {}).get("cells", [])
    return cells[0][0] if cells and 0 <= cells[0][0] < rows else None


def _apply_click(
    key: str,
    rows: int,
    choose_row: Callable[[int], None] | None,
    choose_column: Callable[[str], None] | None,
) -> None:
    row, columns = _clicked_row(key, rows), read_control(key)["selection"]["columns"]
    if choose_column and columns:
        choose_column(columns[0])
    elif choose_row and row is not None:
        choose_row(row)
