"""A column of classes in a reader's table: which it is, which output each class is, and what is refused."""

import pytest

from core.io.table_classes import (
    class_columns,
    is_sure,
    likely_class_column,
    output_orders,
    read_classes,
    typed_order,
)
from core.io.table_inputs import (
    likely_input_columns,
    likely_naming_column,
    naming_columns,
    read_inputs,
    rows_by_sequence,
)
from core.tasks.data.csv_table import Table, read_table


def content_of(activity: str) -> str:
    lines = [
        f"{name},{k / 7:.3f},{label.replace('_', '')}"
        for k, (name, label) in enumerate(zip("111222", activity.split(), strict=True))
    ]
    return "\n".join(["seq,ax,activity", *lines])


def table_of(activity: str) -> Table:
    return read_table(content_of(activity))


def test_words_and_whole_numbers_can_be_classes_and_measurements_cannot():
    assert class_columns(table_of("walk run walk run walk run")) == {1: "seq", 3: "activity"}
    assert 3 in class_columns(table_of("1 2 1 2.0 1 _"))
    assert 3 not in class_columns(table_of("1.5 2 1 2 1 2"))
    column = read_classes(table_of("1 2 01 2.0 1 2"), 3, 2)
    assert column.classes == ("1", "2")  # however a number is written


def test_what_can_be_read_in_one_way_alone_is_no_question():
    assert output_orders(("2", "0", "1"), 3) == {"from 0": ("0", "1", "2")}
    assert output_orders(("1", "3"), 3) == {"from 1": ("1", "", "3")}
    either = output_orders(("1", "2"), 3)
    assert either == {"from 0": ("", "1", "2"), "from 1": ("1", "2", "")}
    words = output_orders(("walk", "run"), 2)
    assert words == {"alphabetical": ("run", "walk"), "file": ("walk", "run")}
    assert output_orders(("10", "-5"), 2) == {"ascending": ("-5", "10")}
    sure = [("2", "0", "1"), ("1", "3"), ("1", "2"), ("walk", "run"), ("a", "b"), ("10", "-5")]
    assert [is_sure(output_orders(each, 3)) for each in sure] == [True, True, *[False] * 4]


def test_each_step_has_the_output_of_its_class():
    column = read_classes(table_of("walk run walk run ? walk"), 3, 2)
    at, values = column.targets((0, 1, 2), (3, 4, 5), ("walk", "run"))
    assert (at, values.tolist()) == ((0, 2), [1, 0])  # a step with “?” has none
    assert column.targets((0,), (3,), ("run", "walk"))[1].tolist() == [0]


def test_a_column_that_is_no_target_is_refused_by_its_label():
    with pytest.raises(
        ValueError, match=r"the class: expected 2 to 2 classes.* got 1 in activity \(walk\)"
    ):
        read_classes(table_of("walk walk walk walk walk walk"), 3, 2)
    with pytest.raises(
        ValueError, match=r"got 5 in activity \(sit, walk, run, lie, …\)\. Choose another"
    ):
        read_classes(table_of("sit walk run lie stand sit"), 3, 4)
    column = read_classes(table_of("walk run walk run _ walk"), 3, 2)
    with pytest.raises(ValueError, match="got an empty cell at step 2 in activity"):
        column.targets((0, 1, 2), (3, 4, 5), ("walk", "run"))
    assert column.targets((2,), (5,), ("walk", "run"))[1].tolist() == [
        0
    ]  # only what is used counts


def test_an_order_that_is_typed_holds_each_class_once():
    classes = ("walk", "run")
    assert typed_order("sit\nrun\nwalk\n", classes, 3) == ("sit", "run", "walk")
    assert typed_order("run, walk", classes, 3) == ("run", "walk")
    for text, got in (("sit\nwalk", "none for 'run'"), ("run\nwalk\nrun", "'run' twice")):
        with pytest.raises(ValueError, match=f"Order of the classes: .* got {got}"):
            typed_order(text, classes, 3)
    with pytest.raises(ValueError, match=r"at most 3, .* got 4 classes"):
        typed_order("run,walk,sit,lie", classes, 3)


def test_one_of_several_sequences_is_read():
    content = "t,who,ax\n" + "\n".join(
        f"2024-01-0{t + 1},{who},{t + 100 * (who == 'b')}" for t in range(5) for who in "ab"
    )
    assert likely_naming_column(content) == 2
    rows = rows_by_sequence(content, 2)
    x, labels = read_inputs(content, (3,), first=2, most=3, rows=rows["b"])
    assert x[:, 0, 0].tolist() == [101, 102, 103]
    assert labels == ("2", "3", "4")
    by_name = content_of("walk run walk run walk run")
    assert list(naming_columns(by_name)) == [1, 3]
    assert likely_naming_column(by_name) == 1
    assert rows_by_sequence(by_name, 1)["2"].tolist() == [3, 4, 5]
    assert rows_by_sequence(by_name, 0)[""].tolist() == [0, 1, 2, 3, 4, 5]


def test_the_column_that_opens_has_as_many_classes_as_the_head_has_outputs():
    lines = ["seq,label,half,step", *(f"{k // 4},{'ab'[k % 2]},{k % 2},{k}" for k in range(12))]
    table = read_table("\n".join(lines))
    assert likely_class_column(table, 2) == 2  # of words
    numbers = read_table(
        "\n".join(["x,half,step", *(f"{k / 7:.3f},{k % 2},{k}" for k in range(12))])
    )
    assert likely_class_column(numbers, 2) == 2  # not the last one, which has 12
    with pytest.raises(ValueError, match="expected a column of words or whole numbers"):
        likely_class_column(read_table("x,y\n0.5,1.5\n0.25,2.5\n0.125,3.5"), 2)


def test_what_only_counts_the_lines_is_read_last():
    lines = [
        "seq,t,ax,ay",
        *(f"{k // 4},{k % 4},{k * 0.37 % 1:.3f},{k * 0.71 % 1:.3f}" for k in range(12)),
    ]
    content = "\n".join(lines)
    assert likely_input_columns(content, 1, 2) == (3, 4)
    assert likely_input_columns(content, 1, 3) == (3, 4, 2)
