"""The axes and sizes that the page names are those of the run's own batches; the loss formula is the task's."""

import numpy as np
import pytest
import torch

from core.analysis.batch_axes import axes_of, input_vectors
from core.analysis.head import output_function
from core.tasks import TASKS
from core.training.trainer import Experiment, Trainer


def trainer_of(**settings) -> Trainer:
    torch.set_num_threads(1)
    return Trainer(Experiment(**{"hidden_size": 4, "batch_size": 3, **settings}))


def test_duan_is_four_rows_of_26_with_a_single_one():
    trainer = trainer_of(task="names")
    trainer.set_probe("duan")
    vectors = input_vectors(trainer.task, trainer.probe.batch.x[:, 0])
    assert vectors.shape == (4, 26)
    assert vectors.sum(1).tolist() == [1] * 4
    assert "".join("abcdefghijklmnopqrstuvwxyz"[k] for k in vectors.argmax(1)) == "duan"


def test_numbers_stay_as_they_are():
    trainer = trainer_of(task="adding", length=5)
    x = trainer.probe.batch.x[:, 0]
    np.testing.assert_array_equal(input_vectors(trainer.task, x), x.numpy().astype(float))


@pytest.mark.parametrize("task", TASKS)
def test_the_axes_are_those_of_the_batch_that_is_trained_on(task):
    trainer = trainer_of(task=task)
    axes, peeked = axes_of(trainer), trainer.peek_batch()
    drawn, draw = [], trainer.draw

    def note(*arguments):
        drawn.append(draw(*arguments))
        return drawn[-1]

    trainer.draw = note
    next(trainer)
    (batch,) = drawn
    assert torch.equal(batch.x, peeked.x)
    assert torch.equal(batch.y, peeked.y)
    assert axes.time_major[:2] == tuple(batch.x.shape[:2])
    assert axes.sample_major == (axes.B, axes.T, axes.inputs)
    assert axes.symbolic == (batch.x.dtype == torch.int64)
    if not axes.symbolic:
        assert batch.x.shape[2] == axes.inputs
    assert axes.shortest <= axes.T


@pytest.mark.parametrize("task", TASKS)
def test_the_formulas_give_the_tasks_loss(task):
    """phi, the loss of a step and the mean over the batch, in NumPy, against what the trainer minimises."""
    trainer = trainer_of(task=task)
    batch, axes = trainer.peek_batch(), axes_of(trainer)
    with torch.no_grad():
        scores = trainer.model(batch.x, batch.lengths)
        expected = trainer.task.loss(scores, batch).item()
    phi = trainer.task.output_function
    y, targets = output_function(phi, scores.numpy().astype(np.float64)), batch.y.numpy()
    if phi == "softmax":
        known = targets.flatten() >= 0
        chosen = y.reshape(-1, axes.outputs)[
            np.arange(known.size), np.maximum(targets.flatten(), 0)
        ]
        losses = -np.log(chosen[known])
    elif phi == "sigmoid":
        losses = -(targets * np.log(y) + (1 - targets) * np.log(1 - y)).mean(-1)
    else:
        losses = ((y - targets) ** 2).mean(-1)
    assert losses.size == axes.losses
    assert losses.mean() == pytest.approx(expected, rel=1e-4)
