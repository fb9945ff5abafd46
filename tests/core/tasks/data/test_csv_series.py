"""A series of the reader's own: what of a CSV file is read, and how."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tasks.air_quality import AirQuality
from core.tasks.data.csv_series import read_series
from core.tasks.load import Load


class TestSeries:
    @pytest.mark.parametrize(
        ("content", "says"),
        [
            ("", "a table of 2 to 2,000,000 lines, got 0"),
            ("5", "a table of 2 to 2,000,000 lines, got 1"),
            ("a,b\n1,2", "at least 40 values, got 1"),
            ("name\n" + "x\n" * 50, "a column of numbers, got none"),
            ("v\n" + "3\n" * 50, "a column that changes, got 3 50 times"),
            ("a,b\n" + "1,2\n" * 30 + "1,2,3\n" * 30, "a CSV table"),
            ("a;a\n" + "1;2\n" * 50, None),
            ("v\n" + "1e308\n-1e308\n" * 25, "a column of numbers, got none"),
        ],
    )
    def test_a_file_that_cannot_be_used_gets_a_sentence(self, content, says):
        if says is None:  # pandas renames the second column, and then it does not change
            says = "a column that changes"
        with pytest.raises(ValueError, match=says) as error:
            read_series(content)
        assert str(error.value).count(":") >= 1

    def test_what_was_used_filled_and_dropped_is_said(self):
        rows = [f"2024-01-{1 + k % 28:02d} 0{k // 28}:00;{k},5;x" for k in range(60)]
        rows[10] = rows[10].split(";")[0] + ";;x"
        rows[20] = "2024-02-31 00:00;999;x"
        series = read_series("time;load;word\n" + "\n".join(rows))
        assert series.name == "load"
        assert "1 rows dropped, because their date does not exist" in series.note
        assert "1 missing values filled" in series.note
        assert len(series.values) == 59
        assert 999 not in series.values
        assert series.values[0] == 0.5
        assert series.values[1] == 28.5, "the rows are not in the order of time"

    @pytest.mark.parametrize(
        ("separator", "cells", "values", "says"),
        [
            (",", ('"1,100"', '"1,105.5"'), (1100, 1105.5), "commas group its thousands"),
            (",", ('"3,5"', '"4,25"'), (3.5, 4.25), "with a decimal comma"),
            (",", ('"0,123"', '"1,100"'), (0.123, 1.1), "with a decimal comma"),
            (";", ("0,123", "1,100"), (0.123, 1.1), "with a decimal comma"),
            (";", ("1,100.5", "1,200"), (1100.5, 1200), "commas group its thousands"),
            ("\t", ("1.100,5", "-1.200,75"), (1100.5, -1200.75), "with a decimal comma"),
        ],
    )
    def test_how_commas_in_numbers_are_read_is_one_rule_for_a_column(
        self, separator, cells, values, says
    ):
        rows = [f"{'xy'[k % 2]}{separator}{cells[k % 2]}" for k in range(60)]
        series = read_series(f"a{separator}v\n" + "\n".join(rows))
        assert tuple(series.values[:2]) == values
        assert f"column 'v' of 2, {says}, not used: 'a'" in series.note

    @pytest.mark.parametrize(
        ("name", "when"),
        [
            ("epoch", lambda k: 1_600_000_000 + 3600 * k + k % 7),  # uneven seconds
            ("anything", lambda k: 1_600_000_000_000 + 977 * k * k),  # milliseconds
            ("count", lambda k: 5 + 2 * k),
            ("time", lambda k: round(0.1 * k + 0.001 * (k % 3), 3)),
        ],
    )
    def test_numbers_that_only_tell_when_are_no_series(self, name, when):
        rows = [f"{k % 17},{when(k)}" for k in range(100)]
        series = read_series(f"v,{name}\n" + "\n".join(rows) + "\n \n\n")
        assert series.name == "v"
        assert f"rows already in order of the time in '{name}'" in series.note
        assert "1 blank lines dropped" in series.note
        assert read_series(f"v,{name}\n" + "\n".join(rows), 2).name == name, "it was asked for"

    def test_rows_are_sorted_by_a_time_in_seconds(self):
        rows = [f"{k},{1_600_000_000 + 60 * ((k * 37) % 100)}" for k in range(100)]
        series = read_series("v,timestamp\n" + "\n".join(rows))
        assert "rows sorted by the time in 'timestamp'" in series.note
        assert [(37 * v) % 100 for v in series.values] == list(range(100))

    def test_a_series_that_rises_unevenly_is_no_time(self):
        rows = [f"{k % 17},{k * k}" for k in range(100)]
        assert read_series("v,energy\n" + "\n".join(rows)).name == "energy"

    def test_days_first_or_months_first_whichever_exist(self):
        rows = [f"{1 + (59 - k) % 28:02d}/{1 + (59 - k) // 28:02d}/2021,{k % 9}" for k in range(60)]
        series = read_series("day,v\n" + "\n".join(rows))
        assert "rows sorted by the time in 'day'" in series.note
        assert series.values.tolist() == [(59 - k) % 9 for k in range(60)]
        assert "dropped" not in series.note

    def test_a_long_series_is_thinned_to_means(self):
        series = read_series("v\n" + "\n".join(str(k % 10) for k in range(450_003)))
        assert len(series.values) == 90_000
        assert series.values[:3].tolist() == [2.0, 7.0, 2.0]
        assert "each value is the mean of 5 rows, the last 3 left out" in series.note

    @pytest.mark.parametrize(
        ("task", "options"),
        [
            (Load, {"length": 200}),
            (Load, {"lead": 200}),
            (AirQuality, {"length": 200}),
            (AirQuality, {"length": 100, "horizon": 72}),
        ],
    )
    def test_a_window_longer_than_the_series_gets_a_sentence(self, task, options):
        text = "\n".join(str(k % 7) for k in range(100))
        with pytest.raises(ValueError, match=r"^length: expected windows .*got 0 of them"):
            task(file=text, **options)

    def test_a_column_is_chosen_by_number(self):
        text = "a,b,c\n" + "\n".join(f"{k},{2 * k},{3 * k}" for k in range(50))
        assert read_series(text).name == "c"
        assert read_series(text, 2).values[10] == 20
        with pytest.raises(ValueError, match="column: expected a column from 1 to 3, got 4"):
            read_series(text, 4)

    @settings(max_examples=150, deadline=None)
    @given(st.text(alphabet=st.sampled_from('0123456789.,;\t\n-ae "x/:'), max_size=400))
    def test_random_text_gets_a_sentence_or_a_series(self, text):
        try:
            values = read_series(text).values
        except ValueError as error:
            values, said = np.zeros(1), str(error)
        else:
            said = "file: "
        assert said.startswith(("file: ", "column: "))
        assert np.isfinite(values).all()
