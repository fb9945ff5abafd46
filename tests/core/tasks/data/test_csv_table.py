"""Tables as they come: what is a row, a name, a series, and what is said of the rest."""

import numpy as np
import pytest

from core.tasks.data.csv_table import read_table
from tests.helpers.tables import COMMAS, DAYS, VALUES, N, notes, numbers, rows, text


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
