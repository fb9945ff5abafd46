"""The loss around a run's weights is the loss that the run would have there."""

from itertools import islice

import numpy as np
import pytest
import torch

from core.analysis.landscape import loss_landscape, project_updates
from core.layers.interventions import Clamp, Intervention
from core.training.trainer import Experiment, Trainer

SMALL = {"hidden_size": 6, "batch_size": 4}


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment("adding", length=10, cell="lstm", **SMALL),
        Experiment("text", cell="gru", **SMALL),
        Experiment("translate", hidden_size=6, batch_size=4),
    ],
    ids=lambda e: e.task,
)
def test_loss_slope_and_directions(experiment):
    trainer = Trainer(experiment)
    plane = loss_landscape(trainer, share=1e-3, points=5)
    assert plane.along[2] == 0
    assert plane.loss[2, 2] == pytest.approx(plane.here, rel=1e-5)
    assert np.linalg.norm(plane.downhill) == pytest.approx(1)
    assert np.linalg.norm(plane.sideways) == pytest.approx(1)
    assert plane.downhill @ plane.sideways == pytest.approx(0, abs=1e-12)
    # Along -gradient the loss falls as fast as the gradient is long, at a right angle not at all.
    step = 2 * (plane.along[3] - plane.along[2])
    assert (plane.loss[2, 3] - plane.loss[2, 1]) / step == pytest.approx(-plane.norm, rel=0.05)
    assert (plane.loss[3, 2] - plane.loss[1, 2]) / step == pytest.approx(0, abs=0.05 * plane.norm)
    # Each point is the loss of the network with those weights.
    e, task = trainer.experiment, trainer.task
    batch = task.draw(torch.Generator().manual_seed(4 * e.seed + 3), e.batch_size, 0)
    move = torch.from_numpy(plane.along[0] * plane.downhill + plane.along[4] * plane.sideways)
    with torch.no_grad():
        flat = torch.nn.utils.parameters_to_vector(trainer.model.parameters())
        torch.nn.utils.vector_to_parameters((flat + move).float(), trainer.model.parameters())
        expected = task.loss(trainer.model.eval()(batch.x, batch.lengths), batch)
    assert plane.loss[4, 0] == pytest.approx(expected.item(), rel=1e-5)


def test_the_run_is_not_disturbed():
    trainer, alone = (Trainer(Experiment("adding", length=8, **SMALL)) for _ in range(2))
    losses = [step.loss for step in islice(alone, 6)]
    before = [step.loss for step in islice(trainer, 3)]
    project_updates(trainer, loss_landscape(trainer, points=3), "off", 3)
    assert before + [step.loss for step in islice(trainer, 3)] == losses


def test_the_paths_are_those_of_the_updates():
    experiment = Experiment(
        "adding",
        length=8,
        optimizer="sgd",
        learning_rate=1.0,
        clipping="norm",
        clip_at=0.01,
        **SMALL,
    )
    trainer = Trainer(experiment)
    plane = loss_landscape(trainer, points=3)
    clipped, plain = (
        project_updates(trainer, plane, "norm", 5),
        project_updates(trainer, plane, "off", 5),
    )
    assert clipped.shape == plain.shape == (6, 2)
    assert (np.linalg.norm(np.diff(clipped, axis=0), axis=1) <= 0.01 * (1 + 1e-5)).all()
    assert np.linalg.norm(plain[-1]) > np.linalg.norm(clipped[-1])
    start = torch.nn.utils.parameters_to_vector(trainer.model.parameters()).detach().double()
    for _ in islice(trainer, 5):
        pass
    end = torch.nn.utils.parameters_to_vector(trainer.model.parameters()).detach().double()
    moved = (end - start).numpy()
    assert clipped[-1] == pytest.approx([moved @ plane.downhill, moved @ plane.sideways], rel=1e-6)


def test_what_is_held_while_training_is_held_here_too():
    trainer = Trainer(Experiment("adding", length=8, cell="lstm", **SMALL))
    free = loss_landscape(trainer, points=3)
    before = project_updates(trainer, free, "off", 3)
    trainer.model.recurrent.intervention = Intervention(clamps=(Clamp("f", 0.0),))
    held = loss_landscape(trainer, points=3)
    assert held.here != free.here
    after = project_updates(trainer, free, "off", 3)
    assert not np.allclose(after[-1], before[-1], rtol=1e-3)


def test_where_there_is_no_gradient_there_is_a_sentence():
    trainer = Trainer(Experiment("adding", length=5, **SMALL))
    with torch.no_grad():
        for p in trainer.model.parameters():
            p.fill_(float("nan"))
    with pytest.raises(ValueError, match="loss surface: expected a gradient with a direction"):
        loss_landscape(trainer)
    with pytest.raises(ValueError, match="points: expected an odd number"):
        loss_landscape(trainer, points=4)
