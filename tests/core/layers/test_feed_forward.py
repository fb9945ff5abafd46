"""Layers without recurrence and layers that read windows, against plain autograd in float64."""

import pytest
import torch
from torch import nn

from core.layers.recurrent import Recurrent
from tests.helpers import reference
from tests.helpers.cells import OPTIONS, assert_close, name_of

T, B, INPUTS, H = 6, 4, 2, 3
LENGTHS = [2, 6, 1, 5]
KINDS = [(False, 1), (False, 3), (True, 2)]  # recurrence, window


def make(case, recurrence, window, layers=2, bidirectional=True):
    torch.manual_seed(1)
    return Recurrent(
        case[0],
        INPUTS,
        H,
        num_layers=layers,
        bidirectional=bidirectional,
        recurrence=recurrence,
        window=window,
        dtype=torch.float64,
        **case[1],
    )


def without_peephole(case):
    return not case[1].get("peephole")


CASES = [
    (case, recurrence, window)
    for case in OPTIONS
    for recurrence, window in KINDS
    if recurrence or without_peephole(case)
]


@pytest.mark.parametrize(("case", "recurrence", "window"), CASES)
@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_every_value_and_gradient_equals_autograd(case, recurrence, window, lengths):
    layer = make(case, recurrence, window)
    x = torch.randn(T, B, INPUTS, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(T, B, 2 * H, dtype=torch.float64)
    zeros = [torch.zeros(4, B, H, dtype=torch.float64) for _ in layer.cell.states]
    leaves = {"x": x, **dict(layer.named_parameters())}

    def gradients(output, last):
        ((output * weight).sum() + sum(s.square().sum() for s in last)).backward()
        grads = {n: torch.zeros_like(v) if v.grad is None else v.grad for n, v in leaves.items()}
        for v in leaves.values():
            v.grad = None
        return grads

    output, last, steps = reference.run(layer, x, zeros, lengths or [T] * B)
    expected = gradients(output, last)
    ours, state = layer(x, None, lengths)
    states = [state] if isinstance(state, torch.Tensor) else state[: len(zeros)]
    found = gradients(ours, states)
    assert_close(ours, output, name_of(case))
    for key, values in steps.items():
        arrays = layer.recording[key].arrays()
        for (name, t, b), value in values.items():
            assert_close(arrays[name][t, b], value.detach()[0], f"{key} {name} at {t}")
            grad = torch.zeros(H) if value.grad is None else value.grad[0]
            assert_close(arrays[f"d{name}"][t, b], grad, f"{key} d{name} at {t}")
    for name, gradient in expected.items():
        assert_close(found[name], gradient, f"gradient of {name}")


@pytest.mark.parametrize("case", [*filter(without_peephole, OPTIONS)], ids=name_of)
def test_nothing_is_carried(case):
    """A step's state depends on its own input alone, and there are no recurrent weights to train."""
    layer = make(case, False, 1, layers=1, bidirectional=False)
    x = torch.randn(T, 1, INPUTS, dtype=torch.float64)
    alone, _ = layer(x.transpose(0, 1))  # each step a sequence of its own
    together, _ = layer(x)
    assert_close(together[:, 0], alone[0], name_of(case))
    assert not any("weight_hh" in name for name, _ in layer.named_parameters())
    together[-1].sum().backward()
    trace = layer.recording[0, "forward"]
    assert (trace["h"].grads[:-1] == 0).all()
    assert (trace["h"].grads[-1] == 1).all()
    assert (trace.shares == 0).all()


def test_a_plain_cell_without_recurrence_is_a_layer_with_zero_recurrent_weights():
    layer = make(("rnn", {}), False, 1, layers=1, bidirectional=False)
    other = nn.RNN(INPUTS, H, dtype=torch.float64)
    other.load_state_dict(layer.state_dict() | {"weight_hh_l0": torch.zeros(H, H)})
    x = torch.randn(T, B, INPUTS, dtype=torch.float64)
    assert_close(layer(x)[0], other(x)[0], "nn.RNN with W_hh = 0")


def test_without_recurrence_a_window_is_a_causal_convolution():
    layer = make(("rnn", {"activation": "relu"}), False, 3, layers=2, bidirectional=False)
    x = torch.randn(T, B, INPUTS, dtype=torch.float64)
    y = x.permute(1, 2, 0)  # as torch.nn.Conv1d takes it: [B, I, T]
    for k, inputs in enumerate((INPUTS, H)):
        conv = nn.Conv1d(inputs, H, 3, dtype=torch.float64)
        weights = layer.weights(k)
        kernel = weights["weight_ih"].unflatten(1, (3, inputs)).transpose(1, 2)
        bias = weights["bias_ih"] + weights["bias_hh"]
        conv.load_state_dict({"weight": kernel, "bias": bias})
        y = conv(nn.functional.pad(y, (2, 0))).relu()
    assert_close(layer(x)[0], y.permute(2, 0, 1), "Conv1d")


@pytest.mark.parametrize(("recurrence", "window"), KINDS)
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_a_sequence_in_two_parts_is_the_whole_sequence(cell, recurrence, window):
    layer = make((cell, {}), recurrence, window, bidirectional=False)
    x = torch.randn(T, B, INPUTS, dtype=torch.float64)
    whole, _ = layer(x)
    first, state = layer(x[:4])
    then, _ = layer(x[4:], state)
    assert_close(torch.cat([first, then]), whole, "two parts")
    early, state = layer(x[:4], None, [4, 3, 1, 2])
    then, _ = layer(x[3:], state)  # the second sequence ended before this step
    assert_close(early[:3, 1], whole[:3, 1], "until its end")
    assert_close(then[:, 1], whole[3:, 1], "from its own end on")


@pytest.mark.parametrize(("recurrence", "window"), KINDS)
def test_second_derivatives(recurrence, window):
    layer = make(("lstm", {}), recurrence, window, bidirectional=False)
    x = torch.randn(3, 2, INPUTS, dtype=torch.float64, requires_grad=True)
    zeros = [torch.zeros(2, 2, H, dtype=torch.float64)] * 2

    def second(output):
        (gradient,) = torch.autograd.grad(output.square().sum(), x, create_graph=True)
        return torch.autograd.grad(gradient.square().sum(), [x, layer.weight_ih_l0])

    expected = second(reference.run(layer, x, zeros, [3, 2])[0])
    for ours, theirs in zip(second(layer(x, None, [3, 2])[0]), expected, strict=True):
        assert_close(ours, theirs, "second derivative")


def test_what_the_layer_refuses():
    with pytest.raises(ValueError, match=r"^peephole: expected false"):
        Recurrent("lstm", 2, 3, peephole=True, recurrence=False)
    with pytest.raises(ValueError, match=r"^window: expected"):
        Recurrent("lstm", 2, 3, window=0)
    for settings in ({"recurrence": False}, {"window": 2}):
        with pytest.raises(ValueError, match="no such layer"):
            Recurrent("rnn", 2, 3, **settings).to_torch()
