"""Parameter tables: the numbers that books print, and torch's own count of every network."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.analysis.parameters import blocks_of_layer, count_parameters, library_counts
from core.cells import TORCH_CELLS
from core.layers.recurrent import Recurrent
from core.tasks import TASKS
from core.training.trainer import Experiment, Trainer
from tests.helpers.cells import OPTIONS

LAYERS = [
    (cell, options, depth, both, bias)
    for cell, options in OPTIONS
    if "forget_bias" not in options
    for depth, both, bias in itertools.product((1, 2, 3), (False, True), (False, True))
]


def test_the_numbers_in_the_books():
    assert library_counts("rnn", 32, 32)["Keras"] == 2080
    assert library_counts("lstm", 32, 32)["Keras"] == 8320
    assert library_counts("gru", 32, 32)["Keras, reset_after=False"] == 6240
    assert library_counts("gru", 32, 32)["Keras"] == 6336


@pytest.mark.parametrize("cell", TORCH_CELLS)
def test_torchs_own_count(cell):
    module = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[cell](32, 32)
    assert library_counts(cell, 32, 32)["torch"] == sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize(("cell", "options", "depth", "both", "bias"), LAYERS)
def test_every_layer_adds_up(cell, options, depth, both, bias):
    layer = Recurrent(cell, 5, 7, num_layers=depth, bidirectional=both, bias=bias, **options)
    found = blocks_of_layer(layer.cell, 5, (7,) * depth, both, bias)
    assert sum(block.count for block in found) == sum(p.numel() for p in layer.parameters())
    assert len(found) == depth * (1 + both) * layer.cell.blocks
    for block in found:
        assert eval_sum(block.formula) == block.count


def eval_sum(formula: str) -> int:
    """The value of "2 x 3 + 4"."""
    total = 0
    for product in formula.split(" + "):
        size = 1
        for factor in product.split(" x "):
            size *= int(factor)
        total += size
    return total


CELL_OPTIONS: list[dict[str, Any]] = [
    {"cell": "rnn", "activation": "relu"},
    {"cell": "lstm"},
    {"cell": "lstm", "peephole": True, "forget_bias": 1.0},
    *({"cell": "gru", "reset": r} for r in ("after", "before", "none")),
]


def counted(experiment: Experiment) -> int:
    return sum(p.numel() for p in Trainer(experiment).model.parameters())


@given(
    st.sampled_from(CELL_OPTIONS),
    st.integers(1, 12),
    st.integers(1, 3),
    st.booleans(),
    st.booleans(),
    st.integers(0, 5),
    st.sampled_from((0, 2, 17)),
)
@settings(max_examples=60)
def test_the_shapes_of_every_network_add_up(cell, H, layers, both, bias, embedding, first):
    if not bias:
        cell = {name: value for name, value in cell.items() if name != "forget_bias"}
    sizes = {"hidden_size": H, "num_layers": layers, "bidirectional": both, "embedding": embedding}
    sizes["first_size"] = first
    experiment = Experiment("names", batch_size=2, bias=bias, **sizes, **cell)
    assert count_parameters(experiment) == counted(experiment)
    summed = experiment.but(combine="sum")
    assert count_parameters(summed) == counted(summed)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_adds_up(task):
    experiment = Experiment(task, cell="lstm", hidden_size=5, batch_size=2)
    assert count_parameters(experiment) == counted(experiment)


@pytest.mark.parametrize("attention", [False, True])
def test_an_encoder_with_its_decoder_is_counted(attention):
    shape = {"hidden_size": 5, "num_layers": 2, "batch_size": 2, "embedding": 3}
    experiment = Experiment("translate", attention=attention, **shape)
    assert count_parameters(experiment) == counted(experiment)
    assert count_parameters(experiment.but(bias=False)) == counted(experiment.but(bias=False))
