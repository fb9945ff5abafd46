"""What the defaults promise: each task is learnt, by the cells that can, in the time stated."""

import statistics

import pytest

from core.tasks import TASKS
from core.training.presets import PRESETS
from core.training.trainer import Evaluation, Experiment, Trainer

pytestmark = pytest.mark.long


def after(updates: int, experiment: Experiment) -> Evaluation:
    trainer = Trainer(experiment)
    for step in trainer:
        if step.index == updates:
            break
    return trainer.evaluate()


def test_names_gru_64_reaches_069_on_names_it_never_saw():
    """11 epochs, 5 s a seed; accuracy on the training names is then far above, and the text says why."""
    found = [after(1600, Experiment("names", seed=seed)) for seed in (1, 2, 3)]
    assert Experiment("names").hidden_size == 64
    assert statistics.median(each.held_out["accuracy"] for each in found) >= 0.69
    assert statistics.median(each.held_out["balanced accuracy"] for each in found) >= 0.67
    assert statistics.median(each.train["accuracy"] for each in found) >= 0.78


@pytest.mark.parametrize(
    ("cell", "updates", "solved"), [("gru", 500, True), ("lstm", 1300, True), ("rnn", 1300, False)]
)
def test_adding_at_50_needs_a_gate(cell, updates, solved):
    experiment = Experiment("adding", cell=cell)
    assert experiment.length == 50
    mse = after(updates, experiment).held_out["mse"]
    assert mse < 0.02 if solved else mse > 0.12


def test_text_beats_the_counters():
    baselines = TASKS["text"]().baselines
    held_out = after(300, Experiment("text")).held_out
    assert held_out["perplexity"] < 0.6 * baselines["bigram"]["perplexity"]


def test_subtraction_is_solved_on_pairs_it_never_saw():
    """The notes' own protocol gets there from three starts of eight; this one from all that were tried."""
    solved = PRESETS["subtraction_solved"].experiment
    assert solved.unseen
    for seed in (1, 5, 8):
        assert after(3000, solved.but(seed=seed)).held_out["exact"] == 1
