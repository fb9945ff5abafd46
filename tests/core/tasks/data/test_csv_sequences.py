"""Several series in one table, doubled hours, and steps that are missing or uneven."""

import datetime as dt

import pytest

from core.tasks.data.csv_table import read_table
from tests.helpers.tables import DAYS, VALUES, N, notes, numbers, text

# Each time stands there several times: these are several series.
SHOPS = ("A", "B", "C")


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize(
    "layout", ["interleaved", "stacked", "newest first", "unbalanced", "column last"]
)
@pytest.mark.parametrize("named", ["letters", "numbers"])
def test_several_series_are_told_apart(count, layout, named):
    shops = SHOPS[:count] if named == "letters" else tuple(str(k + 1) for k in range(count))
    cells = [
        (day, shop, 1000 * s + k) for k, day in enumerate(DAYS) for s, shop in enumerate(shops)
    ]
    if layout == "stacked":
        cells.sort(key=lambda row: row[1])
    elif layout == "newest first":
        cells.reverse()
    elif layout == "unbalanced":
        cells = [row for row in cells if row[1] == shops[0] or row[0] >= DAYS[20]]
    if layout == "column last":
        content = text("date,sales,shop", *(f"{day},{v},{shop}" for day, shop, v in cells))
    else:
        content = text("date,shop,sales", *(f"{day},{shop},{v}" for day, shop, v in cells))
    table = read_table(content)
    assert sorted(table.sequences) == sorted(shops)
    assert table.columns[table.sequence_column - 1].name == "shop"
    assert f"the table holds {count} series, told apart by 'shop'" in notes(content)
    sales = table.columns[1 if layout == "column last" else 2].numbers
    for s, shop in enumerate(shops):
        expected = [1000 * s + k for k in range(N) if not (layout == "unbalanced" and s and k < 20)]
        assert sales[table.rows_of(shop)].tolist() == expected


def test_series_told_apart_by_two_columns():
    cells = [
        f"{day},{shop},{item},{v}"
        for day, v in zip(DAYS, VALUES, strict=True)
        for shop in "AB"
        for item in "xyz"
    ]
    table = read_table(text("date,shop,item,sales", *cells))
    assert table.sequences == ("A, x", "A, y", "A, z", "B, x", "B, y", "B, z")
    assert table.columns[3].numbers[table.rows_of("B, y")].tolist() == VALUES
    assert "by 'shop' and 'item'" in " ".join(table.notes)


def test_words_rather_than_numbers_name_the_series():
    cells = [
        f"{day},{s},{shop},{v}"
        for day, v in zip(DAYS, VALUES, strict=True)
        for s, shop in enumerate("AB")
    ]
    table = read_table(text("date,kind,shop,sales", *cells))
    assert table.sequences == ("A", "B")
    assert table.columns[table.sequence_column - 1].name == "shop"


@pytest.mark.parametrize("time", ["%d/%m/%Y", "31.02.2020"])
def test_series_are_told_apart_where_their_time_is_in_doubt(time):
    days = [dt.date(2020, m, d) for m in range(1, 6) for d in range(1, 13)]
    places = [(37 * k) % N for k in range(N)]
    cells = [
        f"{days[place]:%d/%m/%Y},{shop},{1000 * s + place}"
        for place in places
        for s, shop in enumerate("AB")
    ]
    if "%" not in time:
        cells[7] = time + cells[7][10:]
    table = read_table(text("date,shop,sales", *cells))
    assert table.times is None
    assert table.sequences == ("A", "B")
    assert table.columns[2].numbers[table.rows_of("B")].tolist() == [
        1000 + place for place in places
    ]


def test_times_that_are_doubled_without_a_name_are_told():
    content = text(
        "date,sales",
        *(f"{day},{v + s}" for day, v in zip(DAYS, VALUES, strict=True) for s in (0, 100)),
    )
    assert read_table(content).sequences == ()
    assert "Each time occurs up to 2 times, and no column tells" in notes(content)


def test_an_hour_that_comes_twice_is_no_second_series():
    clocks = [dt.datetime(2020, 10, 25) + dt.timedelta(minutes=15 * k) for k in range(12)]
    clocks += [dt.datetime(2020, 10, 25, 2) + dt.timedelta(minutes=15 * k) for k in range(80)]
    lines = [f"{t:%Y-%m-%d %H:%M},{'ab'[k % 2]},{k}" for k, t in enumerate(clocks)]
    content = text("t,kind,v", *lines)
    assert read_table(content).sequences == ()
    assert numbers(content) == list(range(92))
    assert "4 times occur twice, as when clocks go back" in notes(content)


def stepped(times):
    return text("t,v", *(f"{t},{k}" for k, t in enumerate(times)))


HOURS = [dt.datetime(2020, 1, 20) + dt.timedelta(hours=k) for k in range(100)]


@pytest.mark.parametrize(
    ("times", "says"),
    [
        ([d for k, d in enumerate(DAYS) if k % 3 != 2], "19 of 59 steps of 1 day are missing, in 19 gaps"),
        ([*DAYS[:30], *(d.replace(year=2021) for d in DAYS[40:59])], "the largest, 376 steps, follows 2020-01-30"),
        ([t for k, t in enumerate(HOURS) if k not in (20, 21)], "2 of 100 steps of 1 hour are missing, in 1 gap"),
        ([t for k, t in enumerate(HOURS) if k not in (20, 21)], "the largest, 2 steps, follows 2020-01-20 19:00"),
        ([HOURS[0] + dt.timedelta(seconds=k * k) for k in range(60)], "The steps are uneven: from 1 second to"),
        ([1_600_000_000 + 60 * k for k in range(60) if k != 7], "1 of 60 steps of 1 minute are missing"),
        ([f"{2000 + k // 12}-{k % 12 + 1:02d}" for k in range(60) if k != 30], "1 of 60 steps of 1 month are missing"),
        ([f"{2000 + k // 12}-{k % 12 + 1:02d}-01" for k in range(60) if k != 30], "steps of 1 month are missing"),
        ([f"Q{k % 4 + 1} {1990 + k // 4}" for k in range(60) if k != 30], "1 of 60 steps of 3 months are missing"),
        ([1950 + k for k in range(60) if k not in (20, 21, 22)], "3 of 60 steps of"),
        ([d for d in DAYS if d.weekday() < 5], "Saturdays and Sundays have no values"),
        ([d for k, d in enumerate(DAYS) if d.weekday() < 5 and k != 20], "1 of 43 steps of 1 working day are missing"),
    ],
)  # fmt: skip
def test_missing_and_uneven_steps_are_told(times, says):
    assert says in notes(stepped(times).replace("t,v", "year,v" if times[0] == 1950 else "t,v"))


@pytest.mark.parametrize(
    "times",
    [
        DAYS,
        HOURS,
        [f"{2000 + k // 12}-{k % 12 + 1:02d}-01" for k in range(60)],
        [f"{1960 + k}-12-31" for k in range(60)],
        [1_600_000_000 + 60 * k for k in range(60)],
        [t.date() for t in HOURS[::24]],
    ],
)
def test_of_even_steps_nothing_is_told(times):
    assert "step" not in notes(stepped(times))
