"""The paths of a layer's states: which numbers of a recording they are, and in which order."""

import numpy as np
import pytest

from core import Experiment, Trainer
from core.analysis.held_out import read_held_out
from core.analysis.trajectories import MAX_NUMBERS, MAX_SEQUENCES, points_of, read_paths
from core.analysis.weight_history import flatten_weights


@pytest.fixture(scope="module")
def trainer():
    trainer = Trainer(Experiment(task="names", cell="lstm", hidden_size=5, bidirectional=True))
    next(trainer)
    return trainer


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_a_path_is_the_states_in_the_order_in_which_they_came(trainer, direction):
    reading = read_held_out(trainer, MAX_SEQUENCES)[""]
    trace = reading.recording[0, direction]
    paths = read_paths(trainer, "", (0, direction), ("h", "c"))
    for k in range(4):
        L, order = len(reading.symbols[k]), 1 if direction == "forward" else -1
        both = np.concatenate([trace["h"].values, trace["c"].values], 2)[:L, k][::order]
        np.testing.assert_array_equal(paths[k].states, both)
        np.testing.assert_array_equal(paths[k].inputs, trace["x"].values[:L, k][::order])
        assert paths[k].symbols == reading.symbols[k][::order]
    assert len(points_of(paths)) == sum(len(path.symbols) for path in paths)


def test_paths_of_earlier_weights_are_those_of_that_moment(trainer):
    before, weights = (
        read_paths(trainer, "", (0, "forward"), ("h",)),
        flatten_weights(trainer.model),
    )
    for _ in range(3):
        next(trainer)
    after = read_paths(trainer, "", (0, "forward"), ("h",))
    again = read_paths(trainer, "", (0, "forward"), ("h",), weights)
    np.testing.assert_array_equal(again[0].states, before[0].states)
    assert not np.array_equal(after[0].states, before[0].states)


def test_of_a_wide_network_fewer_sequences_are_read():
    trainer = Trainer(Experiment(task="adding", cell="rnn", hidden_size=512, length=100))
    paths = read_paths(trainer, "", (0, "forward"), ("h",))
    assert len(paths) == MAX_NUMBERS // (512 * trainer.task.held_out.T)
