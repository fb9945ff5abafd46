"""Weights that a module computes from others: read as torch computes them in evaluation."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

from core.io.model_files import read_model_file
from tests.helpers.model_files import INPUTS, H, check_outputs, saved, under

pytestmark = pytest.mark.filterwarnings("ignore")  # torch calls its older forms deprecated


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


class Masked(nn.Module):
    """As torch.ao.pruning's, which prunes by a parametrization."""

    def __init__(self, mask: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("mask", mask)

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight * self.mask


def pruned_by_parametrization(layer: nn.LSTM) -> None:
    mask = torch.rand(layer.weight_hh_l0.shape, generator=torch.Generator().manual_seed(2)) < 0.5
    parametrize.register_parametrization(layer, "weight_hh_l0", Masked(mask))


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
    "pruning, as a parametrization": pruned_by_parametrization,
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
