"""What people do inside `with watch(model)`, one after the other: each as alone, or with a sentence."""

import copy
import functools
import gc
import io
import pickle
import threading
import warnings
import weakref

import numpy as np
import pytest
import torch
from torch import nn
from torch.func import functional_call

from core.io.handoff import collect_passed_over, collect_recordings
from core.io.watch import watch
from core.layers.recording import Recording

LAYERS = {
    "rnn": nn.RNN,
    "relu": functools.partial(nn.RNN, nonlinearity="relu"),
    "lstm": nn.LSTM,
    "gru": nn.GRU,
}
CELLS = {
    "rnn": (nn.RNNCell, nn.RNN),
    "relu": tuple(functools.partial(kind, nonlinearity="relu") for kind in (nn.RNNCell, nn.RNN)),
    "lstm": (nn.LSTMCell, nn.LSTM),
    "gru": (nn.GRUCell, nn.GRU),
}
T, B, INPUTS, H = 6, 2, 3, 4


def draw(*size, dtype=torch.float64):
    return torch.randn(*size, dtype=dtype, generator=torch.Generator().manual_seed(1))


def make(kind, *arguments, **options):
    torch.manual_seed(0)
    return kind(*arguments, dtype=torch.float64, **options)


def assert_same(one: Recording, other: Recording, atol=1e-12):
    assert one.layers == other.layers
    for key in one.layers:
        arrays = other[key].arrays()
        assert {*one[key].arrays()} == {*arrays}
        for name, array in one[key].arrays().items():
            np.testing.assert_allclose(arrays[name], array, rtol=0, atol=atol, err_msg=name)
        if one[key].has_grads:
            rtol = 1e-6 if one[key].shares.dtype == np.float32 else 1e-12
            np.testing.assert_allclose(other[key].shares, one[key].shares, rtol=rtol, atol=atol)


# Derivatives of derivatives, and several backward calls.


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


# Numbers of other sizes.


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


# Copies, files and memory.


@pytest.mark.parametrize("way", ["deepcopy", "pickle", "torch.save", "state_dict"])
def test_copies_and_files_made_inside_are_ordinary_models(way):
    model, x = nn.Sequential(make(nn.LSTM, INPUTS, H)), draw(T, B, INPUTS)
    with watch(model) as recordings:
        model(x)
        if way == "deepcopy":
            best = copy.deepcopy(model)
        elif way == "pickle":
            best = pickle.loads(pickle.dumps(model))
        elif way == "torch.save":
            file = io.BytesIO()
            torch.save(model, file)
            assert b"core.io" not in file.getvalue()
            file.seek(0)
            best = torch.load(file, weights_only=False)
        else:
            best = nn.Sequential(nn.LSTM(INPUTS, H, dtype=torch.float64))
            best.load_state_dict(model.state_dict())
        calls = weakref.ref(recordings.calls["0"])
        best(2 * x)
        np.testing.assert_array_equal(recordings["0"]["x"].values, x)
    for copied, original in ((best, model), (best[0], model[0])):
        assert {*vars(copied)} == {*vars(original)}
    with watch(best) as of_copy:
        output = best(x)[0]
    np.testing.assert_allclose(of_copy["0"]["h"].values, output.detach(), rtol=0, atol=1e-12)
    del recordings, of_copy
    gc.collect()
    assert calls() is None  # nothing keeps what was recorded


@pytest.mark.parametrize(("keep", "kept"), [(1, [4]), (3, [2, 3, 4]), ("all", [0, 1, 2, 3, 4])])
def test_the_last_recordings_are_kept_as_many_as_are_asked_for(keep, kept):
    layer = make(nn.GRU, INPUTS, H)
    inputs = [(k + 1) * draw(T, B, INPUTS) for k in range(5)]
    losses = []
    with watch(layer, keep=keep) as recordings:
        for x in inputs:
            losses.append(layer(x)[0].sum())
    for loss in losses:
        loss.backward()
    assert len(recordings.calls[""]) == len(kept)
    for k, recording in zip(kept, recordings.calls[""], strict=True):
        np.testing.assert_array_equal(recording["x"].values, inputs[k])
        with watch(layer) as alone:
            layer(inputs[k])[0].sum().backward()
        assert_same(alone[""], recording)
    assert_same(recordings.calls[""][-1], recordings[""])


