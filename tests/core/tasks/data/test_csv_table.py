"""Tables as they come: what is a row, a name, a series, and what is said of the rest."""

import datetime as dt
import math

import numpy as np
import pytest

from core.tasks.data.csv_table import read_table

N = 60
VALUES = [round(20 + 5 * math.sin(k / 5), 2) for k in range(N)]
DAYS = [dt.date(2020, 1, 1) + dt.timedelta(k) for k in range(N)]
COMMAS = [f"{v:.2f}".replace(".", ",") for v in VALUES]


def text(*lines, end="\n"):
    return end.join(lines) + end


def rows(separator, values=VALUES, days=DAYS):
    return [f"{day}{separator}{value}" for day, value in zip(days, values, strict=True)]


def numbers(content, column=-1):
    return read_table(content).columns[column].numbers.tolist()


def notes(content):
    return " ".join(read_table(content).notes)


# One column of decimal commas is one column, with any heading, any sign behind and any end of lines.
@pytest.mark.parametrize(
    "content",
    [
        text("Wert", *COMMAS),
        text("Leistung in kW", *COMMAS),
        text("日期", *COMMAS),
        text("Wert", *(f"{c} €" for c in COMMAS)),
        text("Wert", *(f"€ {c}" for c in COMMAS)),
        text("Wert", *(f"{c} kWh" for c in COMMAS)),
        text("Wert", *(f"{c} %" for c in COMMAS)),
        text("Wert", *(f'"{c}"' for c in COMMAS)),
        text("Wert", *COMMAS, end="\r\n"),
        text("Wert", *COMMAS, end="\r"),
        text("Wert", *COMMAS, end="\x85"),
        text(*COMMAS),
        text("# gemessen", "Wert", *COMMAS),
        text("", "Wert", "", *COMMAS, ""),
    ],
)
def test_a_column_of_decimal_commas_is_one_column(content):
    table = read_table(content)
    assert len(table.columns) == 1
    assert table.columns[0].numbers.tolist() == VALUES
    assert "decimal comma" in table.columns[0].note


def test_a_zero_behind_the_comma_makes_a_number_of_the_line():
    content = text(*(f"{k % 7},{'05' if k % 3 else '5'}" for k in range(N)))
    assert numbers(content) == [k % 7 + (0.05 if k % 3 else 0.5) for k in range(N)]
    assert notes(content) == ""


def test_one_column_of_grouped_thousands():
    content = text("Wert", *(f"{1000 + 37 * k:,}" for k in range(N)))
    assert numbers(content) == [1000 + 37 * k for k in range(N)]
    assert "'1,000' was read as 1000, though it could be 1" in read_table(content).columns[0].note


def test_two_columns_of_whole_numbers_are_two():
    pairs = [(k % 7, k % 5) for k in range(N)]
    named = text("a,b", *(f"{a},{b}" for a, b in pairs))
    assert numbers(named, 0) == [a for a, _ in pairs]
    assert numbers(named, 1) == [b for _, b in pairs]
    bare = text(*(f"{a},{b}" for a, b in pairs))
    assert len(read_table(bare).columns) == 2
    assert "'1,1' was read as two columns, though it could be one number" in notes(bare)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " ", "   ", " ; ", "\t\t"])
@pytest.mark.parametrize("named", [True, False])
def test_the_separator_is_found_in_all_lines(separator, named):
    heading = [separator.join(("day", "load"))] if named else []
    content = text(*heading, *rows(separator))
    assert [c.name for c in read_table(content).columns] == (
        ["day", "load"] if named else ["column 1", "column 2"]
    )
    assert numbers(content) == VALUES


@pytest.mark.parametrize("separator", [";", "\t", "|", " "])
@pytest.mark.parametrize("named", [True, False])
def test_decimal_commas_do_not_separate(separator, named):
    heading = [f"Tag{separator}Wert"] if named else []
    german = [f"{day:%d.%m.%Y}{separator}{c}" for day, c in zip(DAYS, COMMAS, strict=True)]
    assert numbers(text(*heading, *german)) == VALUES


