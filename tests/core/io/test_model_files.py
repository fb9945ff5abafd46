"""Model files as people have them: each gives its layers, to the very outputs of torch, or the sentence that fits it."""

import argparse
import pathlib
import re
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save as save_safetensors
from torch import nn
from torch.nn.utils import parametrizations

from core.io.companions import find_embeddings, find_heads
from core.io.model_files import read_model_file
from tests.helpers.model_files import INPUTS, ONE_SENTENCE, H, Tagger, check_outputs, saved, under

pytestmark = pytest.mark.filterwarnings("ignore")  # torch calls its older forms deprecated


class Settings(dict):
    """As Lightning's AttributeDict, of which no name says that it is a dict."""


class Lightning(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model


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
