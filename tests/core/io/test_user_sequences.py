"""Sequences that a user types: read to the very numbers, or refused with one sentence that quotes what came."""

import json
import re

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.io.user_model import LOSSES, inspect_layer
from core.io.user_sequences import (
    csv_as_text,
    draw_numbers,
    parse_numbers,
    parse_symbols,
    parse_vocabulary,
)
from core.layers.recurrent import Recurrent

ONE_SENTENCE = re.compile(r"[^:]+: expected .+, got .+\. [A-Z][^.]*(\.[^.]+)*\.", re.DOTALL)


def test_numbers_symbols_and_a_csv_file_become_inputs():
    x, symbols = parse_numbers("a,b\n1, -2\n\n3;4e-1\n", 2)
    assert x.tolist() == [[[1, -2]], [[3, pytest.approx(0.4)]]]
    x, symbols = parse_numbers("0.5 0.25\n-1", 1)
    assert (x[:, 0, 0].tolist(), symbols) == ([0.5, 0.25, -1], ("0.5", "0.25", "-1"))
    table = torch.randn(3, 2)
    x, _ = parse_symbols("ca", parse_vocabulary("abc", words=False), table)
    torch.testing.assert_close(x[:, 0], table[[2, 0]])
    assert parse_numbers(csv_as_text('"1","2"\n"3","4"'), 2)[0].shape == (2, 1, 2)


WAYS = {
    "spaces": ("1 -2.5\n3 4", 2),
    "commas": ("1,-2.5\n3,4", 2),
    "commas and spaces": ("1, -2.5\n3, 4", 2),
    "semicolons": ("1;-2.5\n3;4", 2),
    "tabs": ("1\t-2.5\n3\t4", 2),
    "decimal commas, semicolons": ("1,0; -2,5\n3,0; 4,0", 2),
    "decimal commas, tabs": ("1,0\t-2,5\n3,0\t4,0", 2),
    "decimal commas, spaces": ("1,0 -2,5\n3,0 4,0", 2),
    "a minus sign": ("1 −2.5\n3 4", 2),
    "full-width signs": ("1，−2.5\n3，4", 2),
    "a list of Python": ("[[1, -2.5], [3, 4]]", 2),
    "a printed array": ("array([[ 1. , -2.5],\n       [ 3. ,  4. ]])", 2),
    "a printed tensor": ("tensor([[ 1.0, -2.5],\n        [ 3.0,  4.0]], dtype=torch.float64)", 2),
    "old line ends": ("1 -2.5\r3 4", 2),
    "names above": ("input,other\n1,-2.5\n3,4", 2),
    "names of several words above": ("input one;other two\n1;-2,5\n3;4", 2),
    "powers of ten": ("1e0 -2.5E+00\n3e+0 40e-1", 2),
    "one input, a line": ("1 -2.5 3 4", 1),
    "one input, commas": ("1, -2.5, 3, 4", 1),
    "one input, a list": ("[1, -2.5, 3, 4]", 1),
    "one input, decimal commas that no list can have": ("1,00 -2,50 3,00 4,00", 1),
    "one input, decimal commas and semicolons": ("1;-2,5;3;4", 1),
}


@pytest.mark.parametrize("way", WAYS)
def test_numbers_are_read_as_people_write_them(way):
    text, inputs = WAYS[way]
    assert parse_numbers(text, inputs)[0].flatten().tolist() == [1, -2.5, 3, 4]


ROWS = st.lists(st.lists(st.integers(-9999, 9999).map(lambda n: n / 100), min_size=2, max_size=2), min_size=1, max_size=6)  # fmt: skip