def test_a_separator_inside_quotes_separates_nothing():
    lines = [
        f'"{day:%B %d, %Y}","Mainz, ""Alt"";",{v}' for day, v in zip(DAYS, VALUES, strict=True)
    ]
    table = read_table(text('"day, local","place",v', *lines))
    assert [c.name for c in table.columns] == ["day, local", "place", "v"]
    assert table.columns[1].cells[0] == 'Mainz, "Alt";'
    assert table.columns[2].numbers.tolist() == VALUES
    assert table.time == 1


def test_a_line_break_inside_quotes_breaks_no_row():
    lines = [f'{day},"two\nlines",{v}' for day, v in zip(DAYS, VALUES, strict=True)]
    lines[7] = lines[7].replace(str(VALUES[7]), "broken")
    table = read_table(text('"day\n(local)",note,v', *lines))
    assert table.columns[0].name == "day (local)"
    assert table.rows == N
    assert "'broken' in line 17" in table.columns[2].note, "the heading and each row have two lines"


def test_excel_says_which_separator_there_is():
    content = text("sep=;", "day;a,b", *(f"{day};{c}" for day, c in zip(DAYS, COMMAS, strict=True)))
    assert numbers(content) == VALUES


# A separator more in the rows than in the heading moves no name.
WEATHER = [("time", "T", "Po", "P", "U")] + [
    (f"{day:%d.%m.%Y} 21:00", f"{v:.1f}", f"{700 + k % 9}.0", f"{760 + k % 9}.0", str(50 + k % 30))
    for k, (day, v) in enumerate(zip(DAYS, VALUES, strict=True))
]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("quoted", [True, False])
@pytest.mark.parametrize("newest_first", [True, False])
def test_a_separator_behind_every_row_moves_no_name(separator, quoted, newest_first):
    def line(cells):
        return separator.join(f'"{cell}"' if quoted else cell for cell in cells)

    below = [line(cells) + separator for cells in WEATHER[1:]]
    table = read_table(text(line(WEATHER[0]), *(reversed(below) if newest_first else below)))
    assert [c.name for c in table.columns] == list(WEATHER[0])
    assert table.columns[1].numbers.tolist() == [float(row[1]) for row in WEATHER[1:]]
    assert table.columns[4].numbers.tolist() == [float(row[4]) for row in WEATHER[1:]]
    assert ("reversed" in table.notes[-1]) == newest_first


def test_names_of_rows_without_a_name_of_their_own():
    written_by_r = text('"T","P"', *(f'"{k}",{v},{k % 7}.5' for k, v in enumerate(VALUES, 1)))
    table = read_table(written_by_r)
    assert [c.name for c in table.columns] == ["column 1", "T", "P"]
    assert table.columns[1].numbers.tolist() == VALUES
    dated = text(
        "T,P",
        *(f"{day},{v},{k % 7}.5" for k, (day, v) in enumerate(zip(DAYS, VALUES, strict=True))),
    )
    assert [c.name for c in read_table(dated).columns] == ["column 1", "T", "P"]
    assert "the first, which holds the time, got none" in notes(dated)


def test_decimal_commas_in_a_table_of_commas():
    content = text("day,v", *(f"{day},{c}" for day, c in zip(DAYS, COMMAS, strict=True)))
    assert numbers(content) == VALUES
    assert "in '2020-01-01,20,00' '20,00' was read as one number with a comma" in notes(content)


def test_a_name_too_few_is_told():
    content = text(
        "day,v",
        *(f"{day},{v},{k % 3}.5" for k, (day, v) in enumerate(zip(DAYS, VALUES, strict=True))),
    )
    assert [c.name for c in read_table(content).columns] == ["day", "v", "column 3"]
    assert "the last has no name" in notes(content)


@pytest.mark.parametrize(
    ("above", "below", "says"),
    [
        (["# from station 5", "// north"], [], "2 comments skipped"),
        (["Weather of 2020"], [], "1 line above the table skipped: 'Weather of 2020'"),
        (["Weather of 2020;;", ";;"], [], "'Weather of 2020'"),
        (["Report", "", "Station;5"], [], "2 lines above the table"),
        ([], ["Source: the office"], "1 line below the table skipped: 'Source: the office'"),
        ([], ["", "Total rows 60;;"], "'Total rows 60'"),
    ],
)
def test_what_stands_above_and_below_is_passed_over_and_told(above, below, says):
    table_rows = [f"{line};{k % 4}" for k, line in enumerate(rows(";"))]
    content = text(*above, "day;v;w", *table_rows, *below)
    table = read_table(content)
    assert [c.name for c in table.columns] == ["day", "v", "w"]
    assert table.columns[1].numbers.tolist() == VALUES
    assert says in notes(content)


