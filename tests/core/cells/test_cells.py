"""The cells that torch.nn has, against it; every cell against autograd: tests/contract/test_every_cell.py."""

import itertools

import pytest
import torch
from torch import nn

from core.cells import CELLS
from core.layers.recurrent import Recurrent
from tests.helpers.cells import assert_close

TORCH = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("cell", "layers", "bidirectional", "bias", "activation"),
    [
        (cell, *rest)
        for cell, *rest in itertools.product(
            TORCH, (1, 2), (False, True), (False, True), ("tanh", "relu")
        )
        if cell == "rnn" or rest[-1] == "tanh"
    ],
)
def test_equals_torch_nn_both_ways(cell, layers, bidirectional, bias, activation, dtype):
    torch.manual_seed(0)
    options = {"nonlinearity": activation} if cell == "rnn" else {}
    module = TORCH[cell](
        3, 5, layers, bias=bias, bidirectional=bidirectional, dtype=dtype, **options
    )
    layer = Recurrent.from_torch(module)
    x = torch.randn(9, 4, 3, dtype=dtype)
    tolerance = 1e-6 if dtype == torch.float32 else 1e-12
    theirs, last = module(x)
    ours, ours_last = layer(x)
    assert_close(ours, theirs, f"{cell} output", tolerance)
    assert_close(
        ours_last if cell != "lstm" else torch.cat(ours_last),
        last if cell != "lstm" else torch.cat(last),
        f"{cell} last state",
        tolerance,
    )
    assert list(layer.state_dict()) == list(module.state_dict())
    back = layer.to_torch()
    for name, weight in module.state_dict().items():
        assert torch.equal(weight, back.state_dict()[name]), name
    assert_close(back(x)[0], theirs, "there and back", 0)


@pytest.mark.parametrize("cell", TORCH)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_unequal_lengths_equal_packed_sequences(cell, bidirectional):
    torch.manual_seed(0)
    module = TORCH[cell](3, 5, 2, bidirectional=bidirectional, dtype=torch.float64)
    layer = Recurrent.from_torch(module)
    x, lengths = torch.randn(7, 4, 3, dtype=torch.float64), torch.tensor([3, 7, 1, 5])
    packed = nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
    theirs, last = module(packed)
    theirs, _ = nn.utils.rnn.pad_packed_sequence(theirs)
    ours, ours_last = layer(x, None, lengths)
    assert_close(ours, theirs, "output", 1e-12)
    for a, b in zip(
        ours_last if cell == "lstm" else [ours_last],
        last if cell == "lstm" else [last],
        strict=True,
    ):
        assert_close(a, b, "last state", 1e-12)
    weight = torch.randn_like(ours)
    (ours * weight).sum().backward()
    (theirs * weight).sum().backward()
    for (name, p), q in zip(module.named_parameters(), layer.parameters(), strict=True):
        assert_close(q.grad, p.grad, f"gradient of {name}")


@pytest.mark.parametrize("cell", TORCH)
def test_torchs_initialisation_draws_torchs_numbers(cell):
    torch.manual_seed(3)
    module = TORCH[cell](3, 5, 2, bidirectional=True)
    torch.manual_seed(3)
    layer = Recurrent(cell, 3, 5, num_layers=2, bidirectional=True)
    for (name, p), q in zip(module.named_parameters(), layer.parameters(), strict=True):
        assert torch.equal(p, q), name


def test_padding_never_does_harm():
    """A relu network that explodes on the padding: 0 * inf must not reach a gradient."""
    layer = Recurrent("rnn", 1, 4, activation="relu", dtype=torch.float32)
    with torch.no_grad():
        layer.weight_hh_l0.fill_(1e9)
        layer.bias_ih_l0.fill_(1.0)
    x = torch.full((40, 2, 1), float("nan"))
    x[:2] = 0.5
    output, _ = layer(x, None, [2, 2])
    output.sum().backward()
    assert all(p.grad.isfinite().all() for p in layer.parameters())
    assert (output[2:] == 0).all()


@pytest.mark.parametrize(
    ("cell", "options", "gate", "keeps", "replaces"),
    [
        ("rnn", {}, None, True, False),
        ("lstm", {}, "f", True, False),
        ("lstm", {"peephole": True}, "f", True, False),
        ("gru", {}, "z", True, True),
        ("gru", {"reset": "before"}, "z", True, True),
        ("gru", {"reset": "none"}, "z", True, True),
        ("mgu", {}, "f", False, True),
    ],
)
def test_the_gate_that_carries_the_state_and_its_sense(cell, options, gate, keeps, replaces):
    made = CELLS[cell](**options)
    assert (made.carry_gate, made.carry_keeps, made.carry_replaces) == (gate, keeps, replaces)


def test_a_cell_that_torch_has_not_stays_here():
    with pytest.raises(
        ValueError, match=r"cell: expected rnn or lstm or gru for torch\.nn, got mgu"
    ):
        Recurrent("mgu", 2, 3).to_torch()
