"""Sequences that a user types: read to the very numbers, or refused with one sentence."""

import re

import pytest
import torch

from core.io.user_model import LOSSES, inspect_layer
from core.io.user_sequences import csv_as_text, draw_numbers, parse_numbers, parse_symbols
from core.layers.recurrent import Recurrent

ONE_SENTENCE = re.compile(r"[^:]+: expected .+, got .+\. [A-Z][^.]*(\.[^.]+)*\.", re.DOTALL)


def test_numbers_symbols_and_a_csv_file_become_inputs():
    x, symbols = parse_numbers("a,b\n1, -2\n\n3;4e-1\n", 2)
    assert x.tolist() == [[[1, -2]], [[3, pytest.approx(0.4)]]]
    x, symbols = parse_numbers("0.5 0.25\n-1", 1)
    assert (x[:, 0, 0].tolist(), symbols) == ([0.5, 0.25, -1], ("0.5", "0.25", "-1"))
    table = torch.randn(3, 2)
    x, _ = parse_symbols("ca", "abc", table)
    torch.testing.assert_close(x[:, 0], table[[2, 0]])
    assert parse_numbers(csv_as_text('"1","2"\n"3","4"'), 2)[0].shape == (2, 1, 2)


CANNOT = {
    "no steps": lambda: parse_numbers("", 1),
    "too few numbers": lambda: parse_numbers("1 2 3", 2),
    "no number": lambda: parse_numbers("1 x", 2),
    "nan": lambda: parse_numbers("1 nan", 2),
    "inf": lambda: parse_numbers("1 inf", 2),
    "too large a number": lambda: parse_numbers("1 1e30", 2),
    "too many steps": lambda: parse_numbers("1 " * 5000, 1),
    "an unknown symbol": lambda: parse_symbols("abc", "ab", torch.eye(2)),
    "a symbol twice": lambda: parse_symbols("ab", "aab", torch.eye(3)),
    "too many symbols": lambda: parse_symbols("ab", "abcd", torch.eye(3)),
    "no symbols": lambda: parse_symbols("", "ab", torch.eye(3)),
    "no such unit": lambda: _inspect(2, 4, 99),
    "too much memory": lambda: _inspect(3000, 2000, 0),
}


@pytest.mark.parametrize("case", CANNOT)
def test_a_sequence_that_cannot_be_gets_a_sentence(case):
    with pytest.raises(ValueError, match=r".+") as error:
        CANNOT[case]()
    assert ONE_SENTENCE.fullmatch(str(error.value)), str(error.value)


def _inspect(hidden: int, steps: int, unit: int):
    layer = Recurrent("lstm", 3, hidden)
    return inspect_layer("mine", layer, *draw_numbers(3, steps, 1), LOSSES["one unit"], unit)
