"""A reader's own names: any alphabet, any usual separator, and odd lines left out, not refused."""

import unicodedata

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.layers.sequence_model import SequenceModel
from core.tasks.data.name_file import LATIN, RARE, read_name_file, spell_name
from core.tasks.names import Names

LATIN_NAMES = [f"{a}{b}o" for a in "abcd" for b in "xyzuvwrs"]
ROWS = [(name, "north" if k < 16 else "south") for k, name in enumerate(LATIN_NAMES)]


def file_of(rows, separator=","):
    return "\n".join(separator.join(row) for row in rows)


def draw(task):
    """One picture of a fresh network."""
    model = SequenceModel(task.input_size, task.output_size, cell="gru", hidden_size=4)
    with torch.no_grad():
        output = model(task.held_out.x, task.held_out.lengths)
    assert sum(map(sum, task.panel_data(model, output, task.held_out, 0).counts)) == task.held_out.B
    probe = task.probe(None)
    assert model(probe.batch.x).shape == (1, task.output_size)
    assert probe.answer in task.labels
    return task


def spelled(task, column):
    n = int(task.held_out.lengths[column])
    return "".join(task.input_labels[k] for k in task.held_out.x[:n, column].tolist())


@pytest.mark.parametrize("separator", [",", "\t", ";", "，", "；", ", ", " ; ", " ，", '","'])
def test_any_usual_separator_is_read(separator):
    if separator == '","':
        content = "\n".join(f'"{name}","{label}"' for name, label in ROWS)
    else:
        content = file_of(ROWS, separator)
    assert read_name_file(content).pairs == read_name_file(file_of(ROWS)).pairs
    assert len(read_name_file(content).pairs) == 32
    assert read_name_file(content).notes == ()


def test_lines_may_have_separators_of_their_own():
    mixed = [f"{name}{',' if k % 3 else chr(9)}{label}" for k, (name, label) in enumerate(ROWS)]
    assert read_name_file("\n".join(mixed)).pairs == read_name_file(file_of(ROWS)).pairs


@pytest.mark.parametrize(
    "heading", ["name,label", "Surname,Language", "姓名,语言", "Имя,Язык", "nom,pays", "x,y"]
)
def test_a_heading_is_recognised_and_said(heading):
    file = read_name_file(f"\ufeff\n{heading}\n{file_of(ROWS)}")
    assert file.pairs == read_name_file(file_of(ROWS)).pairs
    assert file.notes == (f"line 2, “{heading}”, is the heading",)
    assert file.lines == 32


def test_a_label_may_stand_first_and_it_is_said():
    rows = [
        (f"{'abcdefghij'[k % 10]}{'klmnopqrst'[k // 10]}a", "one" if k % 2 else "two")
        for k in range(100)
    ]
    turned = read_name_file(file_of([(label, name) for name, label in rows]))
    assert turned.pairs == read_name_file(file_of(rows)).pairs
    assert turned.notes == ("the label stands before the name",)


@pytest.mark.parametrize(
    "odd",
    [
        "Rossi",
        "a,b,c",
        "x1y2,north",
        "???,north",
        "---,south",
        ",north",
        "Rossi,",
        "=1+1,north",
        "a" * 300 + ",north",
        '"unclosed,north',
        "😀,south",
        "\u0301,south",
    ],
)
@pytest.mark.parametrize("place", [1, 16, 32])
def test_one_odd_line_is_left_out_and_quoted_with_its_number(odd, place):
    lines = file_of(ROWS).split("\n")
    file = read_name_file("\n".join([*lines[:place], odd, *lines[place:]]))
    assert file.pairs == read_name_file(file_of(ROWS)).pairs
    (note,) = file.notes
    assert note.startswith(f"left out: line {place + 1}, “{odd[:40]}")
    assert "expected" not in note


def test_a_label_with_too_few_names_is_left_out_and_said():
    file = read_name_file(file_of([*ROWS, ("ana", "east"), ("ina", "east"), ("ula", "west")]))
    assert file.pairs == read_name_file(file_of(ROWS)).pairs
    assert file.notes == ("3 left out, of labels with fewer than 5 names: “east” and 1 more",)


