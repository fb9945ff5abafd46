"""Parameter tables: the numbers that books print, and torch's own count of every network."""

import itertools

import pytest
from torch import nn

from core.cells import CELLS
from core.parameters import blocks, layer_blocks, library_counts
from core.recurrent import Recurrent
from core.training import Experiment, Trainer

OPTIONS = {
    "rnn": [{}],
    "lstm": [{}, {"peephole": True}],
    "gru": [{}, {"reset": "before"}, {"reset": "none"}],
}
LAYERS = [
    (cell, options, depth, both, bias)
    for cell in CELLS
    for options in OPTIONS[cell]
    for depth, both, bias in itertools.product((1, 2, 3), (False, True), (False, True))
]


def test_the_numbers_in_the_books():
    assert library_counts("rnn", 32, 32)["Keras"] == 2080
    assert library_counts("lstm", 32, 32)["Keras"] == 8320
    assert library_counts("gru", 32, 32)["Keras, reset_after=False"] == 6240
    assert library_counts("gru", 32, 32)["Keras"] == 6336


@pytest.mark.parametrize("cell", list(CELLS))
def test_torchs_own_count(cell):
    module = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[cell](32, 32)
    assert library_counts(cell, 32, 32)["torch"] == sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize(("cell", "options", "depth", "both", "bias"), LAYERS)
def test_every_layer_adds_up(cell, options, depth, both, bias):
    layer = Recurrent(cell, 5, 7, num_layers=depth, bidirectional=both, bias=bias, **options)
    found = layer_blocks(layer)
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


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment("names"),
        Experiment("names", cell="lstm", embedding=9, num_layers=2, bidirectional=True),
        Experiment("digits", images="8x8", combine="sum"),
        Experiment("subtraction"),
        Experiment("translate", pairs="reversal"),
        Experiment("translate", pairs="reversal", attention=True, cell="lstm", num_layers=2),
    ],
    ids=str,
)
def test_every_network_adds_up(experiment):
    model = Trainer(experiment).model
    assert sum(b.count for b in blocks(experiment)) == sum(p.numel() for p in model.parameters())
