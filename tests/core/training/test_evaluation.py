"""Judging in parts gives what each sequence gives alone."""

from copy import copy

import pytest
import torch

from core.layers.recurrent import Recurrent
from core.tasks.base import Batch
from core.training.evaluation import run_in_chunks
from core.training.experiment import Experiment
from core.training.trainer import Trainer


@pytest.mark.parametrize("at", ["last", "every"])
@pytest.mark.parametrize("bidirectional", [False, True])
@torch.no_grad()
def test_sequences_of_unequal_length_are_judged_as_each_alone(at, bidirectional):
    trainer = Trainer(Experiment(cell="lstm", hidden_size=5, bidirectional=bidirectional))
    model, task = trainer.model, copy(trainer.task)  # others share the task
    model.at = task.at = at
    whole = task.held_out
    y = whole.y if at == "last" else whole.y.expand(whole.T, -1)
    assert whole.lengths is not None
    batch = Batch(whole.x[:, :60], y[..., :60], whole.lengths[:60])
    found = run_in_chunks(model, task, batch, 16)
    for k, steps in enumerate(whole.lengths[:60].tolist()):
        alone = model(whole.x[:steps, k : k + 1])
        if at == "last":
            torch.testing.assert_close(found[k], alone[0], rtol=1e-5, atol=1e-6)
        else:
            torch.testing.assert_close(found[:steps, k], alone[:, 0], rtol=1e-5, atol=1e-6)


@torch.no_grad()
def test_what_explodes_on_the_padding_stays_out_of_the_output():
    layer = Recurrent("rnn", 3, 4, activation="relu", record="off")
    layer.weight_ih_l0.fill_(1)  # so that a relu passes it on
    layer.weight_hh_l0.fill_(1e6)
    output, _ = layer(torch.ones(40, 2, 3), lengths=[40, 3])
    assert not torch.isfinite(output[:, 0]).all()
    assert (output[3:, 1] == 0).all()
