"""The pass over held-out sequences reads what the network reads, and disturbs nothing."""

import pytest
import torch

from core.analysis.held_out import read_held_out
from core.tasks import TASKS
from core.training.trainer import Experiment, Trainer


def test_it_is_the_same_reading_as_the_probes():
    """The default probe of adding is the first held-out sequence."""
    trainer = Trainer(Experiment(task="adding", length=6, cell="gru", hidden_size=3, num_layers=2))
    next(trainer)
    found = read_held_out(trainer, 5)[""]
    assert found.recording.B == 5
    for key in found.recording.layers:
        for name in ("z", "h"):
            probe = trainer.look().recording[key][name].values[:, 0]
            assert found.recording[key][name].values[:, 0] == pytest.approx(probe, abs=1e-6)
    assert found.symbols[0] == trainer.probe.symbols


def test_sequences_of_unequal_length_are_written_to_their_own_end():
    trainer = Trainer(Experiment(task="names", cell="lstm", hidden_size=3))
    found = read_held_out(trainer)[""]
    ends = found.recording.lengths.tolist()
    assert len(set(ends)) > 1
    assert [len(symbols) for symbols in found.symbols] == ends
    x = trainer.task.held_out.x
    for k in (0, 7):
        assert list(found.symbols[k]) == [trainer.task.input_labels[i] for i in x[: ends[k], k]]


def test_an_encoder_and_a_decoder_are_two_readings():
    trainer = Trainer(Experiment(task="translate", hidden_size=4))
    found = read_held_out(trainer, 3)
    assert list(found) == ["encoder", "decoder"]
    recording = trainer.look().recording
    end = len(found["encoder"].symbols[0])
    assert found["encoder"].symbols[0] == trainer.probe.symbols[:end]
    read = found["encoder"].recording["h"].values[:end, 0]
    assert read == pytest.approx(recording["h"].values[:end, 0], abs=1e-6)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_can_be_read_and_goes_on_as_if_it_had_not_been(task):
    experiment = Experiment(task=task, hidden_size=3)
    plain, watched = Trainer(experiment), Trainer(experiment)
    for found in read_held_out(watched, 4).values():
        assert found.recording.B <= 4
        assert all(any(written) for written in found.symbols)
    assert next(plain).loss == next(watched).loss
    for a, b in zip(plain.model.parameters(), watched.model.parameters(), strict=True):
        assert torch.equal(a, b)