def test_one_is_kept_when_nothing_is_asked_for_and_the_rest_is_let_go():
    layer = make(nn.LSTM, INPUTS, H)
    losses, tapes = [], []
    with watch(layer) as recordings:
        for _ in range(4):
            losses.append(layer(draw(T, B, INPUTS))[0].sum())
            recording = recordings[""]
            assert recording["h"].values.any()
            tapes.append(weakref.ref(recording[0, "forward"]))
            del recording
    assert len(recordings.calls[""]) == 1
    gc.collect()
    assert [tape() for tape in tapes] == [None] * 4
    sum(losses).backward()
    assert recordings[""]["h"].grads.any()


@pytest.mark.parametrize("keep", [0, -1, "al", 1.5, None])
def test_another_number_to_keep_is_refused(keep):
    with (
        pytest.raises(ValueError, match=r'keep .or "all".: expected'),
        watch(nn.GRU(2, 2), keep=keep),
    ):
        pass


# Cells, and decoders called once a word.


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


# What cannot be recorded is named beside what can.


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
        (lambda: scripted(nn.LSTMCell(4, 4)), "layer 'other': expected a LSTMCell of torch.nn"),
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


# What torch's layers accept.


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


# Frozen layers.


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


# NaN and infinity.


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
        assert (
            f"Values are not finite (NaN or infinite) {when}, first seen in" in recording.not_finite
        )
        # A relu passes its gradient on where its value is no number, as torch's does.
        assert ("Gradients are not finite" in recording.not_finite) == (kind != "relu")


def test_nothing_is_said_where_all_is_finite():
    layer = make(nn.GRU, INPUTS, H)
    with watch(layer) as recordings:
        layer(draw(T, B, INPUTS))[0].sum().backward()
    assert recordings[""].not_finite == ""
    assert set(recordings[""].first_not_finite.values()) == {None}


# Around the `with`.


def test_one_layer_watched_twice_is_recorded_twice():
    model, x = nn.Sequential(make(nn.GRU, INPUTS, H)), draw(T, B, INPUTS)
    with watch(model) as outer:
        with watch(model[0]) as inner:
            model(x)[0].sum().backward()
        assert_same(outer["0"], inner[""])
        model(2 * x)
    np.testing.assert_array_equal(outer["0"]["x"].values, 2 * x)
    np.testing.assert_array_equal(inner[""]["x"].values, x)


def test_torchs_classes_are_as_before_also_after_an_exception():
    kinds = [nn.RNN, nn.LSTM, nn.GRU, nn.RNNCell, nn.LSTMCell, nn.GRUCell]
    before = [vars(kind)["forward"] for kind in kinds]
    with pytest.raises(ZeroDivisionError), watch(nn.GRU(2, 2)), watch(nn.LSTMCell(2, 2)):
        raise ZeroDivisionError
    with watch(nn.GRU(2, 2)):
        assert vars(nn.GRU)["forward"] is not before[2]
    assert [vars(kind)["forward"] for kind in kinds] == before


def test_two_threads_watch_their_own_models():
    recordings = {}

    def work(k):
        layer = make(nn.LSTM, INPUTS, H)
        with watch(layer, keep="all") as own:
            for _ in range(20):
                layer((k + 1) * draw(T, B, INPUTS))[0].sum().backward()
        recordings[k] = own

    threads = [threading.Thread(target=work, args=(k,)) for k in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k, own in recordings.items():
        assert len(own.calls[""]) == 20
        for recording in own.calls[""]:
            np.testing.assert_array_equal(recording["x"].values, (k + 1) * draw(T, B, INPUTS))
            assert recording["h"].grads.any()


def test_reading_disturbs_nothing():
    """A recording is read in the middle of a run, under whatever is switched on there."""
    layer = make(nn.LSTM, INPUTS, H, 2, dropout=0.5)
    saved = []
    x = draw(T, B, INPUTS)
    with watch(layer) as recordings, warnings.catch_warnings():
        layer(x)[0].sum().backward()
        torch.manual_seed(5)
        warnings.simplefilter("ignore")
        with (
            torch.autograd.detect_anomaly(check_nan=True),
            torch.autograd.graph.saved_tensors_hooks(saved.append, lambda t: t),
            torch.inference_mode(),
            torch.device("meta"),
        ):
            assert recordings[""]["h"].grads.any()
    assert not saved
    number = torch.rand(1)
    torch.manual_seed(5)
    assert torch.equal(torch.rand(1), number)
