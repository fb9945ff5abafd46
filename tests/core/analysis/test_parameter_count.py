"""The calculator counts as torch does, as the books do, and knows what a wrong number forgot."""

import pytest
from torch import nn

from core.analysis.parameter_count import (
    SLIPS,
    CountedNetwork,
    check_count,
    count,
    read_count,
)
from core.layers.recurrent import Recurrent

GRU = CountedNetwork("gru", 32, 32)
STACK = CountedNetwork("gru", 16, 32, layers=3)
NORMALISED = CountedNetwork("gru", 20, 16, normalized=True)
WHOLE = CountedNetwork("lstm", 32, 24, vocabulary=10_000, outputs=5)


@pytest.mark.parametrize(
    ("cell", "keras", "torch"), [("rnn", 2080, 2112), ("lstm", 8320, 8448), ("gru", 6336, 6336)]
)
def test_the_numbers_of_the_books(cell, keras, torch):
    counts = CountedNetwork(cell, 32, 32).counts()
    assert (counts["Keras"], counts["torch"]) == (keras, torch)
    assert counts.get("Keras, reset_after=False", 6240) == 6240
    assert all(type(number) is int for number in counts.values())


def test_a_larger_layer_and_an_embedding():
    assert CountedNetwork("rnn", 32, 64).counts()["Keras"] == 6208
    alone = CountedNetwork("gru", 32, 32, layers=3)
    assert alone.counts()["Keras, reset_after=False"] == 3 * 6240
    read = CountedNetwork("gru", 32, 32, layers=3, vocabulary=10_000)
    assert read.counts()["torch"] - alone.counts()["torch"] == 320_000


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
@pytest.mark.parametrize("bias", [True, False])
def test_torch_counts_the_same(kind, bias):
    parts = [
        nn.Embedding(50, 7),
        kind(7, 5, num_layers=3, bias=bias),
        nn.Linear(5, 4, bias=bias),
    ]
    theirs = sum(p.numel() for part in parts for p in part.parameters())
    network = CountedNetwork(kind.__name__.lower(), 7, 5, 3, 50, 4, bias)
    assert network.counts()["torch"] == theirs


def test_the_scale_of_a_normalised_input_counts_as_it_does_in_the_network():
    for cell in ("rnn", "lstm", "gru"):
        layer = Recurrent(cell, 7, 5, num_layers=2, normalization="layer")
        counts = CountedNetwork(cell, 7, 5, 2, normalized=True).counts()
        assert counts["torch"] == sum(p.numel() for p in layer.parameters())


@pytest.mark.parametrize(
    ("network", "guess", "slip"),
    [
        (GRU, 3 * (32 * 32 + 32 * 32), "no biases"),
        (GRU, 3 * (32 * 32 + 32 * 32) + 32, "one bias"),
        (GRU, 3 * (32 * 32 * 32 + 32), "product"),
        (GRU, 3 * (32 * 32 * 32 + 2 * 32), "product"),
        (CountedNetwork("gru", 26, 32), 3 * (26 * 32 + 32), "no recurrent weights"),
        (CountedNetwork("gru", 26, 32), 3 * (32 * 32 + 32), "no input weights"),
        (GRU, 2080, "one gate"),
        (GRU, 2 * 2080, "a gate missing"),
        (GRU, 4 * 2080, "a gate too many"),
        (CountedNetwork("lstm", 32, 32), 3 * 2080, "a gate missing"),
        (STACK, 3 * (16 + 32 + 1) * 32, "one layer"),
        (STACK, 3 * 3 * (16 + 32 + 1) * 32, "all layers alike"),
        (WHOLE, count(WHOLE, 1) - 320_000, "no embedding"),
        (WHOLE, count(WHOLE, 2) + 4 * 24 * (10_000 - 32), "one-hot and embedding"),
        (WHOLE, count(WHOLE, 1) - 5 * 25, "no head"),
        (WHOLE, count(WHOLE, 1) - 5, "head without bias"),
        (NORMALISED, 3 * (20 + 16 + 1) * 16, "no scale"),
        (GRU, 6240 * 1000, "a thousand"),
        (GRU, 624, "ten"),
        (GRU, 6336 * 14, "steps"),
    ],
)
def test_each_slip_is_recognised_by_its_number(network, guess, slip):
    checked = check_count(network, guess)
    assert (checked.slip, checked.right) == (slip, ())


def test_every_slip_has_a_case():
    marks = test_each_slip_is_recognised_by_its_number.pytestmark
    cases = next(mark.args[1] for mark in marks if mark.name == "parametrize")
    assert {slip for _, _, slip in cases} == set(SLIPS)


def test_who_counts_so():
    assert check_count(GRU, 6240).right == ("Keras, reset_after=False",)
    assert check_count(GRU, 6336).right == ("torch", "Keras")
    assert check_count(CountedNetwork("lstm", 32, 32), 8320).right == ("Keras",)
    nothing = check_count(GRU, 6241)
    assert (nothing.right, nothing.slip) == ((), "")


@pytest.mark.parametrize("text", ["6240", " 6,240 ", "6 240", "6'240"])
def test_a_number_as_people_write_it(text):
    assert read_count(text) == 6240


@pytest.mark.parametrize("text", ["", "abc", "-5", "6240.0", "1e3", "9" * 400, "٦٢٤٠", "<b>"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"^number: expected a whole number such as 6240, got .*"):
        read_count(text)


@pytest.mark.parametrize("sizes", [{"inputs": 0}, {"units": 10**9}, {"layers": 0}, {"outputs": -1}])
def test_an_impossible_size_is_refused(sizes):
    with pytest.raises(ValueError, match=f"^{next(iter(sizes))}: expected"):
        CountedNetwork("gru", **{"inputs": 2, "units": 2, **sizes})