def test_names_behind_a_comment_sign():
    assert [c.name for c in read_table(text("# day load", *rows(" "))).columns] == ["day", "load"]


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        (["day;T;H", ";°C;%"], ["day", "T °C", "H %"]),
        (["day;T;H", "-;[°C];[%]"], ["day", "T [°C]", "H [%]"]),
        ([";Berlin;", "day;T;H"], ["day", "Berlin T", "Berlin H"]),
        (["day;T;H", "local;air;air", ";°C;%"], ["day local", "T air °C", "H air %"]),
        (["day;v;v"], ["day", "v", "v (2)"]),
        (["day;;v"], ["day", "column 2", "v"]),
    ],
)
def test_several_lines_of_names(heading, names):
    content = text(*heading, *(f"{line};{k % 4}" for k, line in enumerate(rows(";"))))
    table = read_table(content)
    assert [c.name for c in table.columns] == names
    assert table.rows == N
    assert ("which were joined" in notes(content)) == (len(heading) > 1)


def test_years_can_be_names():
    content = text("city,2019,2020", *(f"c{k},{v},{k % 7}.5" for k, v in enumerate(VALUES)))
    assert [c.name for c in read_table(content).columns] == ["city", "2019", "2020"]


def test_rows_that_end_early_miss_their_last_columns():
    lines = [line + (f";{k % 4}" if k % 3 else "") for k, line in enumerate(rows(";"))]
    table = read_table(text("day;v;w", *lines))
    assert table.columns[1].numbers.tolist() == VALUES
    assert np.isnan(table.columns[2].numbers).sum() == N / 3


def test_a_cell_that_is_not_understood_is_quoted_with_its_line():
    lines = rows(",")
    lines[4] = f"{DAYS[4]},broken"
    table = read_table(text("# a comment", "day,v", *lines))
    assert "'broken' in line 7 was not understood and counts as missing" in table.columns[1].note
    assert np.isnan(table.columns[1].numbers[4])
    words = read_table(text("day,v", *(f"{day},red" for day in DAYS)))
    assert words.columns[1].numbers is None
    assert words.columns[1].problem == "'red' in line 2 is no number"


def test_a_number_that_may_stand_for_a_missing_one_is_told():
    lines = rows(",", [-9999 if k in (5, 6) else v for k, v in enumerate(VALUES)])
    note = read_table(text("day,v", *lines)).columns[1].note
    assert note == "-9999 occurs 2 times and was taken as a number, not as a missing value"


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


def test_a_time_that_is_not_understood_is_told_by_a_cell():
    content = text("t;v", *(f"Tag {chr(97 + k % 26)};{v}" for k, v in enumerate(VALUES)))
    assert numbers(content) == VALUES
    assert "No column was recognised as the time" in notes(content)
    assert "'Tag a' in line 2 is no time" in notes(content)
    assert read_table(content).time is None


def test_rules_are_no_rows_and_dashes_are_missing_values():
    markdown = text(
        "| t | v |", "|---|:--|", *(f"| {day} | {v} |" for day, v in zip(DAYS, VALUES, strict=True))
    )
    assert numbers(markdown) == VALUES
    table = read_table(text("v", "---", *map(str, VALUES)))
    assert table.rows == N + 1
    assert np.isnan(table.columns[0].numbers[0])


def test_a_heading_that_comes_again_is_no_row():
    content = text("day,v", *rows(",")[:30], "day,v", *rows(",")[30:])
    assert numbers(content) == VALUES
    assert "The heading is repeated in line 32" in notes(content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "a table of 2 to 2,000,000 lines, got 0"),
        ("5", "a table of 2 to 2,000,000 lines, got 1"),
        ("a,b\n" + "1," * 1001, "at most 1000 columns, got 1002"),
    ],
)
def test_a_text_that_is_no_table_gets_a_sentence(content, says):
    with pytest.raises(ValueError, match=f"^file: expected {says}"):
        read_table(content)