def test_a_file_of_something_else_is_refused_with_a_quotation():
    for content, got in (
        ("Rossi Italian\n" * 5, "“Rossi Italian” in line 1"),
        ("\n2020-01-01,3.5\n2020-01-02,4.5", "“2020-01-01,3.5” in line 2"),
        ("a,b,c", "“a,b,c” in line 1"),
        ("\n \n", "no line"),
    ):
        with pytest.raises(ValueError, match=r"^file: expected on each line a name, a comma") as e:
            read_name_file(content)
        assert f"got {got}. Write it like" in str(e.value)
    with pytest.raises(ValueError, match="at least two labels with 5 different names each, got 1"):
        read_name_file(file_of(ROWS[:16]))


@pytest.mark.parametrize(
    ("names", "letters"),
    [
        (["аков", "алов", "амов", "иван", "пётр", "йорик"], "авёй"),
        (["王小明", "李雷", "张三", "韩梅", "赵四", "孙五"], "王李张"),
        (["नमन", "सीता", "राम", "गीता", "मोहन", "सोहन"], "नम"),
        (["田中", "さくら", "ケンジ", "鈴木", "ゆき", "ハナコ"], "田中さ"),
        (["محمد", "فاطمة", "علي", "حسن", "مريم", "يوسف"], "محد"),
        (["דוד", "שרה", "משה", "רחל", "לאה", "יוסף"], "דוש"),
        (["김민수", "이영희", "박철수", "최지우", "정우성", "한가인"], "김민수"),
        (["สมชาย", "สมหญิง", "มานะ", "มานี", "ชูใจ", "ปิติ"], "สมช"),
        (["Guðrún", "Þóra", "Ħal", "Əliyev", "Kaʻiulani", "Ðora"], "ðħə"),
        (["გიორგი", "ნინო", "დავით", "მარიამ", "ლუკა", "ანა"], "გინ"),
    ],
)
def test_names_in_any_alphabet_are_read_letter_by_letter(names, letters):
    more = [name + name[-1] for name in names]
    rows = [*ROWS, *((name, "east") for name in [*names, *more])]
    task = draw(Names(file=file_of(rows), length=20))
    assert set(letters) <= set(task.input_labels)
    assert "left out" not in task.note
    assert task.note.endswith("different letters")
    for name in names:
        probe = task.probe(unicodedata.normalize("NFD", name))
        assert probe.answer == "east"
        assert "".join(probe.symbols) == spell_name(name)
        assert task.probe(f"{name}；north").answer == "north"


def test_latin_names_keep_the_letters_a_to_z():
    task = draw(Names(file=file_of(ROWS), length=5))
    assert task.input_labels == LATIN
    assert spelled(task, 0) in LATIN_NAMES
    for name, latin in (("Páén", "paen"), ("O'Brien-Šmíd", "obriensmid"), ("Ψυχάρης", "psycharis")):
        assert spell_name(name) == latin


def test_an_unknown_letter_of_a_typed_name_is_named():
    task = Names(file=file_of([*ROWS, *((f"ж{c}о", "east") for c in "абвгд")]))
    with pytest.raises(
        ValueError,
        match=r"^Sequence to watch: expected a name of 1 to 14 letters of the file, got '王'",
    ):
        task.probe("王")


def test_of_too_many_letters_the_rare_ones_become_one():
    names = [chr(0x4E00 + k) + chr(0x4E00 + (k * 7) % 1100) for k in range(1100)]
    rows = [(name, "one" if k % 2 else "two") for k, name in enumerate(names)]
    task = draw(Names(file=file_of(rows)))
    assert len(task.input_labels) == 1000
    assert "101 of 1100 different letters are rare and read as □" in task.note
    assert RARE in task.probe("\u9fff王").symbols


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=6), st.sampled_from(",\t;，"))
def test_whatever_stands_among_the_lines_the_others_are_read(odd, separator):
    lines = file_of(ROWS, separator).split("\n")
    content = "\n".join([*lines[:9], *odd, *lines[9:]])
    file = read_name_file(content)
    assert set(read_name_file(file_of(ROWS)).pairs) <= set(file.pairs)
    draw(Names(file=content, length=40))
