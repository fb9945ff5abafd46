"""The time of a table: decided once for a column, never cell by cell."""

import datetime as dt

import numpy as np
import pytest

from core.tasks.data.csv_moments import is_time, read_dates
from core.tasks.data.csv_order import order_rows
from core.tasks.data.csv_time import find_times
from core.tasks.data.month_names import MONTHS, read_months


def moments(cells, is_calendar=False, is_number=False):
    times = read_dates(0, cells, is_number, is_calendar)
    return [] if times is None else [str(r.values[0].astype("M8[s]")) for r in times.readings]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2020-01-05", "2020-01-05T00:00:00"),
        ("2020/1/5 7:30", "2020-01-05T07:30:00"),
        ("2020.01.05.", "2020-01-05T00:00:00"),
        ("2020. 1. 5.", "2020-01-05T00:00:00"),
        ("2020-01-05T07:30:15.250Z", "2020-01-05T07:30:15"),
        ("2020-01-05 07:30+02:00", "2020-01-05T07:30:00"),
        ("2020-01-05_07:30", "2020-01-05T07:30:00"),
        ("20200105", "2020-01-05T00:00:00"),
        ("20200105T0730", "2020-01-05T07:30:00"),
        ("202001050730", "2020-01-05T07:30:00"),
        ("25.01.2020", "2020-01-25T00:00:00"),
        ("25.1.2020, 7:30 Uhr", "2020-01-25T07:30:00"),
        ("25.01.2020 7.30", "2020-01-25T07:30:00"),
        ("25/01/2020 24:00", "2020-01-26T00:00:00"),
        ("01/25/2020 12:30 AM", "2020-01-25T00:30:00"),
        ("01/25/2020 12:30 p.m.", "2020-01-25T12:30:00"),
        ("25-Jan-2020", "2020-01-25T00:00:00"),
        ("25 January 2020", "2020-01-25T00:00:00"),
        ("Saturday, January 25th, 2020 at 7:30", "2020-01-25T07:30:00"),
        ("Jan 25, 2020", "2020-01-25T00:00:00"),
        ("Sat Jan 25 07:30:00 2020", "2020-01-25T07:30:00"),
        ("25/Jan/2020:07:30:00 +0000", "2020-01-25T07:30:00"),
        ("25. Januar 2020", "2020-01-25T00:00:00"),
        ("25. Mrz 2020", "2020-03-25T00:00:00"),
        ("1er août 2020", "2020-08-01T00:00:00"),
        ("25 févr. 2020", "2020-02-25T00:00:00"),
        ("25 de enero de 2020", "2020-01-25T00:00:00"),
        ("25 gennaio 2020", "2020-01-25T00:00:00"),
        ("25 de março de 2020", "2020-03-25T00:00:00"),
        ("25 mei 2020", "2020-05-25T00:00:00"),
        ("25 października 2020", "2020-10-25T00:00:00"),
        ("25 января 2020 г.", "2020-01-25T00:00:00"),
        ("2020. január 25.", "2020-01-25T00:00:00"),
        ("25 Ağustos 2020", "2020-08-25T00:00:00"),
        ("2020年1月25日", "2020-01-25T00:00:00"),
        ("2020年01月25日 7时30分", "2020-01-25T07:30:00"),
        ("2020年1月25日 下午3:30", "2020-01-25T15:30:00"),
        ("2020年1月25日 星期六", "2020-01-25T00:00:00"),
        ("二〇二〇年一月二十五日", "2020-01-25T00:00:00"),
        ("2020년 1월 25일", "2020-01-25T00:00:00"),
        ("２０２０/０１/２５", "2020-01-25T00:00:00"),
        ("2020-01", "2020-01-01T00:00:00"),
        ("01/2020", "2020-01-01T00:00:00"),
        ("Jan 2020", "2020-01-01T00:00:00"),
        ("2020年1月", "2020-01-01T00:00:00"),
        ("2020M03", "2020-03-01T00:00:00"),
        ("2020Q3", "2020-07-01T00:00:00"),
        ("Q3 2020", "2020-07-01T00:00:00"),
        ("3. Quartal 2020", "2020-07-01T00:00:00"),
        ("2020年第3季度", "2020-07-01T00:00:00"),
        ("2020-W05", "2020-01-27T00:00:00"),
        ("2020-W05-3", "2020-01-29T00:00:00"),
        ("KW 5/2020", "2020-01-27T00:00:00"),
        ("2015-W53", "2015-12-28T00:00:00"),
        ("2020-025", "2020-01-25T00:00:00"),
        ("25.01.2020 00:00 - 25.01.2020 01:00", "2020-01-25T00:00:00"),
        ("2020-01-25T00:00/2020-01-25T01:00", "2020-01-25T00:00:00"),
        ("25.01.98", "1998-01-25T00:00:00"),
        ("25.01.68", "2068-01-25T00:00:00"),
    ],
)
def test_ways_to_write_a_moment(cell, moment):
    assert moments([cell]) == [moment]
    assert is_time(cell)


