"""What torch accepts is accepted under `watch`: as alone, and where it is not recorded, a sentence says so."""

import gc
import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.func import functional_call

from core.io.handoff import collect_passed_over, collect_recordings
from core.io.watch import watch
from core.layers.recording import Recording
from tests.helpers.watching import INPUTS, LAYERS, B, H, T, assert_same, draw, make


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_mixed_precision(kind, dtype):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(INPUTS, INPUTS), LAYERS[kind](INPUTS, H, batch_first=True))
    x = draw(B, T, INPUTS, dtype=torch.float32)

    def run():
        model.zero_grad()
        with torch.autocast("cpu", dtype=dtype):
            output = model(x)[0]
        output.float().sum().backward()
        return output, [p.grad.clone() for p in model.parameters()]

    output, grads = run()
    with watch(model) as recordings:
        watched, watched_grads = run()
    assert watched.dtype == output.dtype == dtype
    torch.testing.assert_close(watched, output, rtol=0, atol=0)
    for ours, theirs in zip(watched_grads, grads, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
    h = recordings["1"]["h"]
    assert h.values.dtype == h.grads.dtype == np.float32
    np.testing.assert_allclose(
        h.values, output.detach().float().numpy().swapaxes(0, 1), rtol=0, atol=0.02
    )


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_model_in_reduced_precision_is_read_saved_and_shown(kind, dtype, tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path))
    layer = LAYERS[kind](INPUTS, H).to(dtype)
    with watch(layer) as recordings:
        output = layer(draw(T, B, INPUTS).to(dtype))[0]
        output.sum().backward()
    recording = recordings[""]
    assert recording["h"].values.dtype == recording["h"].grads.dtype == np.float32
    np.testing.assert_allclose(recording["h"].values, output.detach().float(), rtol=0, atol=0.02)
    assert recording[0, "forward"].shares.any()
    recording.save(tmp_path / "one.safetensors")
    assert_same(recording, Recording.load(tmp_path / "one.safetensors"))
    token = recordings.show(browser=False).rpartition("=")[2]
    assert_same(recording, collect_recordings(token, tmp_path)[""])


class Named(nn.RNN):
    """A subclass with a result of its own."""

    def forward(self, x):
        return super().forward(x)[0]


class Own(nn.GRU):
    """A subclass that computes by itself."""

    def forward(self, x):
        return x


def scripted(cell):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return torch.jit.script(cell)


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (lambda: nn.LSTM(4, 6, proj_size=2).double(), "proj_size of 'other': expected 0, got 2"),
        (
            lambda: scripted(nn.LSTMCell(4, 4)),
            "layer 'other': expected a layer of torch.nn, got torch.jit",
        ),
    ],
)
def test_one_layer_that_cannot_be_recorded_is_named_beside_the_others(
    other, sentence, tmp_path, monkeypatch
):
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path))
    model = nn.ModuleDict({"plain": nn.GRU(3, 4), "other": other()})
    with watch(model) as recordings:
        model["other"](torch.randn(5, 4, dtype=next(model["other"].parameters()).dtype))
        model["plain"](torch.randn(5, 2, 3))[0].sum().backward()
    assert list(recordings) == ["plain"]
    assert recordings["plain"]["h"].grads.any()
    assert recordings.passed_over["other"].startswith(sentence)
    with pytest.raises(LookupError, match=sentence):
        recordings["other"]
    assert "passed over: other" in repr(recordings)
    token = recordings.show(browser=False).rpartition("=")[2]
    assert collect_passed_over(token, tmp_path) == recordings.passed_over
    with pytest.raises(ValueError, match=sentence.replace("'other'", "''")), watch(model["other"]):
        pass


