"""What a reader types for a hidden number: when it counts, and what a wrong one looks like."""

import math

import pytest
import torch

from core.analysis.blanks import Slip, find_slip, find_slip_of_sum, is_right, read_answer
from core.analysis.explanation import Place
from core.analysis.inspection import inspect_layer
from core.analysis.microscope import Microscope
from core.common.messages import Sentence, sentence_of
from core.layers.recurrent import Recurrent


def scope_of(cell: str) -> Microscope:
    torch.manual_seed(3)
    layer = Recurrent(cell, 2, 3, dtype=torch.float64)
    x = torch.randn(5, 1, 2, dtype=torch.float64)
    return Microscope(inspect_layer(layer, x, tuple("abcde"), lambda h: (h * h).sum(), (4,)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("0.42", 0.42), (" −0.42 ", -0.42), ("-.5", -0.5), ("0,42", 0.42), ("+3", 3), ("7.", 7)),
        *(("4.2e-3", 0.0042), ("4.2·10^-3", 0.0042), ("4.2 x 10^(-3)", 0.0042), ("1E2", 100)),
        ("1e-400", 1e-308),
    ],
)
def test_a_number_is_read_as_readers_write_it(text, value):
    assert read_answer(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1e400",
        "nan",
        "inf",
        "1 2 3e",
        "0x10",
        "½",
        "--1",
        "9" * 41,
        "1e999999999",
        "1_0",
        "١",
    ],
)
def test_anything_else_gets_a_sentence(text):
    with pytest.raises(ValueError, match="Your number: expected") as error:
        read_answer(text)
    assert isinstance(sentence_of(error.value), Sentence)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize("value", [0.37, -0.37, 2e-9, -8e12])
def test_five_percent_counts_and_no_more(value):
    assert is_right(value * 1.049, value)
    assert is_right(value * 0.951, value)
    assert not is_right(value * 1.051, value)
    assert not is_right(value * 0.949, value)
    assert not is_right(-value, value)
    assert not is_right(0, value)


def test_zero_has_a_tolerance_of_its_own():
    assert is_right(0, 0)
    assert is_right(0.0005, 0)
    assert not is_right(0.0006, 0)


@pytest.mark.parametrize(
    ("answer", "kind", "power"),
    [
        *(
            (-0.37, "sign", 0),
            (0.0037, "exponent", -2),
            (-37, "exponent", 2),
            (-0.8, "opposite", 0),
        ),
        *((1.5, "larger", 0), (0.08, "smaller", 0), (0.5, "near", 0), (0, "smaller", 0)),
    ],
)
def test_a_wrong_number_tells_what_is_wrong(answer, kind, power):
    assert find_slip(answer, 0.37) == Slip(kind, power=power)


def test_of_zero_anything_else_is_too_large():
    assert find_slip(0.1, 0.0).kind == "larger"


def test_a_factor_left_out_is_recognised():
    scope, seen = scope_of("lstm"), 0
    for t in range(1, 4):
        for unit in range(3):
            explained = scope.explain(Place("dc", t, unit))
            for k, term in enumerate(explained.terms):
                for j, (_factor, number, _place) in enumerate(term.factors):
                    wrong = explained.total - term.value + term.value / number
                    slip = find_slip(wrong, explained.total, explained)
                    if slip == Slip("factor", k, j):
                        seen += 1
                    else:  # two slips can give one number
                        assert is_right(wrong, explained.total) or slip.kind in ("factor", "sign")
    assert seen > 30


def test_the_sum_without_its_function_and_without_a_term():
    scope = scope_of("rnn")
    h = scope.explain(Place("h", 3, 0))
    inside = sum(term.value for term in h.terms)
    assert not is_right(inside, h.total)
    assert math.isclose(math.tanh(inside), h.total)
    assert find_slip(inside, h.total, h) == Slip("phi")
    a = scope.explain(Place("a", 3, 0))
    for k, term in enumerate(a.terms):
        assert find_slip(a.total - term.value, a.total, a) == Slip("term", k)
        assert find_slip(term.value, a.total, a) == Slip("only", k)


def test_one_step_alone_is_no_weights_gradient():
    weight = scope_of("rnn").explain_weight(Place("da", 0, 1), 2)
    assert weight.terms[0] == 0  # before the first step h is 0
    last = float(weight.terms[-1])
    assert find_slip_of_sum(last, weight) == Slip("only", term=4)
    without = float(weight.terms.sum()) - float(weight.terms[3])
    assert find_slip_of_sum(without, weight).kind in ("term", "only")
    assert find_slip_of_sum(-float(weight.terms.sum()), weight) == Slip("sign")


def test_numbers_that_are_not_finite_are_never_right():
    assert not is_right(1.0, math.nan)
    assert not is_right(1.0, math.inf)
