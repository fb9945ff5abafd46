"""The weights of a run over its updates."""

import numpy as np
import pytest
import torch

from core import Experiment, Trainer
from core.analysis.weight_history import (
    MAX_SNAPSHOTS,
    WeightHistory,
    flatten_weights,
    restore_weights,
)

MOST = 500_000


def test_the_history_is_evenly_spaced_and_bounded():
    history = WeightHistory(MOST)
    for update in range(0, 5001):
        if history.is_due(update):
            history.add(update, np.full((3, 2), update, np.float32))
    assert len(history.updates) <= MAX_SNAPSHOTS
    assert history.updates[0] == 0
    assert {b - a for a, b in zip(history.updates, history.updates[1:], strict=False)} == {
        history.every
    }
    assert [v[0, 0] for v in history.weights] == history.updates
    assert history.updates[-1] > 5000 - history.every
    assert [n for n, _ in history.before(170)] == [n for n in history.updates if n <= 170]


def test_a_large_vocabulary_keeps_fewer():
    history = WeightHistory(MOST)
    vectors = np.zeros((2000, 64), np.float32)
    for update in range(0, 400):
        if history.is_due(update):
            history.add(update, vectors)
    assert len(history.updates) >= 2
    assert len(history.updates) * vectors.size <= MOST


def test_what_is_kept_does_not_change_with_the_weights():
    history, weights = WeightHistory(MOST), np.zeros((2, 2))
    history.add(0, weights)
    weights += 1
    assert not history.weights[0].any()


@pytest.mark.parametrize("normalization", ["off", "batch"])
def test_a_copy_with_earlier_weights_computes_what_the_network_did(normalization):
    trainer = Trainer(Experiment(task="names", hidden_size=8, normalization=normalization, seed=2))
    next(trainer)
    x = trainer.task.held_out.x[:, :3]
    before, weights = trainer.model.eval()(x), flatten_weights(trainer.model)
    trainer.model.train()
    for _ in range(3):
        next(trainer)
    copy = restore_weights(trainer.model.eval(), weights)
    assert torch.equal(copy(x), before)
    assert not torch.equal(trainer.model(x), before)
