"""Model files as people have them: each gives its layers, to the very outputs of torch, or the sentence that fits it."""

import argparse
import gzip
import io
import pathlib
import pickle
import re
import tarfile
import zipfile
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save as save_safetensors
from torch import nn
from torch.nn.utils import parametrizations, prune

from core.io.companions import find_embeddings, find_heads
from core.io.model_files import read_model_file
from tests.core.io.test_checkpoints import ONE_SENTENCE

pytestmark = pytest.mark.filterwarnings("ignore")  # torch calls its older forms deprecated
INPUTS, H = 6, 8


def saved(value: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()


class Tagger(nn.Module):
    """A model as a course has it. The table's name says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(9, INPUTS)
        self.rnn = nn.LSTM(INPUTS, H)
        self.fc = nn.Linear(H, 3)


class Settings(dict):
    """As Lightning's AttributeDict, of which no name says that it is a dict."""


class Lightning(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model


def under(prefix: str, state: dict[str, Any]) -> dict[str, Any]:
    return {prefix + name: v for name, v in state.items()}


def with_buffer(model: Tagger) -> bytes:
    model.register_buffer("mask", torch.full((5, 5), float("-inf")).triu(1))
    return saved(model.state_dict())


def with_optimizer(model: Tagger) -> bytes:
    optimizer = torch.optim.Adam(model.parameters())
    model.rnn(torch.zeros(2, 1, INPUTS))[0].sum().backward()
    optimizer.step()
    return saved({"model_state_dict": model.state_dict(), "optimizer": optimizer.state_dict()})


# What people save -> of which module the first layer found is.
Made = Callable[[Tagger], bytes]
SAVED: dict[str, Made] = {
    "a state_dict": lambda m: saved(m.state_dict()),
    "safetensors": lambda m: save_safetensors(m.state_dict()),
    "a mask of -inf beside it": with_buffer,
    "a best loss of inf": lambda m: saved({"model": m.state_dict(), "best": torch.tensor(torch.inf)}),
    "nan in the head alone": lambda m: saved(
        m.state_dict() | {"fc.bias": torch.full((3,), torch.nan)}
    ),
    "a number of NumPy": lambda m: saved({"state_dict": m.state_dict(), "best": np.float64(1.5)}),
    "an array of NumPy": lambda m: saved({"net": m.state_dict(), "losses": np.arange(5.0)}),
    "texts of NumPy": lambda m: saved({"net": m.state_dict(), "names": np.array(["a", "b"])}),
    "objects of NumPy": lambda m: saved({"net": m.state_dict(), "o": np.array([{}, 1], dtype=object)}),
    "plain numbers and texts": lambda m: saved({"epoch": 3, "lr": 0.1, "net": m.state_dict()}),
    "a path, a namespace, a class": lambda m: saved(
        {
            "args": argparse.Namespace(lr=0.1, out=pathlib.PurePosixPath("/a")),
            "kind": Tagger,
            "net": m.state_dict(),
        }
    ),
    "dicts of other classes": lambda m: saved(
        {
            "counts": defaultdict(int, {"a": 1}),
            "hyper_parameters": Settings(lr=0.1),
            "state_dict": m.state_dict(),
        }
    ),
    "Lightning's checkpoint": lambda m: saved(
        {
            "epoch": 3,
            "pytorch-lightning_version": "2.4.0",
            "state_dict": Lightning(m).state_dict(),
            "callbacks": {"ModelCheckpoint{'monitor': 'loss'}": {"best_model_score": torch.tensor(1.0)}},
            "hyper_parameters": OrderedDict(hidden=H),
            "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(9, INPUTS)}}}],
        }
    ),
    "DataParallel": lambda m: saved(under("module.", m.state_dict())),
    "torch.compile": lambda m: saved(under("_orig_mod.", m.state_dict())),
    "torch.compile in DistributedDataParallel": lambda m: saved(
        {"model": under("module._orig_mod.", m.state_dict())}
    ),
    "an optimizer": with_optimizer,
    "half precision": lambda m: saved(m.half().state_dict()),
    "bfloat16": lambda m: saved(m.bfloat16().state_dict()),
    "double precision": lambda m: saved(m.double().state_dict()),
    "a list with settings": lambda m: saved([m.state_dict(), {"lr": 0.1}]),
    "a whole model": saved,
    "a whole model in a checkpoint": lambda m: saved({"net": m, "epoch": 3}),
    "dicts in dicts": lambda m: saved({"run": {"best": {"weights": m.state_dict()}}}),
}  # fmt: skip


@pytest.fixture
def model() -> Tagger:
    torch.manual_seed(3)
    return Tagger()


def check_outputs(layer: Any, theirs: nn.Module, tolerance: float = 1e-6) -> None:
    """The layer that was read says what torch says, in evaluation."""
    x = torch.randn(7, 2, INPUTS, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = theirs.float().eval()(x)[0]
        got = layer.make_layer()(x.to(next(iter(layer.weights.values())).dtype))[0]
    torch.testing.assert_close(got.float(), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("what", SAVED)
def test_whatever_torch_save_wrote_gives_the_layer(model, what):
    file = read_model_file(SAVED[what](model))
    (layer,) = file.layers
    assert layer.name == ("model.rnn" if "Lightning" in what else "rnn")
    assert (layer.cell, layer.input_size, layer.hidden_size) == ("lstm", INPUTS, H)
    assert not file.problems
    check_outputs(layer, model.rnn)


@pytest.mark.parametrize("what", [name for name in SAVED if "nan" not in name])
def test_a_table_and_a_head_are_found_by_their_shapes(model, what):
    file = read_model_file(SAVED[what](model))
    (layer,) = file.layers
    assert [name.rpartition("words")[1] for name in find_embeddings(file, layer)] == ["words"]
    ((name, head),) = find_heads(file, layer).items()
    assert name.endswith("fc")
    states = torch.randn(4, 1, H)
    torch.testing.assert_close(head(states), model.fc.float()(states))


def test_a_table_in_a_dict_of_its_own_is_found_and_an_optimizers_moments_are_not(model):
    moments = {"state": {0: {"exp_avg": torch.zeros(9, INPUTS)}}, "param_groups": []}
    content = saved(
        {
            "decoder": under("lstm.", model.rnn.state_dict()),
            "embedding": model.words.state_dict(),
            "optimizer": moments,
        }
    )
    file = read_model_file(content)
    assert list(find_embeddings(file, file.layers[0])) == ["embedding.weight"]
    assert not find_heads(file, file.layers[0])


def test_of_a_model_and_its_average_the_model_comes_first_and_both_are_named(model):
    average = {name: v * 0.5 for name, v in model.state_dict().items()}
    file = read_model_file(saved({"ema": average, "model": model.state_dict()}))
    assert [layer.source for layer in file.layers] == ["model", "ema"]
    check_outputs(file.layers[0], model.rnn)
    assert "2 state_dicts with recurrent layers: 'model', 'ema'" in file.notes[0]
    assert list(find_heads(file, file.layers[0])) == ["fc"]


# ---------------------------------------------------------------- weights that are computed


def changed(change: Callable[[nn.LSTM], Any]) -> nn.LSTM:
    torch.manual_seed(4)
    layer = nn.LSTM(INPUTS, H)
    change(layer)
    layer.train()
    for _ in range(3):  # spectral norm finds its vectors while it trains
        layer(torch.randn(3, 1, INPUTS))
    return layer.eval()


def normed_by_columns(layer: nn.LSTM) -> None:
    nn.utils.weight_norm(layer, "weight_ih_l0", dim=1)


def normed_as_one(layer: nn.LSTM) -> None:
    nn.utils.weight_norm(layer, "weight_hh_l0", dim=None)


COMPUTED = {
    "weight norm": lambda r: parametrizations.weight_norm(r, "weight_hh_l0"),
    "weight norm of both": lambda r: [
        parametrizations.weight_norm(r, name) for name in ("weight_hh_l0", "weight_ih_l0")
    ],
    "weight norm, first form": lambda r: nn.utils.weight_norm(r, "weight_hh_l0"),
    "weight norm, first form, by columns": normed_by_columns,
    "weight norm, first form, as one": normed_as_one,
    "spectral norm": lambda r: parametrizations.spectral_norm(r, "weight_hh_l0"),
    "spectral norm, first form": lambda r: nn.utils.spectral_norm(r, "weight_hh_l0"),
    "pruning": lambda r: prune.l1_unstructured(r, "weight_hh_l0", amount=0.5),
    "pruning of two weights": lambda r: [
        prune.random_unstructured(r, name, amount=0.3) for name in ("weight_ih_l0", "bias_ih_l0")
    ],
}


@pytest.mark.parametrize("what", COMPUTED)
@pytest.mark.parametrize("whole", [False, True], ids=["state_dict", "checkpoint"])
def test_a_weight_that_torch_computes_is_computed(what, whole):
    theirs = changed(COMPUTED[what])
    state = under("enc.", theirs.state_dict())
    (layer,) = (file := read_model_file(saved({"net": state} if whole else state))).layers
    assert layer.name == "enc"
    assert layer.computed_by == (what.split(",")[0].split(" of ")[0],)
    assert len(file.notes) == 1
    assert "enc" in file.notes[0]
    check_outputs(layer, theirs)


@given(st.sampled_from([None, 0, 1]), st.integers(1, 4), st.integers(1, 5), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_weight_norm_of_any_shape(dim, hidden, inputs, seed):
    torch.manual_seed(seed)
    theirs = nn.GRU(inputs, hidden)
    nn.utils.weight_norm(theirs, "weight_ih_l0", dim=dim)  # type: ignore[arg-type]
    with torch.no_grad():
        theirs.weight_ih_l0_g.mul_(1.7)  # type: ignore[operator]
        theirs(torch.zeros(1, 1, inputs))
    (layer,) = read_model_file(saved(theirs.state_dict())).layers
    torch.testing.assert_close(layer.weights["weight_ih_l0"], theirs.weight_ih_l0.detach())


def test_weight_drop_is_read_without_the_dropout_wherever_it_is_kept():
    theirs = nn.LSTM(INPUTS, H)
    state = theirs.state_dict()
    raw = state.pop("weight_hh_l0")
    outside = under("rnns.0.module.", state | {"weight_hh_l0": raw * 0.3})  # what it last ran with
    for content in (
        saved(outside | {"rnns.0.weight_hh_l0_raw": raw}),
        saved(under("rnns.0.module.", state | {"weight_hh_l0_raw": raw})),
    ):
        (layer,) = read_model_file(content).layers
        assert (layer.name, layer.computed_by) == ("rnns.0", ("weight drop",))
        check_outputs(layer, theirs)


def test_a_quantised_tensor_is_read_as_the_numbers_that_it_stands_for():
    state = nn.LSTM(INPUTS, H).state_dict()
    rounded = torch.quantize_per_tensor(state["weight_hh_l0"], 0.01, 0, torch.qint8)
    (layer,) = read_model_file(saved(state | {"weight_hh_l0": rounded})).layers
    torch.testing.assert_close(layer.weights["weight_hh_l0"], rounded.dequantize())
    assert layer.computed_by == ("quantisation",)


def test_a_sparse_weight_is_read():
    state = nn.LSTM(INPUTS, H).state_dict()
    sparse = state["weight_hh_l0"].masked_fill(state["weight_hh_l0"] < 0, 0)
    (layer,) = read_model_file(saved(state | {"weight_hh_l0": sparse.to_sparse()})).layers
    torch.testing.assert_close(layer.weights["weight_hh_l0"], sparse)


# ---------------------------------------------------------------- one layer refuses no other


def orthogonal() -> dict[str, Any]:
    layer = nn.GRU(INPUTS, H)
    parametrizations.orthogonal(layer, "weight_hh_l0")
    return layer.state_dict()


def quantised() -> dict[str, Any]:
    model = nn.ModuleDict({"bad": nn.LSTM(INPUTS, H)})
    made = torch.ao.quantization.quantize_dynamic(model, {nn.LSTM}, dtype=torch.qint8)
    return {name.removeprefix("bad."): v for name, v in made.state_dict().items()}


LSTM = nn.LSTM(INPUTS, H).state_dict()
ODD: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "a projection": (
        lambda: nn.LSTM(INPUTS, H, proj_size=2).state_dict(),
        r"an LSTM without proj_size, got weight_hr_l0 of shape \[2, 8\]",
    ),
    "an orthogonal weight": (orthogonal, "remove_parametrizations"),
    "a quantised module": (quantised, "before the model is quantised"),
    "whole numbers": (
        lambda: {name: v.to(torch.int8) for name, v in LSTM.items()},
        "got weight_ih_l0 in int8",
    ),
    "nan": (
        lambda: LSTM | {"bias_hh_l0": torch.full((4 * H,), torch.nan)},
        "inf or nan in bias_hh_l0. Choose a checkpoint from before the training diverged",
    ),
    "a missing weight": (
        lambda: {name: v for name, v in LSTM.items() if name != "weight_hh_l0"},
        "expected weight_hh_l0, got weight_ih_l0 without it",
    ),
    "parts that do not fit": (
        lambda: {"weight_ih_l0": LSTM["weight_ih_l0"], "weight_hh_l0_orig": torch.ones(3, 3), "weight_hh_l0_mask": torch.ones(2, 2)},
        "parts that do not fit together",
    ),
    "a weight of which only a part is there": (
        lambda: {"weight_ih_l0": LSTM["weight_ih_l0"], "weight_hh_l0_g": torch.ones(4 * H, 1)},
        "got only g, and the file does not say how",
    ),
    "another number of blocks": (
        lambda: LSTM | {"weight_hh_l0": torch.zeros(5 * H, H)},
        r"got \[40, 8\]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_a_layer_that_cannot_be_read_is_named_and_the_others_are(model, what):
    make, expected = ODD[what]
    file = read_model_file(saved(under("bad.", make()) | model.state_dict()))
    assert [layer.name for layer in file.layers] == ["rnn"]
    check_outputs(file.layers[0], model.rnn)
    (problem,) = file.problems
    assert problem.startswith("Layer 'bad': expected ")
    assert re.search(expected, problem), problem
    assert ONE_SENTENCE.fullmatch(problem), problem
    with pytest.raises(ValueError, match=re.escape(problem)):
        read_model_file(saved(under("bad.", make())))


# ---------------------------------------------------------------- what is no such file at all


def archive(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def scripted() -> bytes:
    file = io.BytesIO()
    torch.jit.save(torch.jit.script(nn.LSTM(INPUTS, H)), file)
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as made:
        made.addfile(tarfile.TarInfo("model.pt"))
    return file.getvalue()


def arrays() -> bytes:
    file = io.BytesIO()
    np.savez(file, weight=np.zeros(3))
    return file.getvalue()


class Runs:
    def __reduce__(self) -> Any:
        return exec, ("raise SystemExit",)


class RunsAShell:
    def __reduce__(self) -> Any:
        import os

        return os.system, ("echo",)


OTHER: dict[str, tuple[Callable[[], bytes], str]] = {
    "TorchScript": (scripted, r"a TorchScript archive\. Export its state_dict: torch\.save"),
    "before 1.6": (lambda: saved(LSTM, _use_new_zipfile_serialization=False), r"before PyTorch 1\.6\. Save it again"),
    "torch.export": (lambda: archive(model__archive_format=b"pt2"), r"a program of torch\.export"),
    "HDF5": (lambda: b"\x89HDF\r\n\x1a\n" + b"\0" * 99, r"Keras.*weight_hh_l0 = recurrent_kernel\.T"),
    ".keras": (lambda: archive(**{"model.weights.h5": b"", "config.json": b"{}"}), r"a Keras model"),
    "Keras' names": (lambda: saved({"lstm.kernel": torch.ones(6, 32), "lstm.recurrent_kernel": torch.ones(8, 32)}), r"names as Keras gives them \(lstm\.kernel"),
    "ONNX": (lambda: b"\x08\x08\x12\x07pytorch\x1a\x052.4.0" + b":\x00" * 40, r"an ONNX model\. Save the PyTorch model"),
    "SavedModel": (lambda: b"\x08\x01\x12\x99\x0d\x0a\x07\x12\x05serve" + b"\0" * 40, r"a SavedModel of TensorFlow"),
    "a TensorFlow index": (lambda: b"\0\0\1\2" * 20 + bytes.fromhex("57fb808b247547db"), r"the index of a TensorFlow checkpoint"),
    "TensorFlow Lite": (lambda: b"\x1c\0\0\0TFL3" + b"\0" * 40, r"a TensorFlow Lite model"),
    "GGUF": (lambda: b"GGUF\x03\0\0\0" + b"\0" * 40, r"a GGUF file"),
    "npz": (arrays, r"NumPy arrays \(\.npz\)\. Turn them into tensors"),
    "npy": (lambda: b"\x93NUMPY\x01\0" + b"\0" * 40, r"a NumPy array"),
    "a pickle": (lambda: pickle.dumps({"a": 1}), r"a Python pickle, which may hold code"),
    "a zip of something else": (lambda: archive(readme=b"hello"), r"a zip archive of other files \(readme\)"),
    "tar": (tarred, r"a tar archive\. Unpack it"),
    "gzip": (lambda: gzip.compress(saved(LSTM)), r"compressed with gzip\. Unpack it"),
    "half a download": (lambda: saved(LSTM)[:900], r"a zip file that has lost its end"),
    "half of .safetensors": (lambda: save_safetensors(LSTM)[:-9], r"a whole \.safetensors file, got one that cannot be read"),
    "Git LFS": (lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", r"a pointer of Git LFS.*git lfs pull"),
    "a web page": (lambda: b"<!DOCTYPE html><html>", r"a web page"),
    "JSON": (lambda: b'{"hidden": 8}', r"a JSON text"),
    "a script": (lambda: "import torch\n# модель".encode(), r"a text that begins with 'import torch'"),
    "no bytes": (lambda: b"", r"an empty file"),
    "a program": (lambda: b"MZ\x90\0\x03\0\xff\xfe", r"no kind that is known here \(it begins with 4d 5a 90 00\)"),
    "code": (lambda: saved({"rnn.weight_hh_l0": Runs()}), r"a file without a named tensor"),
    "code of the system": (lambda: saved({"a": RunsAShell(), "rnn": LSTM}), r"more than weights \(the file asks for posix\.system\)"),
    "no recurrent layer": (lambda: saved(nn.Linear(3, 3).state_dict()), r"got weight, bias\. Choose the state_dict"),
    "no tensor": (lambda: saved({"epoch": 3}), r"a file without a named tensor"),
}  # fmt: skip


@pytest.mark.parametrize("what", OTHER)
def test_another_file_is_told_what_it_is(what):
    make, expected = OTHER[what]
    with pytest.raises(ValueError, match=r"^Model file: expected ") as error:
        read_model_file(make())
    sentence = str(error.value)
    assert re.search(expected, sentence), sentence
    assert ONE_SENTENCE.fullmatch(sentence), sentence


@given(st.binary(max_size=300) | st.binary(max_size=40).map(lambda b: saved(LSTM)[:-300] + b))
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_a_file_or_one_sentence(content):
    sentence = ""
    try:
        read_model_file(content)
    except ValueError as error:
        sentence = str(error)
    assert not sentence or ONE_SENTENCE.fullmatch(sentence), sentence
