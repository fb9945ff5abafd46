"""Runs with a normalised input: they go on bit for bit, running statistics included, and the probe changes nothing."""

import pytest
import torch

from core.cells import CELLS
from core.training.experiment import Experiment
from core.training.memory_budget import run_bytes, tape_bytes
from core.training.trainer import Trainer


def experiment(normalization, **settings):
    return Experiment(
        task="names", hidden_size=8, normalization=normalization, **{"cell": "gru", **settings}
    )


def trained(trainer, updates):
    for _ in range(updates):
        next(trainer)
    return trainer


@pytest.mark.parametrize("normalization", ["layer", "batch"])
def test_a_saved_run_goes_on_bit_for_bit(normalization):
    whole = trained(Trainer(experiment(normalization, num_layers=2)), 12)
    first = trained(Trainer(whole.experiment), 6)
    then = Trainer(whole.experiment)
    then.load_state_dict(first.state_dict())
    trained(then, 6)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, then.state_dict()[name]), name
    assert whole.evaluate().held_out == then.evaluate().held_out


def test_the_running_statistics_are_those_of_the_batches_and_evaluation_uses_them():
    trainer = trained(Trainer(experiment("batch")), 30)
    part = trainer.model.recurrent.normalizations["l0"]
    before = trainer.evaluate().held_out
    assert not torch.equal(part.mean, torch.zeros_like(part.mean))
    kept = part.mean.clone(), part.variance.clone()
    trainer.look()
    assert torch.equal(part.mean, kept[0])
    part.mean.add_(1)
    assert trainer.evaluate().held_out != before


@pytest.mark.parametrize("normalization", ["layer", "batch"])
def test_the_probe_changes_no_bit(normalization):
    short, long = (Trainer(experiment(normalization), probe) for probe in ("Li", "Konstantinopol"))
    for one, other in zip(
        trained(short, 5).model.state_dict().items(),
        trained(long, 5).model.state_dict().items(),
        strict=True,
    ):
        assert torch.equal(one[1], other[1]), one[0]


def test_the_link_holds_it_and_without_it_nothing_is_said():
    assert "normalization" not in Experiment(task="names").to_query()
    link = experiment("batch").to_query()
    assert link["normalization"] == "batch"
    assert Experiment.from_query(link) == experiment("batch")


def test_what_an_experiment_refuses():
    with pytest.raises(
        ValueError, match=r"^normalization: expected off for the task translate, got layer"
    ):
        Experiment(task="translate", normalization="layer")
    with pytest.raises(ValueError, match=r"^normalization: expected"):
        Experiment(task="names", normalization="group")


def test_the_memory_of_a_wide_normalised_run_counts():
    off, on = (Experiment(task="names", hidden_size=512, normalization=n) for n in ("off", "layer"))
    cell, task = CELLS["gru"](), off.make_task()
    tapes = [tape_bytes(e, cell, task) for e in (off, on)]
    assert tapes[1] > tapes[0] + 4 * 3 * 3 * 512 * task.length
    unit_matrix = 4 * (3 * 512) ** 2
    assert run_bytes(on, cell, task) > run_bytes(off, cell, task) + unit_matrix
