"""A table written in any of the ways of people is read as it was meant, or its order stays and a sentence says why."""

import datetime as dt
import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tasks.data.csv_series import default_column, read_series
from core.tasks.data.csv_table import read_table
from core.tasks.data.encodings import decode_text

GERMAN = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
FRENCH = [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]
ENGLISH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DATES = {
    "ISO": lambda t: t.isoformat(sep=" ", timespec="minutes"),
    "ISO with T and Z": lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "ISO with offset": lambda t: t.strftime("%Y-%m-%dT%H:%M:%S.000+02:00"),
    "slashes, year first": lambda t: f"{t.year}/{t.month}/{t.day} {t.hour}:{t.minute:02d}",
    "German": lambda t: t.strftime("%d.%m.%Y %H:%M"),
    "German, short year": lambda t: t.strftime("%d.%m.%y %H:%M"),
    "day first": lambda t: t.strftime("%d/%m/%Y %H:%M:%S"),
    "month first, 12 hours": lambda t: f"{t.month}/{t.day}/{t.year} {t.strftime('%I:%M %p')}",
    "dashes, day first": lambda t: t.strftime("%d-%m-%Y %H:%M"),
    "English month": lambda t: f"{t.day:02d}-{ENGLISH[t.month - 1]}-{t.year} {t:%H:%M}",
    "English sentence": lambda t: f"{ENGLISH[t.month - 1]} {t.day}, {t.year} {t:%I:%M %p}",
    "German month": lambda t: f"{t.day}. {GERMAN[t.month - 1]} {t.year} {t:%H:%M}",
    "French month": lambda t: f"{t.day} {FRENCH[t.month - 1]} {t.year} {t:%H:%M}",
    "Chinese": lambda t: f"{t.year}年{t.month}月{t.day}日 {t:%H:%M}",
    "Chinese, halves": lambda t: (
        f"{t.year}年{t.month}月{t.day}日 {'下午' if t.hour >= 12 else '上午'}{(t.hour - 1) % 12 + 1}:{t:%M}"
    ),
    "compact": lambda t: t.strftime("%Y%m%d%H%M"),
    "compact with T": lambda t: t.strftime("%Y%m%dT%H%M%S"),
    "seconds": lambda t: str(int(t.replace(tzinfo=dt.UTC).timestamp())),
}
HEADINGS = (
    ("time", "value"),
    ("Zeit", "Wert"),
    ("日期", "负荷"),
    ("Date", "Débit"),
    ("timestamp", "load kW"),
)
STEPS = (dt.timedelta(minutes=15), dt.timedelta(hours=1), dt.timedelta(hours=3), dt.timedelta(1))


def number(value: float, decimals: int, point: str, group: str) -> str:
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans({",": group, ".": point}))


@st.composite
def tables(draw):
    """(bytes of a file, the values in the order of time, the values in the order of the file, how it was made)."""
    chance = random.Random(draw(st.integers(0, 10_000)))
    count = draw(st.integers(41, 70))
    decimals = draw(st.integers(0, 4))
    largest = draw(st.sampled_from([9, 500, 3000, 2_000_000]))
    values = [round(chance.uniform(-largest / 3, largest), decimals) for _ in range(count)]
    start = dt.datetime(draw(st.integers(1985, 2025)), draw(st.integers(1, 12)), 1)
    start += draw(st.sampled_from(STEPS)) * draw(st.integers(0, 40))
    step = draw(st.sampled_from(STEPS))
    point = draw(st.sampled_from(".,"))
    group = draw(
        st.sampled_from([g for g in ("", " ", "\u00a0", "\u202f", "'", ",", ".") if g != point])
    )
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    form = draw(st.sampled_from(list(DATES)))
    heading = draw(st.sampled_from(HEADINGS))
    rows = [
        (DATES[form](start + k * step), number(v, decimals, point, group))
        for k, v in enumerate(values)
    ]
    order = draw(st.sampled_from(["old to new", "new to old", "any"]))
    places = list(range(count))
    if order == "new to old":
        places.reverse()
    elif order == "any":
        chance.shuffle(places)
    quoted = draw(st.booleans())

    def cell(text: str) -> str:
        return f'"{text}"' if quoted or separator in text else text

    lines = [separator.join(map(cell, heading))]
    end = separator if draw(st.booleans()) else ""  # behind the rows, not behind the names
    lines += [separator.join(map(cell, rows[k])) + end for k in places]
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join([*lines, ""])
    encodings = ["utf-8", "utf-8-sig", "utf-16"]
    encodings += [e for e in ("gb18030", "cp1252") if fits(text, e)]
    encoding = draw(st.sampled_from(encodings))
    made = f"{form}, {order}, {encoding}, {separator!r}, {point!r}, {group!r}"
    return text.encode(encoding), values, [values[k] for k in places], made