@pytest.mark.parametrize(
    "cell",
    ["", "12", "20.5", "5 kW", "1,234", "31.02.2020", "2020-13-45", "Q5 2020", "2020-W54", "25:61", "abc",
     "2020-01-25 25:00", "2020-01-25 10:30:75", "2020-01-25 10:60", "25. Foo 2020", "1/2", "192.168.0.1", "v1.2.3", "30 Feb 2020"],
)  # fmt: skip
def test_what_is_no_moment(cell):
    assert not is_time(cell)


def test_years_and_months_as_numbers_need_the_name_of_a_time():
    assert moments(["202001", "202002"], is_calendar=True, is_number=True)[0].startswith("2020-01")
    assert moments(["202001", "202002"], is_number=True) == []
    assert moments(["2020", "2021"], is_calendar=True, is_number=True)[0].startswith("2020")


@pytest.mark.parametrize("language", MONTHS)
def test_every_month_of_every_language(language):
    names = [forms.split("/")[0] for forms in MONTHS[language].split()]
    assert {name: k for k, name in enumerate(names, 1)} in read_months(set(names))
    cells = [f"25 {name} 2020" for name in names]
    assert moments(cells)[0].startswith("2020-01-25")


def test_a_month_that_is_another_in_another_language_is_read_by_the_others():
    assert read_months({"listopad", "grudzień"}) == [{"listopad": 11, "grudzień": 12}]
    assert read_months({"listopad", "prosinac"}) == [{"listopad": 10, "prosinac": 12}]
    assert len(read_months({"listopad"})) == 2
    assert read_months({"ma"}) == []


DAYS = [dt.date(2020, 1, 1) + dt.timedelta(k) for k in range(100)]


def ordered(cells, name="day"):
    times = find_times([name], [cells], [None])
    assert times is not None
    cell = f"{cells[times.wrong[0]]!r} in line 7" if times.wrong else ""
    return order_rows(times, repr(name), cell)


@pytest.mark.parametrize("form", ["%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%y-%m-%d", "%d-%m-%Y"])
@pytest.mark.parametrize("way", ["old to new", "new to old", "any"])
def test_one_reading_that_fits_all_cells_orders_the_rows(form, way):
    rows = list(range(100))
    if way == "new to old":
        rows.reverse()
    elif way == "any":
        rows = [(37 * k) % 100 for k in rows]
    order = ordered([DAYS[row].strftime(form) for row in rows])
    assert [rows[place] for place in order.rows] == list(range(100))
    says = {"old to new": "in the order", "new to old": "reversed", "any": "were sorted"}[way]
    assert says in order.note
    assert "from 2020-01-01 to 2020-04-09" in order.note


TWELVE = [
    dt.date(2020, m, d) for m in range(1, 6) for d in range(1, 13)
]  # day and month can change places


def test_where_day_and_month_can_change_places_the_order_of_the_file_stays():
    cells = [TWELVE[(37 * k) % 60].strftime("%d/%m/%Y") for k in range(60)]
    order = ordered(cells)
    assert order.rows.tolist() == list(range(60))
    assert "stay in the order of the file" in order.note
    assert "day, month, year or as month, day, year" in order.note


def test_the_reading_that_is_in_order_is_taken_and_told():
    order = ordered([day.strftime("%d/%m/%Y") for day in reversed(TWELVE)])
    assert order.rows.tolist() == list(reversed(range(60)))
    assert "It was read as day, month, year" in order.note
    assert "month, day, year the rows would be in no order" in order.note


def test_two_readings_of_the_same_order_do_no_harm():
    order = ordered([f"{day:02d}/01/2020" for day in range(12, 0, -1)])
    assert order.rows.tolist() == list(reversed(range(12)))
    assert "the order is the same" in order.note
    assert order.times is None, "neither may be claimed"


