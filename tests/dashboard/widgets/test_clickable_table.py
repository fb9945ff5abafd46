"""A click on a row or on a title reaches the page once, and later clicks elsewhere stand beside it."""

import pandas as pd
import pytest
import streamlit as st

from dashboard.widgets import clickable_table

TABLE = pd.DataFrame({"unit": [4, 2, 7], "half-life": [3.0, 1.0, 2.0]})


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        ({"cells": [[1, "half-life"]], "columns": []}, ["row 1"]),
        ({"cells": [], "columns": ["half-life"]}, ["column half-life"]),
        ({"cells": [], "columns": []}, []),
        ({"cells": [[3, "unit"]], "columns": []}, []),  # of a longer table that was there before
    ],
)
def test_a_click_says_which_row_or_column(monkeypatch, selection, chosen):
    drawn, calls = {}, []
    monkeypatch.setattr(st, "dataframe", lambda table, **options: drawn.update(options))
    monkeypatch.setattr(clickable_table, "read_control", lambda key: {"selection": selection})

    def draw() -> int | None:
        return clickable_table.draw_clickable_table(
            TABLE,
            "units",
            lambda row: calls.append(f"row {row}"),
            lambda title: calls.append(f"column {title}"),
        )

    row = draw()
    assert not calls  # drawing is no click: the choice may have been made elsewhere since
    assert row == (1 if chosen == ["row 1"] else None)
    drawn["on_select"]()
    assert calls == chosen
    assert drawn["selection_mode"] == ["single-cell", "single-column"]
