"""The gradients that `watch` records: of every backward call, of frozen layers, and what is said of the rest."""

import numpy as np
import pytest
import torch
from torch import nn

from core.io.watch import watch
from core.layers.recording import Recording
from tests.helpers.watching import INPUTS, LAYERS, B, H, T, assert_same, draw, make


@pytest.mark.parametrize("kind", LAYERS)
def test_a_hessian_and_the_sentence_about_what_is_recorded(kind):
    layer, x = make(LAYERS[kind], INPUTS, H), draw(T, B, INPUTS)

    def hessian():
        return torch.autograd.functional.hessian(lambda z: layer(z)[0][-1].square().sum(), x)

    alone = hessian()
    with watch(layer) as recordings:
        torch.testing.assert_close(hessian(), alone, rtol=0, atol=1e-12)
    assert alone.any()
    assert "create_graph=True" in recordings.passed_over[""]


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("read_between", [False, True])
def test_gradients_of_several_backward_calls_add_up(kind, read_between):
    layer = make(LAYERS[kind], INPUTS, H, 2, bidirectional=True)
    x = draw(T, B, INPUTS)

    def losses():
        output, last = layer(x)
        last = last if isinstance(last, torch.Tensor) else torch.stack(last)
        return output[2].sum(), output[5].square().sum(), last[0].sum()

    with watch(layer) as one:
        sum(losses()).backward()
    with watch(layer) as several:
        parts = losses()
        early = several[""]
        for loss in parts:
            loss.backward(retain_graph=True)
            if read_between:
                assert several[""]["h"].grads is not None
    assert_same(one[""], several[""])
    assert_same(one[""], early)  # a recording that was taken before has them, too


def test_a_backward_call_after_the_with_is_recorded_too():
    layer = make(nn.GRU, INPUTS, H)
    with watch(layer) as inside:
        layer(draw(T, B, INPUTS))[0].sum().backward()
    with watch(layer) as recordings:
        loss = layer(draw(T, B, INPUTS))[0].sum()
    assert recordings[""]["h"].grads is None
    loss.backward()
    assert_same(inside[""], recordings[""])


@pytest.mark.parametrize(("thawed", "expected"), [("", False), ("input", True), ("layer", True)])
def test_frozen_layers_say_how_their_gradients_are_seen(thawed, expected):
    model = nn.ModuleDict({"rnn": nn.LSTM(3, 4), "head": nn.Linear(4, 1)})
    model["rnn"].requires_grad_(thawed == "layer")
    x = torch.randn(T, B, 3, requires_grad=thawed == "input")
    with watch(model) as recordings:
        model["head"](model["rnn"](x)[0])[-1].sum().backward()
    recording = recordings["rnn"]
    assert (recording["h"].grads is not None) == expected
    if expected:
        assert (np.abs(recording["h"].grads).sum((1, 2)) > 0).all()
        assert recording.why_no_grads == ""
    else:
        assert "it is frozen, and its input requires none" in recording.why_no_grads
        assert "frozen" in recording.sequence(0).until(3).why_no_grads


@pytest.mark.parametrize(
    ("record", "grad_mode", "sentence"),
    [
        ("values", True, 'record="full"'),
        ("full", False, "ran without"),
        ("full", True, "has reached"),
    ],
)
def test_why_there_are_no_gradients_is_saved_too(record, grad_mode, sentence, tmp_path):
    layer = nn.GRU(3, 4)
    with watch(layer, record=record) as recordings, torch.set_grad_enabled(grad_mode):
        layer(torch.randn(T, B, 3))
    recordings[""].save(tmp_path / "one.safetensors")
    for recording in (recordings[""], Recording.load(tmp_path / "one.safetensors")):
        assert sentence in recording.why_no_grads


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize(("step", "value"), [(0, np.nan), (3, np.nan), (5, np.nan), (3, np.inf)])
def test_the_first_step_that_is_not_finite_is_named(kind, step, value):
    layer, x = make(LAYERS[kind], INPUTS, H), draw(T, B, INPUTS)
    x[step, 1, 2] = value
    with watch(layer) as recordings:
        layer(x)[0][-1].sum().backward()
    recording = recordings[""]
    first = recording.first_not_finite
    assert first["x"] == step
    assert first["h"] == (step if np.isnan(value) or kind == "relu" else None)
    assert all(at is None or at >= step for name, at in first.items() if name[0] != "d")
    if np.isnan(value):
        when = {0: "at every step", 3: "from step 4 on", 5: "at step 6"}[step]
        sentence = (
            f"Values are not finite (NaN or infinite) {when}; it begins with x at step {step + 1}."
        )
        assert recording.not_finite.startswith(sentence)
        # A relu passes its gradient on where its value is no number, as torch's does.
        assert ("Gradients are not finite" in recording.not_finite) == (kind != "relu")


def test_nothing_is_said_where_all_is_finite():
    layer = make(nn.GRU, INPUTS, H)
    with watch(layer) as recordings:
        layer(draw(T, B, INPUTS))[0].sum().backward()
    assert recordings[""].not_finite == ""
    assert set(recordings[""].first_not_finite.values()) == {None}
