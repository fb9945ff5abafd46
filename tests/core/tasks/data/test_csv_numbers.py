"""Numbers as people write them: a column is read in one way, and what does not fit is left out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tasks.data.csv_numbers import read_numbers, settle


def read(cells, separator=";", sure=frozenset()):
    return settle(read_numbers(cells), cells, set(sure), separator)


@pytest.mark.parametrize(
    ("cells", "values", "note"),
    [
        (["20,99", "3,5"], [20.99, 3.5], "decimal comma"),
        (["1.5", "20"], [1.5, 20], ""),
        (["1.100,5", "-1.200,75"], [1100.5, -1200.75], "decimal comma, thousands grouped by points"),
        (["1,100.5", "1,200"], [1100.5, 1200], "thousands grouped by commas"),
        (["1 234,5", "999"], [1234.5, 999], "decimal comma, thousands grouped by spaces"),
        (["1\u202f234,5"], [1234.5], "decimal comma, thousands grouped by spaces"),
        (["1\u00a0234 567"], [1234567], "thousands grouped by spaces"),
        (["1'234.5"], [1234.5], "thousands grouped by apostrophes"),
        (["1\u2019234.5"], [1234.5], "thousands grouped by apostrophes"),
        (["1,23,456", "12,34,567.5"], [123456, 1234567.5], "thousands grouped by commas"),
        (["12.345.678"], [12345678], "thousands grouped by points"),
        (["0,123", "1,100"], [0.123, 1.1], "decimal comma"),
        (["0.123", "1.100"], [0.123, 1.1], ""),
        (["\u22125", "\u20137.5"], [-5, -7.5], ""),
        (["5-", "+6"], [-5, 6], ""),
        (["(1,234.50)", "5"], [-1234.5, 5], "thousands grouped by commas, numbers in parentheses are negative"),
        (["45%", "0.5 %", "0"], [45, 0.5, 0], "in %"),
        (["€5", "€ 6.5"], [5, 6.5], "in €"),
        (["5 €", "-7,50 €"], [5, -7.5], "decimal comma, in €"),
        (["$1,234.00", "-$5"], [1234, -5], "thousands grouped by commas, in $"),
        (["CHF 5", "CHF 7"], [5, 7], "in CHF"),
        (["12 kW", "13 kW"], [12, 13], "in kW"),
        (["12kWh", "13kWh"], [12, 13], "in kWh"),
        (["3 µg/m³", "5 µg/m³"], [3, 5], "in µg/m³"),
        (["2,5 °C", "-1 °C"], [2.5, -1], "decimal comma, in °C"),
        (["12 Mio. €", "1 Mio. €"], [12, 1], "in Mio. €"),
        (["１２．５", "－３"], [12.5, -3], ""),
        (["٣٫٥", "٤"], [3.5, 4], ""),
        (["१२", "१३.५"], [12, 13.5], ""),
        (["1e-3", "1.5E+03"], [0.001, 1500], ""),
        (["1e-3", "1,5E+03"], [0.001, 1500], "decimal comma"),
        ([",5", "5,"], [0.5, 5], "decimal comma"),
        (["3 x10^3", "5"], [3000, 5], ""),
    ],
)  # fmt: skip
def test_one_reading_for_a_column(cells, values, note):
    numbers = read(cells)
    assert numbers.values is not None
    assert numbers.values.tolist() == values
    assert numbers.note == note
    assert numbers.wrong == ()


@pytest.mark.parametrize(
    "word",
    [
        "",
        "NA",
        "n/a",
        "#N/A",
        "-",
        "--",
        "---",
        "null",
        "NaN",
        "None",
        "—",
        " . ",
        "#DIV/0!",
        "\\N",
    ],
)
def test_words_for_missing_values(word):
    numbers = read(["1,5", word, "2,5", word])
    assert numbers.values is not None
    assert np.array_equal(numbers.values, [1.5, np.nan, 2.5, np.nan], equal_nan=True)
    assert numbers.wrong == ()


@pytest.mark.parametrize(
    "cells",
    [
        ["1,5", "1.5"],  # no decimal sign fits both
        ["12 kW", "13 MW"],
        ["5 %", "0.05"],
        ["1.2.3", "4.5.6"],
        ["12 34", "56 78"],
        ["10:00", "11:00"],
        ["A12", "B13"],
        ["12h30", "13h45"],
        ["3 of 5", "4 of 5"],
        ["1/2", "3/4"],
        ["red", "blue"],
        ["1e308", "2"],
        ["(5", "6"],
    ],
)
def test_what_cannot_be_read_in_one_way_is_no_column_of_numbers(cells):
    numbers = read(cells)
    assert numbers.values is None
    assert numbers.wrong


def test_a_single_cell_that_does_not_fit_is_left_out():
    numbers = read(["1,5"] * 10 + ["about 3", "2.5"])
    assert numbers.wrong == (10, 11)
    assert numbers.values is not None
    assert numbers.values[:10].tolist() == [1.5] * 10
    assert np.isnan(numbers.values[10:]).all()


@pytest.mark.parametrize(
    ("cells", "separator", "sure", "value"),
    [
        (["1,234"], ",", "", 1234),  # it stood in quotes
        (["1,234"], ";", "", 1.234),
        (["1,234"], "\t", "", 1234),
        (["1,234", "987"], ";", "", 1234),  # 987 would be 987,000
        (["1,234", "98765"], ",", "", 1.234),  # 98,765 would have a comma
        (["1,234"], ";", ".", 1234),  # another column has decimal points
        (["1,234"], ",", ",", 1.234),
        (["1.234"], ",", "", 1.234),
        (["1.234"], ";", "", 1.234),
        (["1.234", "987"], ";", "", 1234),
        (["1.234"], ";", ",", 1234),
    ],
)
def test_of_two_readings_one_is_taken_and_both_are_told(cells, separator, sure, value):
    numbers = read(cells, separator, sure)
    assert numbers.values is not None
    assert numbers.values[0] == value
    other = 1234 if value == 1.234 else 1.234
    assert f"{cells[0]!r} was read as {value}, though it could be {other}" in numbers.note


GROUPS = {".": [",", " ", "'", "\u00a0", "\u202f", ""], ",": [".", " ", "'", "\u202f", ""]}


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=20),
    st.integers(0, 5),
    st.sampled_from(".,"),
    st.data(),
)
def test_a_number_that_was_written_is_read_back(wholes, decimals, point, data):
    group = data.draw(st.sampled_from(GROUPS[point]))
    unit = data.draw(st.sampled_from(["", " kW", "%", " €", " m/s", " °C"]))
    values = [round(whole / 10**decimals, decimals) for whole in wholes]
    cells = [
        f"{v:,.{decimals}f}".translate(str.maketrans({",": group, ".": point})) + unit
        for v in values
    ]
    numbers = read(cells)
    assert numbers.values is not None, cells
    assert numbers.wrong == ()
    doubt = "though it could be" in numbers.note
    assert numbers.values.tolist() == values or doubt, (cells, numbers)
