"""What an update will take, and on how many sequences a network is judged."""

import dataclasses

import pytest
import torch

from core.tasks import TASKS
from core.training.evaluation import NO_LIMIT, evaluate
from core.training.experiment import Experiment
from core.training.time_budget import (
    MAX_EVALUATION_SECONDS,
    MIN_SEQUENCES,
    sequences_to_evaluate,
    update_seconds,
)
from core.training.trainer import Trainer


def test_more_work_takes_longer():
    base = {"task": "adding", "length": 20, "hidden_size": 32, "batch_size": 32}
    seconds = update_seconds(Experiment(**base))
    for more in ({"length": 80}, {"hidden_size": 256}, {"batch_size": 256}, {"num_layers": 4}):
        assert update_seconds(Experiment(**{**base, **more})) > 1.5 * seconds


@pytest.mark.parametrize("task", TASKS)
def test_usual_networks_are_judged_on_everything(task):
    e = Experiment(task=task)
    data = e.make_task()
    assert sequences_to_evaluate(e) >= max(data.held_out.B, data.train_eval.B)


def test_enormous_ones_on_so_many_as_the_time_allows():
    e = Experiment(task="adding", hidden_size=1024, batch_size=64)
    number, data = sequences_to_evaluate(e), e.make_task()
    assert MIN_SEQUENCES <= number < data.held_out.B
    each = update_seconds(e) / 3 / (e.batch_size + 1)
    assert 2 * number * each == pytest.approx(MAX_EVALUATION_SECONDS, rel=0.05)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_can_be_judged_on_a_few(task):
    """And the few are the first of all."""
    torch.manual_seed(0)
    trainer = Trainer(Experiment(task=task, hidden_size=4, batch_size=4))
    few = evaluate(trainer.model, trainer.task, 512, 0, {}, MIN_SEQUENCES)
    assert few.held_out.keys() == trainer.evaluate().held_out.keys()
    again = evaluate(trainer.model, trainer.task, 512, 0, {}, MIN_SEQUENCES)
    assert few.held_out == again.held_out
    assert dataclasses.asdict(few.panel_data).keys()
    everything = evaluate(trainer.model, trainer.task, 512, 0, {}, NO_LIMIT)
    assert everything.held_out == trainer.evaluate().held_out
