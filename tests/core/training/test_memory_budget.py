"""What a run keeps is what it trains with: not its evaluations, nor the recordings of old updates."""

import gc

import pytest
import torch

from core.cells import CELLS
from core.training.experiment import Experiment
from core.training.memory_budget import WIDE_CHUNK_BYTES, evaluation_chunk, tape_bytes
from core.training.trainer import Trainer
from dashboard.session import frame_buffer, frame_queue
from dashboard.session.live_run import LiveRun
from tests.helpers.streams import pull


def tensor_bytes() -> int:
    """All tensors' memory that is alive."""
    gc.collect()
    storages = {
        o.untyped_storage().data_ptr(): o.untyped_storage().nbytes()
        for o in gc.get_objects()
        if type(o) in (torch.Tensor, torch.nn.Parameter)
    }
    return sum(storages.values())


@pytest.mark.parametrize("settings", [{"task": "adding", "cell": "lstm"}, {"task": "names"}])
def test_an_evaluation_leaves_nothing_behind(settings):
    trainer = Trainer(Experiment(**settings))
    next(trainer)
    next(trainer)
    before = tensor_bytes()
    trainer.evaluate()
    assert tensor_bytes() - before < 2**16


@pytest.mark.parametrize(
    ("settings", "least"),
    [
        ({}, 32),
        ({"cell": "lstm", "hidden_size": 512}, 32),
        ({"cell": "lstm", "hidden_size": 512, "task": "adding", "length": 100}, 8),
        (
            {"cell": "lstm", "hidden_size": 1024, "task": "adding", "length": 800, "batch_size": 1},
            1,
        ),
    ],
)
def test_an_evaluation_reads_many_sequences_at_once_within_bounds(settings, least):
    experiment = Experiment(**settings)
    cell = CELLS[experiment.cell](**experiment.cell_options)
    part = evaluation_chunk(experiment)
    each = tape_bytes(experiment, cell, experiment.make_task())
    assert part >= least
    assert part == 1 or part * each <= WIDE_CHUNK_BYTES


@pytest.mark.long
def test_an_hour_of_updates_takes_no_more_memory_than_a_minute():
    live = LiveRun(Trainer(Experiment(task="adding", length=5, hidden_size=4, batch_size=2)))

    def play(updates: int) -> int:
        end = live.trainer.index + updates
        while live.trainer.index < end:
            pull(live, live.total, 50, 5)
        return tensor_bytes()

    minute, later = play(100), play(600)
    assert later <= minute * 1.05
    assert len(live.frames) <= 50
    assert len(live.latest) == frame_buffer.UPDATES_FOR_DIAGNOSIS
    assert sum(hasattr(step, "look") for step in live.latest) == 1, "only the newest is kept whole"


def test_frames_that_nobody_fetches_are_bounded(monkeypatch):
    """An answer ends when it is full, and the rest is asked for later."""
    live = LiveRun(Trainer(Experiment(task="adding", length=20, hidden_size=64)))
    monkeypatch.setattr(frame_queue, "MAX_ANSWER_BYTES", 3 * len(live.frames[0]))
    pull(live, 1, 40)
    assert 2 <= len(live.frames) <= 8, "some have an evaluation with them, others are smaller"
    assert live.is_full
    held = live.total
    pull(live, held, 40)
    assert live.start == held
    assert len(live.frames) > 0
