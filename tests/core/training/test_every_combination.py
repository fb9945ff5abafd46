"""The general recurrent network: every kind of answer, at the last or every step, with and without bias."""

import dataclasses
import itertools

import pytest
import torch

from core.cells import CELLS
from core.common.options import Option
from core.io import runs
from core.tasks import TASKS
from core.tasks.base import Batch, Probe, Task
from core.tasks.task_types import Binary, Classification, Regression
from core.training.experiment import FIELDS
from core.training.trainer import Experiment, Trainer


class Running(Task):
    """Numbers from 0 to 1, of which the mean so far is to be told: as a number, as more than a half, or
    as one of three classes.
    """

    title, source, at = "Running mean", "made by rule", "last"
    options = (Option("length", "integer", 6, 2, 20),)
    defaults = {"hidden_size": 6, "learning_rate": 0.02}  # noqa: RUF012
    length = property(lambda self: self.values["length"])  # type: ignore[assignment]
    input_labels = ("value",)  # type: ignore[assignment]
    baselines = {}  # type: ignore[assignment] # noqa: RUF012

    def answers(self, mean: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError

    def sample(self, generator, batch_size):
        x = torch.rand(self.length, batch_size, 1, generator=generator)
        steps = torch.arange(1, self.length + 1)[:, None, None]
        y = self.answers(x.cumsum(0) / steps)
        return Batch(x, y if self.at == "every" else y[-1])

    def make_held_out(self):
        return self.sample(torch.Generator().manual_seed(7), 200)

    def make_train_eval(self):
        return self.sample(torch.Generator().manual_seed(8), 200)

    def probe(self, text=None):
        batch = self.held_out.subset(slice(0, 1), self.at)
        return Probe(batch, tuple(f"{v:.1f}" for v in batch.x.flatten().tolist()))

    def panel_data(self, model, output, batch, seed):
        return None


class Number(Running, Regression):
    labels = ("mean",)  # type: ignore[assignment]
    answers = lambda self, mean: mean  # noqa: E731


class Half(Running, Binary):
    labels = ("more than a half",)  # type: ignore[assignment]
    answers = lambda self, mean: (mean > 0.5).float()  # noqa: E731


class Three(Running, Classification):
    labels = ("low", "middle", "high")  # type: ignore[assignment]
    answers = lambda self, mean: torch.bucketize(mean[..., 0], torch.tensor([0.4, 0.6]))  # noqa: E731


TABLE = list(itertools.product((Number, Half, Three), ("last", "every"), (True, False)))


@pytest.mark.parametrize(("kind", "at", "bias"), TABLE)
def test_it_learns_is_saved_and_goes_on(kind, at, bias, monkeypatch, tmp_path):
    task = type(kind.__name__, (kind,), {"at": at, "__doc__": Running.__doc__})
    name = f"{kind.__name__} {at} {bias}"  # tasks of one name and options are shared
    monkeypatch.setitem(TASKS._entries, name, task)
    choices = dataclasses.replace(FIELDS["task"], choices=tuple(TASKS))
    monkeypatch.setitem(FIELDS, "task", choices)
    for cell in CELLS:
        trainer = Trainer(Experiment(name, cell=cell, bias=bias))
        before = trainer.evaluate().held_out
        assert any("bias" in name for name in trainer.model.state_dict()) == bias
        for _ in range(120):
            update = next(trainer)
        after = trainer.evaluate().held_out
        better = after["mse"] < before["mse"] if kind is Number else after["loss"] < before["loss"]
        assert better, f"{cell} did not learn"
        assert update.probe_output.shape == (trainer.task.length, 1, len(kind.labels))
        saved = runs.save(trainer, tmp_path / f"{cell}")
        assert next(runs.load(saved)).loss == next(trainer).loss