@pytest.mark.parametrize("wrong", ["31.02.2020", "45.01.2020", "Total", "2020", "00.00.0000"])
@pytest.mark.parametrize("way", [1, -1])
def test_a_cell_that_is_not_understood_is_quoted_and_no_row_moves(wrong, way):
    cells = [day.strftime("%d.%m.%Y") for day in DAYS][::way]
    cells[5] = wrong
    order = ordered(cells)
    assert order.rows.tolist() == list(range(100))
    assert order.times is None
    assert "stay in the order of the file" in order.note
    assert f"{wrong!r} in line 7" in order.note
    assert ("run from new to old" in order.note) == (way == -1)


def test_rows_without_a_time_stay_where_they_are():
    cells = [day.isoformat() for day in DAYS]
    cells[3] = ""
    assert ordered(cells).rows.tolist() == list(range(100))
    cells[50], cells[60] = cells[60], cells[50]
    order = ordered(cells)
    assert order.rows.tolist() == list(range(100))
    assert "1 of them has no time" in order.note


def local(count=120, minutes=15, start=dt.datetime(2020, 10, 24, 22)):
    """Wall clocks in Berlin around the end of summer time, by hand: an hour comes twice."""
    change = dt.datetime(2020, 10, 25, 1)
    utc = [start + dt.timedelta(minutes=minutes * k) for k in range(count)]
    return [t + dt.timedelta(hours=2 if t < change else 1) for t in utc]


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_an_hour_that_comes_twice_is_no_disorder(way, minutes):
    clocks = local(minutes=minutes)
    order = ordered([f"{t:%Y-%m-%d %H:%M}" for t in clocks][::way])
    assert order.rows.tolist() == list(range(120))[::way]


def test_many_small_steps_back_are_disorder():
    times = [
        dt.datetime(2020, 1, 1) + dt.timedelta(minutes=15 * (k - 3 * (k % 4 == 3)))
        for k in range(60)
    ]
    order = ordered([f"{t:%Y-%m-%d %H:%M}" for t in times])
    assert [times[row] for row in order.rows] == sorted(times)
    assert "were sorted" in order.note


def test_zones_that_change_are_counted_in_utc():
    change = dt.datetime(2020, 10, 25, 3)
    for early, late in (("+02:00", "+01:00"), (" CEST", " CET"), ("+0200", "+0100")):
        cells = [f"{t:%Y-%m-%d %H:%M}{early if k < 12 else late}" for k, t in enumerate(local())]
        order = ordered(cells[60:] + cells[:60])
        assert order.rows.tolist() == [*range(60, 120), *range(60)]
        assert order.times is not None
        assert (np.diff(order.times) == np.timedelta64(15, "m")).all(), (early, change)


HOURS = [dt.datetime(2020, 1, 20) + dt.timedelta(hours=k) for k in range(100)]


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (("date", "time"), [[f"{t:%Y-%m-%d}" for t in HOURS], [f"{t:%H:%M}" for t in HOURS]]),
        (("Datum", "Uhrzeit"), [[f"{t:%d.%m.%Y}" for t in HOURS], [f"{t:%H:%M:%S}" for t in HOURS]]),
        (("day", "clock"), [[f"{t:%m/%d/%Y}" for t in HOURS], [f"{t:%I:%M %p}" for t in HOURS]]),
        (("Datum", "Stunde"), [[f"{t:%d.%m.%Y}" for t in HOURS], [str(t.hour) for t in HOURS]]),
        (("year", "month", "day", "hour"), [[str(p) for p in q] for q in zip(*((t.year, t.month, t.day, t.hour) for t in HOURS), strict=True)]),
        (("Jahr", "Monat", "Tag", "Stunde"), [[str(p) for p in q] for q in zip(*((t.year, t.month, t.day, t.hour) for t in HOURS), strict=True)]),
        (("年", "月", "日", "时"), [[str(p) for p in q] for q in zip(*((t.year, t.month, t.day, t.hour) for t in HOURS), strict=True)]),
        (("YEAR", "DOY", "HR"), [[str(p) for p in q] for q in zip(*((t.year, t.timetuple().tm_yday, t.hour) for t in HOURS), strict=True)]),
    ],
)  # fmt: skip
def test_a_time_in_several_columns(names, columns):
    places = [(37 * k) % 100 for k in range(100)]
    shuffled = [[cells[place] for place in places] for cells in columns]
    numbers = [
        np.array(cells, float) if all(c.isdigit() for c in cells) else None for cells in shuffled
    ]
    times = find_times(names, shuffled, numbers)
    assert times is not None
    assert set(times.columns) == set(range(len(names)))
    assert [places[row] for row in order_rows(times, "", "").rows] == list(range(100))


