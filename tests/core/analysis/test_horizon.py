"""The reach of the last loss, against autograd through a plain torch network."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.analysis.horizon import gradient_reach
from core.tasks import TASKS
from core.training.trainer import Experiment, Trainer


def trained(*args, **values) -> Trainer:
    trainer = Trainer(Experiment(*args, hidden_size=6, batch_size=4, **values))
    list(itertools.islice(trainer, 5))
    return trainer


def states(trainer: Trainer, x: torch.Tensor) -> list[torch.Tensor]:
    """h_1 .. h_T of torch.nn.GRUCell with the same weights, each a node of the graph."""
    cell = nn.GRUCell(trainer.task.input_size, 6)
    weights = trainer.model.recurrent.state_dict()
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in weights.items()})
    h, found = torch.zeros(1, 6), []
    for x_t in x:
        h = cell(x_t, h)
        h.retain_grad()
        found.append(h)
    return found


def norms(hs: list[torch.Tensor]) -> list[float]:
    return [float(h.grad.norm()) if h.grad is not None else 0.0 for h in hs]


def test_where_every_step_has_a_loss_only_the_last_one_counts():
    """A typed text: nobody knows what follows it, so the last loss is one step before its end."""
    trainer = trained("text", cell="gru")
    trainer.set_probe("the cat")
    x = F.one_hot(trainer.probe.batch.x, trainer.task.input_size).float()
    hs = states(trainer, x[:6])
    answer = trainer.probe.batch.y.flatten()[5:6]
    F.cross_entropy(trainer.model.head(hs[-1]), answer).backward()
    np.testing.assert_allclose(gradient_reach(trainer), norms(hs), rtol=1e-4)


def test_where_the_loss_is_at_the_end_it_is_what_every_step_records():
    trainer = trained("adding", cell="gru", length=8)
    hs = states(trainer, trainer.probe.batch.x)
    F.mse_loss(trainer.model.head(hs[-1]), trainer.probe.batch.y).backward()
    np.testing.assert_allclose(gradient_reach(trainer), norms(hs), rtol=1e-4)
    recorded = trainer.look().recording["h"].grads
    assert recorded is not None
    np.testing.assert_allclose(
        gradient_reach(trainer), np.linalg.norm(recorded[:, 0], axis=1), rtol=1e-6
    )


@pytest.mark.parametrize("task", ["text", "adding"])
def test_it_does_not_disturb_the_run(task):
    alone, asked = trained(task, cell="lstm", dropout=0.3), trained(task, cell="lstm", dropout=0.3)
    gradient_reach(asked)
    one, other = next(alone), next(asked)
    assert (one.loss, one.grad_norm) == (other.loss, other.grad_norm)


def test_of_several_layers_it_is_the_first():
    trainer = trained("adding", cell="gru", length=8, num_layers=2, bidirectional=True)
    recorded = trainer.look().recording[0, "forward"]["h"].grads
    assert recorded is not None
    np.testing.assert_allclose(
        gradient_reach(trainer), np.linalg.norm(recorded[:, 0], axis=1), rtol=1e-6
    )


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_a_reach_that_begins_at_its_last_loss(task):
    trainer = Trainer(Experiment(task, cell="gru", hidden_size=4, batch_size=2, num_layers=1))
    found = gradient_reach(trainer)
    assert 0 < len(found) <= len(trainer.probe.symbols)
    assert np.isfinite(found).all()
    assert found[-1] > 0
