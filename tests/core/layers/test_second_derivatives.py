"""Derivatives of derivatives, and several backward calls, of the layer itself: as plain autograd gives them."""

import numpy as np
import pytest
import torch
from torch import nn

from core.cells import CELLS
from core.layers.interventions import clampable
from core.layers.recurrent import Recurrent
from tests.core.layers.test_interventions import INPUTS, B, H, T, holding, make
from tests.helpers import reference
from tests.helpers.cells import MOSTLY_LONG, OPTIONS, assert_close, name_of

TORCH_LAYERS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


def penalty_gradients(layer, run) -> dict[str, torch.Tensor]:
    """Gradients of a loss with a price on sensitive inputs, with respect to everything the loss depends on."""
    torch.manual_seed(3)
    shape = (layer.num_layers * len(layer.directions), B, H)
    leaves = {"x": torch.randn(T, B, INPUTS, dtype=torch.float64, requires_grad=True)}
    for name in layer.cell.states:
        leaves[name] = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(T, B, H * len(layer.directions), dtype=torch.float64)
    output, last = run(leaves["x"], [leaves[name] for name in layer.cell.states])
    first = (output * weight).sum() + last[-1].square().sum()
    slopes = torch.autograd.grad(first, list(leaves.values()), create_graph=True)
    leaves |= dict(layer.named_parameters())
    loss = output.square().mean() + sum(s.square().sum() for s in slopes)
    gradients = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    return {
        name: torch.zeros_like(leaf) if g is None else g
        for (name, leaf), g in zip(leaves.items(), gradients, strict=True)
    }


def compare(layer, label, lengths=None, hold=reference.free, truncate=0):
    def ours(x, states):
        output, last = layer(x, states[0] if len(states) == 1 else tuple(states), lengths)
        return output, [last] if isinstance(last, torch.Tensor) else list(last)

    def theirs(x, states):
        output, last, _ = reference.run(layer, x, states, lengths or [T] * B, hold, truncate)
        return output, last

    expected = penalty_gradients(layer, theirs)
    for name, gradient in penalty_gradients(layer, ours).items():
        assert_close(gradient, expected[name], f"{label}: second derivative by {name}")


@pytest.mark.parametrize("case", MOSTLY_LONG, ids=name_of)
@pytest.mark.parametrize("lengths", [None, [T, 2]])
def test_every_cell(case, lengths):
    compare(make(case), name_of(case), lengths)


@pytest.mark.parametrize("cell", CELLS)
def test_two_layers_both_directions_without_biases(cell):
    compare(make((cell, {}), layers=2, bidirectional=True, bias=False), cell, [3, T])


@pytest.mark.parametrize("cell", CELLS)
def test_truncated(cell):
    layer = make((cell, {}))
    layer.truncate = 2
    compare(layer, cell, truncate=2)


@pytest.mark.parametrize(
    ("cell", "quantity"), [(cell, name) for cell in CELLS for name in clampable(CELLS[cell]())]
)
def test_clamped(cell, quantity):
    layer = make((cell, {}))
    with layer.intervene(**{quantity: {1: 0.25}}):
        compare(layer, f"{cell} {quantity}", hold=holding(quantity, slice(1, 2), 0.25))


def test_observers_teach_nothing():
    layer = make(("lstm", {}))
    x = torch.randn(T, B, INPUTS, dtype=torch.float64, requires_grad=True)

    def second(columns, observers):
        output = layer(x[:, :columns], observers=observers)[0]
        (slope,) = torch.autograd.grad(output.square().sum(), x, create_graph=True)
        return torch.autograd.grad(slope.square().sum(), list(layer.parameters()))

    for watched, alone in zip(second(2, 1), second(1, 0), strict=True):
        assert_close(watched, alone, "with an observer")


@pytest.mark.parametrize("cell", TORCH_LAYERS)
def test_a_hessian_and_a_penalty_behind_a_head(cell):
    torch.manual_seed(0)
    theirs = TORCH_LAYERS[cell](3, 4).double()
    ours, head = Recurrent.from_torch(theirs), nn.Linear(4, 1).double()
    x = torch.randn(6, 2, 3, dtype=torch.float64)

    def hessian(layer):
        return torch.autograd.functional.hessian(lambda z: layer(z)[0][-1].sum(), x)

    def penalised(layer):
        z = x.clone().requires_grad_()
        (slope,) = torch.autograd.grad(head(layer(z)[0]).sum(), z, create_graph=True)
        return torch.autograd.grad(
            slope.square().sum(), [*layer.parameters(), *head.parameters()][:-1]
        )

    assert_close(hessian(ours), hessian(theirs), "hessian")
    for mine, other in zip(penalised(ours), penalised(theirs), strict=True):
        assert_close(mine, other, "gradient of the penalty")


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_recorded_gradients_of_several_backward_calls_add_up(case):
    layer = make(case, layers=2)
    x = torch.randn(T, B, INPUTS, dtype=torch.float64)

    def recorded(separately):
        output, last = layer(x)
        h = last if isinstance(last, torch.Tensor) else last[0]
        losses = output[1].sum(), output[-1].square().sum(), h[0].sum()
        if separately:
            for loss in losses:
                loss.backward(retain_graph=True)
        else:
            sum(losses).backward()
        return layer.recording

    one, several = recorded(False), recorded(True)
    for key in one.layers:
        for name, array in one[key].arrays().items():
            np.testing.assert_allclose(several[key].arrays()[name], array, atol=1e-12, err_msg=name)
        np.testing.assert_allclose(several[key].shares, one[key].shares, rtol=1e-9)


def test_recorded_gradients_come_with_a_graph_of_the_gradients_too():
    layer = make(("lstm", {}))
    x = torch.randn(T, B, INPUTS, dtype=torch.float64, requires_grad=True)
    recordings = []
    for create_graph in (False, True):
        torch.autograd.grad(layer(x)[0].square().sum(), x, create_graph=create_graph)
        recordings.append(layer.recording["f"].grads)
    np.testing.assert_array_equal(*recordings)
    assert recordings[0].any()