def test_a_date_goes_before_a_number_of_the_row():
    numbers = np.arange(100.0)
    newest_first = [day.isoformat() for day in reversed(DAYS)]
    times = find_times(
        ["id", "date"], [[f"{n:.0f}" for n in numbers], newest_first], [numbers, None]
    )
    assert times is not None
    assert times.columns == (1,)
    assert order_rows(times, "", "").rows.tolist() == list(reversed(range(100)))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ts", 1_600_000_000 + 3600 * np.arange(50)),
        ("ts", 1_600_000_000_000 + 3_600_000 * np.arange(50)),
        ("year", np.arange(1970, 2020)),
        ("anything", np.arange(50)),
    ],
)
def test_numbers_that_count(name, values):
    cells = [[str(v) for v in values], ["1"] * 50]
    times = find_times([name, "v"], cells, [values.astype(float), np.ones(50)])
    assert times is not None
    assert times.columns == (0,)
    named = name != "anything"
    backwards = find_times(
        [name, "v"], [cells[0][::-1], cells[1]], [values[::-1] * 1.0, np.ones(50)]
    )
    assert (backwards is not None) == named
    if backwards:
        assert order_rows(backwards, "", "").rows.tolist() == list(reversed(range(50)))


MONTHLY = [dt.date(2015 + k // 12, k % 12 + 1, 1) for k in range(60)]


@pytest.mark.parametrize("form", ["%d.%m.%y", "%m/%d/%y", "%y-%m-%d", "%d/%m/%Y", "%b-%y", "%b %Y"])
@pytest.mark.parametrize("way", [1, -1])
def test_months_in_order_stay_in_order_however_they_are_written(form, way):
    order = ordered([day.strftime(form) for day in MONTHLY][::way])
    assert order.rows.tolist() == list(range(60))[::way]


@pytest.mark.parametrize("form", ["%d.%m.%y", "%m/%d/%y", "%y-%m-%d"])
@pytest.mark.parametrize("dates", [MONTHLY, TWELVE, DAYS])
def test_rows_in_no_order_are_put_in_the_right_one_or_stay(form, dates):
    places = [(37 * k) % len(dates) for k in range(len(dates))]
    order = ordered([dates[place].strftime(form) for place in places])
    if "stay in the order of the file" in order.note:
        assert order.rows.tolist() == list(range(len(dates)))
    else:
        assert [places[row] for row in order.rows] == list(range(len(dates)))


WINTER = [dt.date(2019, 12, 1) + dt.timedelta(k) for k in range(90)]


@pytest.mark.parametrize("form", ["%b-%d", "%d-%b", "%d %b", "%b %d", "%d. %B", "%d.%m."])
@pytest.mark.parametrize("way", [1, -1])
def test_days_without_a_year_are_not_taken_for_years(form, way):
    order = ordered([day.strftime(form) for day in WINTER][::way])
    assert order.rows.tolist() == list(range(90)), "December would come behind January"
    assert "stay in the order of the file" in order.note
    spring = [day.strftime(form) for day in WINTER[31:]][::way]
    order = ordered(spring)
    assert order.rows.tolist() == list(range(59))[::way] or "stay in the order" in order.note


def test_of_two_columns_of_dates_the_one_in_order_is_the_time():
    born = [dt.date(1950 + (7 * k) % 50, 1, 1).isoformat() for k in range(100)]
    newest = [day.isoformat() for day in reversed(DAYS)]
    times = find_times(["born", "seen"], [born, newest], [None, None])
    assert times is not None
    assert times.columns == (1,)


def test_numbers_of_rows_do_not_hide_a_time_that_is_not_understood():
    cells = [[str(k) for k in range(60)], [f"Tag {k}b" for k in range(60)], ["1"] * 60]
    assert find_times(["id", "day", "v"], cells, [np.arange(60.0), None, np.ones(60)]) is None