@given(ROWS, st.sampled_from([";", "; ", "\t", " ", "  "]), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_table_with_a_separator_that_is_no_comma(rows, separator, decimal_comma, header):
    def written(value: float) -> str:
        text = f"{value:.2f}"
        return text.replace(".", ",") if decimal_comma else text

    lines = [separator.join(map(written, row)) for row in rows]
    text = "\n".join(["a" + separator + "b"] * header + lines)
    np.testing.assert_allclose(parse_numbers(text, 2)[0][:, 0], rows, rtol=1e-6)
    quoted = "\n".join(";".join(f'"{written(v)}"' for v in row) for row in rows)
    np.testing.assert_allclose(parse_numbers(csv_as_text(quoted), 2)[0][:, 0], rows, rtol=1e-6)


@given(st.lists(st.integers(0, 99), min_size=1, max_size=5), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_what_can_be_read_in_two_ways_is_asked_for(whole, part):
    assume(part)
    text = "\n".join(f"{n},{part}" for n in whole)
    with pytest.raises(ValueError, match="read in one way") as error:
        parse_numbers(text, 1)
    assert f"may be {whole[0]}.{part} or {whole[0]} and {part}" in str(error.value)
    assert ONE_SENTENCE.fullmatch(str(error.value)), str(error.value)


DATES = "\n".join(f"2024-01-0{k},{k},{k + 1}" for k in range(1, 9))
CANNOT = {
    "no steps": (lambda: parse_numbers("", 1), "Numbers: expected 1 to 2000 steps, got 0"),
    "too few numbers": (
        lambda: parse_numbers("1 2 3", 2),
        "got 3 numbers: '1 2 3'. The layer has 2 inputs",
    ),
    "a column of dates": (
        lambda: parse_numbers(DATES, 2),
        "got a column 1 without numbers, as '2024-01-01'. Take that column out",
    ),
    "a column of dates and one input": (
        lambda: parse_numbers("2024-01-01;1,5\n2024-01-02;2,5", 1),
        "a column 1 without numbers, as '2024-01-01'",
    ),
    "a column of names at the end": (
        lambda: parse_numbers("1 2 cat\n3 4 dog", 2),
        "a column 3 without numbers, as 'cat'",
    ),
    "a word": (lambda: parse_numbers("1 2\n1 x", 2), "in step 2, got 'x' in '1 x'"),
    "nan": (lambda: parse_numbers("1 nan", 2), "got 'nan' in '1 nan'. Write a number"),
    "inf": (lambda: parse_numbers("1 inf", 2), "got 'inf'"),
    "too large a number": (lambda: parse_numbers("1 1e30", 2), "got '1e30'.*Divide the numbers"),
    "too many steps": (lambda: parse_numbers("1 " * 5000, 1), "got 5000. Type fewer"),
    "an unknown symbol": (lambda: symbols("abc", "ab", 2), r"Text: .*\(ab …\), got 'c'"),
    "an unknown word": (lambda: symbols("the dog", "the cat", 2, True), "got 'dog'"),
    "a symbol twice": (lambda: symbols("ab", "aab", 3), "Vocabulary: .*got 'a' twice"),
    "a word twice": (lambda: symbols("a", "a b a", 3, True), "got 'a' twice"),
    "too many symbols": (lambda: symbols("ab", "abcd", 3), "at most 3 symbols, got 4"),
    "a row that is not there": (lambda: symbols("a", '{"a": 7}', 3), "at most 3 symbols, got 8"),
    "no text": (lambda: symbols("", "ab", 3), "Text: expected 1 to 2000 steps, got 0"),
    "no vocabulary": (lambda: symbols("a", "", 3), "Vocabulary: .*got none"),
    "no such unit": (lambda: _inspect(2, 4, 99), "Unit: "),
    "too much memory": (lambda: _inspect(3000, 2000, 0), "Steps: .*got 2000 steps"),
}


@pytest.mark.parametrize("case", CANNOT)
def test_a_sequence_that_cannot_be_gets_a_sentence(case):
    make, expected = CANNOT[case]
    with pytest.raises(ValueError, match=r".+") as error:
        make()
    assert re.search(expected, str(error.value)), str(error.value)
    assert ONE_SENTENCE.fullmatch(str(error.value)), str(error.value)


def symbols(text: str, vocabulary: str, rows: int, words: bool = False) -> list[list[float]]:
    """The rows that are read, of a table of unit vectors."""
    parsed = parse_vocabulary(vocabulary, words)
    return parse_symbols(text, parsed, torch.eye(rows), words)[0][:, 0].tolist()


def test_a_vocabulary_of_words_or_as_json():
    assert symbols("cat the cat", "the cat", 2, True) == [[0, 1], [1, 0], [0, 1]]
    as_dict = json.dumps({"the": 2, "cat": 0})
    assert symbols("the cat", as_dict, 3, True) == [[0, 0, 1], [1, 0, 0]]
    assert symbols("b a", '["a", " ", "b"]', 3) == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert symbols("[a", "a[", 2) == [[0, 1], [1, 0]], "a bracket can be a symbol"
    assert symbols("我 爱", "我 爱", 2, True) == [[1, 0], [0, 1]]


def _inspect(hidden: int, steps: int, unit: int):
    layer = Recurrent("lstm", 3, hidden)
    return inspect_layer("mine", layer, *draw_numbers(3, steps, 1), LOSSES["one unit"], unit)