def fits(text: str, encoding: str) -> bool:
    """Whether the text can be written so, and has a word in it that tells the encoding."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return any(c in text for c in ("日" if encoding == "gb18030" else "éüä"))


@settings(max_examples=400, deadline=None)
@given(tables())
def test_a_table_is_read_as_it_was_meant(table):
    data, in_time, in_file, made = table
    series = read_series(decode_text(data).text)
    kept = "stay in the order of the file" in series.note
    expected = np.array(in_file if kept else in_time)
    two_ways = "though it could be" in series.note
    if two_ways and not np.allclose(series.values, expected):
        return  # "1,234" alone: both readings are told
    assert np.array_equal(series.values, expected), (made, series.note)
    if kept and "any" not in made:
        assert "can be read as" in series.note, made


@st.composite
def dressed_tables(draw):
    """(a text with more in it than a series, the values, their column's name, the lines without a value)."""
    chance = random.Random(draw(st.integers(0, 10_000)))
    count = draw(st.integers(41, 60))
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    start = dt.datetime(draw(st.integers(1950, 2030)), 1, 1)
    step = draw(st.sampled_from(STEPS))
    times = [start + k * step for k in range(count)]
    values: list[float | None] = [round(chance.uniform(-50, 900), 2) for _ in range(count)]
    word = draw(st.sampled_from(["", "NA", "n/a", "-", "---", "null", "NaN", "#N/A"]))
    for k in chance.sample(range(count), draw(st.integers(0, 5))):
        values[k] = None
    sign = draw(st.sampled_from(["{}", "{} kW", "{}%", "€{}", "{} µg/m³"]))
    columns = {
        "load": [word if v is None else sign.format(v) for v in values],
        "day": [f"{t:%Y-%m-%d}" for t in times],
        "hour": [f"{t:%H:%M}" for t in times],
        "place": ["Rom" if k % 2 else "Bern, old town" for k in range(count)],
        "ok": ["1"] * count,
        "number": [str(k) for k in range(1, count + 1)],
    }
    more = draw(st.lists(st.sampled_from(["place", "ok", "number"]), unique=True))
    names = draw(st.permutations(["day", "hour", "load", *more]))

    def line(cells):
        return separator.join(f'"{c}"' if separator in c else c for c in cells)

    above = draw(
        st.sampled_from(
            [
                [],
                ["Station 5"],
                ["# made", "# by hand"],
                ["Report" + separator * (len(names) - 1), ""],
            ]
        )
    )
    units = [line("kW" if name == "load" else "-" for name in names)] if draw(st.booleans()) else []
    below = draw(st.sampled_from([[], ["Source: the office"], ["", "# end"]]))
    places = list(range(count))
    if draw(st.booleans()):
        chance.shuffle(places)
    rows = [line(columns[name][k] for name in names) for k in places]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join([*above, line(names), *units, *rows, *below, ""]), values


@settings(max_examples=300, deadline=None)
@given(dressed_tables())
def test_what_stands_around_a_series_does_not_change_it(table):
    content, values = table
    read = read_table(content)
    column = next(c for c in read.columns if c.name.split()[0] == "load")
    assert column.numbers is not None, (column.problem, read.notes)
    expected = np.array([np.nan if v is None else v for v in values])
    assert np.array_equal(column.numbers, expected, equal_nan=True), (read.notes, column.note)
    assert read.columns[default_column(read) - 1] is column, read.notes
    assert read.times is not None
