"""Cells in a loop and calls that hand their state on are one recording."""

import numpy as np
import pytest
import torch
from torch import nn

from core.io.watch import watch
from tests.helpers.watching import CELLS, INPUTS, LAYERS, B, H, T, assert_same, draw, make


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batched", [True, False])
def test_a_cell_in_a_loop_is_recorded_as_the_layer_over_the_sequence(kind, bias, batched):
    make_cell, make_layer = CELLS[kind]
    cell, layer = (make(k, INPUTS, H, bias=bias) for k in (make_cell, make_layer))
    with torch.no_grad():
        for name, p in cell.named_parameters():
            p.copy_(getattr(layer, f"{name}_l0"))
    x = draw(T, B, INPUTS) if batched else draw(T, INPUTS)
    weight = draw(T, *x.shape[1:-1], H)
    with watch(layer) as whole:
        output, last = layer(x)
        end = last if isinstance(last, torch.Tensor) else last[1]
        ((output * weight).sum() + end.square().sum()).backward()
    with watch(nn.ModuleDict({"cell": cell})) as recordings:
        state, outputs = None, []
        for x_t in x:
            state = cell(x_t, state)
            outputs.append(state if isinstance(state, torch.Tensor) else state[0])
        end = state if isinstance(state, torch.Tensor) else state[1]
        ((torch.stack(outputs) * weight).sum() + end.square().sum()).backward()
    assert len(recordings.calls["cell"]) == 1
    assert recordings["cell"].T == T
    assert_same(whole[""], recordings["cell"])


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("sizes", [[1] * T, [2, 1, 3], [5, 1]])
@pytest.mark.parametrize("grad_mode", [True, False])
def test_calls_that_hand_their_state_on_are_recorded_as_one(kind, sizes, grad_mode):
    layer = make(LAYERS[kind], INPUTS, H, 2)
    x, weight = draw(T, B, INPUTS), draw(T, B, H)

    def run(parts):
        state, outputs = None, []
        for part in x.split(parts):
            output, state = layer(part, state)
            outputs.append(output)
        loss = (torch.cat(outputs) * weight).sum()
        if grad_mode:
            loss.backward()

    with torch.set_grad_enabled(grad_mode), watch(layer) as whole:
        run([T])
    with torch.set_grad_enabled(grad_mode), watch(layer) as recordings:
        run(sizes)
    assert len(recordings.calls[""]) == 1
    assert recordings[""].T == T
    assert_same(whole[""], recordings[""])
    copied = recordings[""].sequence(1)
    assert_same(whole[""].sequence(1), copied)


@pytest.mark.parametrize(
    "hand_on",
    [
        lambda h: None,
        lambda h: h.detach(),
        lambda h: torch.zeros_like(h),
        lambda h: 0.5 * h,
        lambda h: h.flip(1),
    ],
    ids=["no state", "detached", "zeros", "scaled", "other order"],
)
def test_calls_with_another_state_are_recordings_of_their_own(hand_on):
    layer, x = make(nn.GRU, INPUTS, H), draw(T, B, INPUTS)
    with watch(layer, keep="all") as recordings:
        output, h = layer(x[:4])
        more, _ = layer(x[4:], hand_on(h))
        (output.sum() + more.sum()).backward()
    assert [recording.T for recording in recordings.calls[""]] == [4, 2]
    assert all(recording["h"].grads.any() for recording in recordings.calls[""])


def test_a_reversed_gradient_between_two_calls_is_recorded_as_it_was():
    """The gradients are those of the run, whatever happened to the state on its way."""
    layer, x = make(nn.GRU, INPUTS, H), draw(T, B, INPUTS)
    found = []
    for sign in (1, -1):
        with watch(layer) as recordings:
            _, h = layer(x[:3])
            h = h.clone()
            h.register_hook(lambda gradient, sign=sign: sign * gradient)
            layer(x[3:], h)[0][-1].sum().backward()
        found.append(recordings[""]["h"].grads)
    np.testing.assert_allclose(found[0][:3], -found[1][:3], rtol=0, atol=1e-15)
    np.testing.assert_allclose(found[0][3:], found[1][3:], rtol=0, atol=1e-15)
    assert found[0][:3].any()


def test_a_sequence_without_end_begins_anew(monkeypatch):
    monkeypatch.setattr("core.io.watch.recordings.MAX_STEPS", 4)
    cell = make(nn.GRUCell, INPUTS, H)
    with torch.no_grad(), watch(cell, keep="all") as recordings:
        h = None
        for x in draw(9, B, INPUTS):
            h = cell(x, h)
    assert [recording.T for recording in recordings.calls[""]] == [4, 4, 1]