class RNN(nn.Module):
    """A model that is named like a layer, as in many a tutorial."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 4)


@pytest.mark.filterwarnings("ignore")
def test_a_quantized_layer_is_named_and_a_model_named_like_a_layer_is_not():
    quantized = torch.ao.nn.quantized.dynamic.LSTM(3, 4)
    with watch(nn.ModuleDict({"model": RNN(), "other": quantized})) as recordings:
        pass
    assert list(recordings) == ["model.rnn"]
    assert list(recordings.passed_over) == ["other"]
    assert "got torch.ao.nn.quantized" in recordings.passed_over["other"]


def test_a_subclass_that_calls_super_is_recorded_and_one_that_does_not_is_named(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path))
    model, x = nn.ModuleDict({"named": Named(4, 4), "own": Own(4, 4)}), torch.randn(5, 2, 4)
    with watch(model) as recordings:
        output = model["named"](x)
        assert model["own"](x) is x
        model["named"].forward(x)
    np.testing.assert_allclose(recordings["named"]["h"].values, output.detach(), atol=1e-6)
    with pytest.raises(LookupError, match=r"whose forward does not call super\(\)\.forward\(\)"):
        recordings["own"]
    token = recordings.show(browser=False).rpartition("=")[2]
    assert "expected a call of the layer" in collect_passed_over(token, tmp_path)["own"]


def parameters_of(layer):
    return {name: p.detach() for name, p in layer.named_parameters()}


def loss_of(layer, x):
    return lambda p: functional_call(layer, p, (x,))[0].square().sum()


ACTS = {
    "input by keyword": (lambda m: m(input=draw(T, B, INPUTS), hx=draw(1, B, H))[0], ""),
    "a batch of none": (lambda m: m(draw(T, 0, INPUTS))[0], "an empty batch"),
    "torch.func.grad": (
        lambda m: torch.func.grad(loss_of(m, draw(T, B, INPUTS)))(parameters_of(m))["weight_hh_l0"],
        "torch.func",
    ),
    "torch.func.jacrev": (
        lambda m: torch.func.jacrev(lambda x: m(x)[0][-1].sum(0))(draw(T, B, INPUTS)),
        "torch.func",
    ),
    "many gradients at a time": (
        lambda m: torch.autograd.grad(
            m(draw(T, B, INPUTS))[0][-1, 0],
            m.weight_hh_l0,
            torch.eye(H, dtype=torch.float64),
            is_grads_batched=True,
        )[0],
        "is_grads_batched",
    ),
    "a jacobian, vectorized": (
        lambda m: torch.autograd.functional.jacobian(
            lambda x: m(x)[0][-1].sum(0), draw(T, B, INPUTS), vectorize=True
        ),
        "vectorize=True",
    ),
    "a tensor on the meta device": (
        lambda m: m.to("meta")(draw(T, B, INPUTS).to("meta"))[0].new_zeros(1, device="cpu"),
        "the meta device",
    ),
    "traced": (
        lambda m: torch.jit.trace(m, (draw(T, B, INPUTS),), check_trace=False)(draw(T, B, INPUTS))[
            0
        ],
        "torch.jit.trace",
    ),
    "exported": (
        lambda m: torch.export.export(m, (draw(T, B, INPUTS),)).module()(draw(T, B, INPUTS))[0],
        "torch.export",
    ),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:The tensor attributes")
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::torch.jit.TracerWarning")
@pytest.mark.parametrize("name", ACTS)
def test_what_torch_accepts_is_accepted(name):
    act, sentence = ACTS[name]
    alone = act(make(nn.GRU, INPUTS, H))
    layer = make(nn.GRU, INPUTS, H)
    with watch(layer) as recordings:
        watched = act(layer)
    torch.testing.assert_close(watched, alone, rtol=0, atol=1e-12)
    if sentence:
        assert sentence in recordings.passed_over[""]
    else:
        assert recordings.passed_over == {}
        assert recordings[""].T == T


@pytest.mark.parametrize(
    "act",
    [
        lambda m: m(draw(B, T, 7)),
        lambda m: m(draw(B, T, INPUTS), draw(1, B + 1, H)),
        lambda m: m(draw(B, T, INPUTS).float()),
        lambda m: m(draw(INPUTS)),
        lambda m: m(),
    ],
    ids=["size", "state", "dtype", "dimensions", "nothing"],
)
def test_errors_are_torchs_own(act):
    layer = make(nn.GRU, INPUTS, H, batch_first=True)
    with pytest.raises((RuntimeError, ValueError, TypeError)) as alone:
        act(layer)
    with pytest.raises(type(alone.value)) as watched, watch(layer):
        act(layer)
    assert str(watched.value) == str(alone.value)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_model_can_be_scripted_inside():
    cell, x = nn.LSTMCell(3, 4), torch.randn(2, 3)
    with watch(cell):
        result = torch.jit.script(cell)(x)
    torch.testing.assert_close(result[0], cell(x)[0])


def test_a_compiled_model_is_recorded_quietly(capfd):
    model = nn.Sequential(nn.Linear(3, 3), nn.LSTM(3, 4))
    x = torch.randn(5, 2, 3)
    alone = model(x)[0]
    compiled = torch.compile(model, backend="eager")
    with watch(compiled) as recordings, warnings.catch_warnings():
        warnings.simplefilter("error")
        output = compiled(x)[0]
        output.sum().backward()
        values = recordings["_orig_mod.1"]["h"]
    torch.testing.assert_close(output, alone, rtol=0, atol=1e-6)
    np.testing.assert_allclose(values.values, alone.detach(), atol=1e-6)
    assert values.grads.any()
    del recordings, values
    gc.collect()
    assert capfd.readouterr().err == ""


def test_what_goes_wrong_in_recording_stops_no_run(monkeypatch):
    def fail(*_arguments):
        raise MemoryError("no room")

    layer, x = make(nn.GRU, INPUTS, H), draw(T, B, INPUTS)
    monkeypatch.setattr("core.io.watch.recordings.make_call", fail)
    with watch(layer) as recordings:
        torch.testing.assert_close(layer(x)[0], layer(x)[0])
    assert "could not be recorded: no room" in recordings.passed_over[""]
    with pytest.raises(LookupError, match="no room"):
        recordings[""]
