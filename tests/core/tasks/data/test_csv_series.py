"""A series of the reader's own: which column of a table is read, and what is filled, thinned and refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tasks.air_quality import AirQuality
from core.tasks.data.csv_series import default_column, read_columns, read_series
from core.tasks.data.csv_table import read_table
from core.tasks.load import Load

WAVE = [round(20 + 5 * np.sin(k / 5), 2) for k in range(60)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "file: expected a table of 2 to 2,000,000 lines, got 0"),
        ("5", "file: expected a table of 2 to 2,000,000 lines, got 1"),
        ("a,b\n1,2", "file: expected at least 40 values, got 1"),
        ("name\n" + "x\n" * 50, "file: expected a column of numbers, got none"),
        ("name\n" + "x\n" * 50, "'x' in line 2 is no number"),
        ("v\n" + "3\n" * 50, "column: expected a column that changes, got 'v' with 3 50 times"),
        ("v\n" + "1e308\n-1e308\n" * 25, "file: expected a column of numbers, got none"),
    ],
)
def test_a_file_that_cannot_be_used_gets_a_sentence(content, says):
    with pytest.raises(ValueError, match=f"{says}.*\\. [A-Z].*\\."):
        read_series(content)


def test_what_was_used_and_filled_is_said():
    rows = [f"2024-01-{1 + k % 28:02d} 0{k // 28}:00;{k},5;x" for k in range(60)]
    rows[10] = rows[10].split(";")[0] + ";;x"
    series = read_series("time;load;word\n" + "\n".join(rows))
    assert series.name == "load"
    assert series.note.startswith(
        "60 values. Column 'load' (2 of 3): decimal comma. 1 missing value was filled"
    )
    assert len(series.values) == 60
    assert series.values[0] == 0.5
    assert series.values[1] == 28.5, "the rows are not in the order of time"
    assert series.values[3] == 1.5
    gap = 3 * [k for k, row in enumerate(sorted(rows)) if ";;" in row]
    assert series.values[gap[0]] == pytest.approx(
        (series.values[gap[0] - 1] + series.values[gap[0] + 1]) / 2
    )


def test_a_date_that_does_not_exist_moves_nothing():
    rows = [f"2024-01-{1 + k % 28:02d} 0{k // 28}:00,{k}" for k in range(60)]
    rows[20] = "2024-02-31 00:00,20"
    series = read_series("time,load\n" + "\n".join(rows))
    assert series.values.tolist() == list(range(60))
    assert "stay in the order of the file" in series.note
    assert "'2024-02-31 00:00' in line 22" in series.note


def test_a_long_gap_is_said():
    rows = ["NA" if 20 <= k < 32 or k == 50 else str(v) for k, v in enumerate(WAVE)]
    note = read_series("v\n" + "\n".join(rows)).note
    assert "13 missing values were filled in between the neighbours, up to 12 in a row" in note


@pytest.mark.parametrize(
    ("heading", "cells", "name"),
    [
        ("day,v,ok", lambda k: (f"2020-01-{k % 28 + 1:02d}", WAVE[k], 1), "v"),
        ("v,flag", lambda k: (WAVE[k], k % 2), "v"),
        ("v,hour", lambda k: (WAVE[k], k % 24), "v"),
        ("v,weekday", lambda k: (WAVE[k], k % 7), "v"),
        ("v,station_id", lambda k: (WAVE[k], 500 + k % 3), "v"),
        ("No,year,month,day,hour,v", lambda k: (k, 2020, 1, 1 + k // 24, k % 24, WAVE[k]), "v"),
        ("v,id", lambda k: (WAVE[k], k), "v"),
        ("v,anything", lambda k: (WAVE[k], 5 + 2 * k), "v"),
        ("v,unix", lambda k: (WAVE[k], 1_600_000_000 + 3600 * k), "v"),
        ("v,word", lambda k: (WAVE[k], "abc"[k % 3]), "v"),
        ("a,v", lambda k: (WAVE[k], 3 * WAVE[k]), "v"),
        ("v,energy", lambda k: (WAVE[k], k * k), "energy"),
        ("flag,constant", lambda k: (k % 2, 7), "flag"),
    ],
)
def test_the_column_that_is_read_is_the_last_that_is_a_series(heading, cells, name):
    content = heading + "\n" + "\n".join(",".join(map(str, cells(k))) for k in range(60))
    assert read_series(content).name == name
    table = read_table(content)
    assert table.columns[default_column(table) - 1].name == name


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("epoch", lambda k: 1_600_000_000 + 3600 * k + k % 7),  # uneven seconds
        ("anything", lambda k: 1_600_000_000_000 + 977 * k * k),  # milliseconds
        ("count", lambda k: 5 + 2 * k),
        ("time", lambda k: round(0.1 * k + 0.001 * (k % 3), 3)),
    ],
)
def test_numbers_that_only_tell_when_are_no_series(name, when):
    content = f"v,{name}\n" + "\n".join(f"{k % 17},{when(k)}" for k in range(100)) + "\n \n\n"
    series = read_series(content)
    assert series.name == "v"
    what = "numbers" if name in ("count", "time") else "time"
    assert f"The rows are in the order of the {what} in '{name}'" in series.note
    assert read_series(content, 2).name == name, "it was asked for"


def test_rows_are_sorted_by_a_time_in_seconds():
    rows = [f"{k},{1_600_000_000 + 60 * ((k * 37) % 100)}" for k in range(100)]
    series = read_series("v,timestamp\n" + "\n".join(rows))
    assert "The rows were sorted by the time in 'timestamp'" in series.note
    assert [(37 * v) % 100 for v in series.values] == list(range(100))


def test_a_long_series_is_thinned_to_means():
    series = read_series("v\n" + "\n".join(str(k % 10) for k in range(450_003)))
    assert len(series.values) == 90_000
    assert series.values[:3].tolist() == [2.0, 7.0, 2.0]
    assert "Each value is the mean of 5 rows, the last 3 left out." in series.note


def test_a_column_is_chosen_by_number():
    text = "a,b,c\n" + "\n".join(f"{k},{2 * k},{3 * k}" for k in range(50))
    assert read_series(text).name == "c"
    assert read_series(text, 2).values[10] == 20
    with pytest.raises(ValueError, match="column: expected a column from 1 to 3, got 4"):
        read_series(text, 4)
    words = "a,b\n" + "\n".join(f"{k},x" for k in range(50))
    with pytest.raises(
        ValueError,
        match=r"column: expected a column of numbers, got 'b'.*'x' in line 2 is no number",
    ):
        read_series(words, 2)


def test_one_of_several_series_is_chosen_by_name():
    rows = [
        f"2020-01-{k + 1:02d},{shop},{100 * s + k}"
        for k in range(31)
        for s, shop in enumerate("AB")
    ]
    rows += [
        f"2020-02-{k + 1:02d},{shop},{100 * s + k}"
        for k in range(28)
        for s, shop in enumerate("AB")
    ]
    content = "date,shop,sales\n" + "\n".join(rows)
    first, second = read_series(content), read_series(content, 0, "B")
    assert first.values[:3].tolist() == [0, 1, 2]
    assert second.values[:3].tolist() == [100, 101, 102]
    assert "The series 'A' of 2 is used." in first.note
    with pytest.raises(ValueError, match="sequence: expected one of 'A', 'B', got 'C'"):
        read_series(content, 0, "C")
    with pytest.raises(ValueError, match="sequence: expected a table of several series"):
        read_series("v\n" + "\n".join(map(str, WAVE)), 0, "A")


def test_the_gaps_of_one_series_are_told_and_not_those_of_all():
    rows = [f"2020-01-{k + 1:02d},{'AB'[k % 2]},{k % 9}" for k in range(31)]
    rows += [f"2020-02-{k + 1:02d},{s},{k % 9}" for k in range(28) for s in "AB"]
    rows += [f"2020-03-{k + 1:02d},{s},{k % 9}" for k in range(31) for s in "AB"]
    note = read_series("date,shop,sales\n" + "\n".join(rows)).note
    assert "16 of 91 steps of 1 day are missing" in note


def test_several_columns_are_read_together():
    content = "t,a,b\n" + "\n".join(
        f"2020-01-01 00:{59 - k:02d},{k},{'' if k == 5 else 2 * k}" for k in range(60)
    )
    values, names, note = read_columns(content, (3, 2))
    assert names == ("b", "a")
    assert values[:, 1].tolist() == list(range(59, -1, -1))
    assert values[:, 0].tolist() == [2.0 * k for k in range(59, -1, -1)], (
        "5 is filled in between 4 and 6"
    )
    assert "Column 'b' (3 of 3). 1 missing value was filled" in note
    assert "Column 'a' (2 of 3)." in note


@pytest.mark.parametrize(
    ("task", "options"),
    [
        (Load, {"length": 200}),
        (Load, {"lead": 200}),
        (AirQuality, {"length": 200}),
        (AirQuality, {"length": 100, "horizon": 72}),
    ],
)
def test_a_window_longer_than_the_series_gets_a_sentence(task, options):
    text = "\n".join(str(k % 7) for k in range(100))
    with pytest.raises(ValueError, match=r"^length: expected windows .*got 0 of them"):
        task(file=text, **options)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from('0123456789.,;\t\n-ae "x/:|\r#年月'), max_size=400))
def test_random_text_gets_a_sentence_or_a_series(text):
    try:
        values = read_series(text).values
    except ValueError as error:
        values, sentence = np.zeros(1), str(error)
    else:
        sentence = "file: "
    assert sentence.startswith(("file: ", "column: "))
    assert np.isfinite(values).all()


LINES = st.lists(
    st.lists(st.sampled_from(["1", "2,5", "3.5", "x", "", "2020-01-01", "01.02.20", '5"', "a;b", "NA", "5 kW"]), max_size=4),
    max_size=60,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(LINES, st.sampled_from([",", ";", "\t", "|", " "]))
def test_any_table_gets_a_sentence_or_a_table(rows, separator):
    content = "\n".join(separator.join(row) for row in rows)
    if sum(bool(line.strip(" ,;\t|")) for line in content.split("\n")) < 2:
        with pytest.raises(ValueError, match=r"^file: expected a table of 2"):
            read_table(content)
        return
    table = read_table(content)
    for column in table.columns:
        assert len(column.cells) == table.rows
        assert column.numbers is None or len(column.numbers) == table.rows
        assert (column.numbers is None) == bool(column.problem)
    assert len({column.name for column in table.columns}) == len(table.columns)
