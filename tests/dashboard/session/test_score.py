"""The words of a run's score: those of its task, with the task's own numbers."""

import pytest

from core.tasks import TASKS
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from dashboard.session.frame_buffer import FrameBuffer
from dashboard.session.score import describe_score


@pytest.mark.parametrize("name", list(TASKS))
def test_a_task_has_plain_words_for_its_own_baselines_alone(name):
    task = TASKS[name]()
    assert set(task.baseline_words) <= set(task.baselines), "words for a baseline that is gone"
    score = describe_score(task)
    values = [values[task.headline] for values in task.baselines.values()]
    assert [each["value"] for each in score["baselines"]] == values
    for each in score["baselines"]:
        assert each["words"][0].islower() or each["words"][0].isdigit()
        assert each["words"] not in {"unigram", "bigram", "least squares", "as now"}
    assert len({each["label"] for each in score["baselines"]}) == len(values)


def test_a_constant_guess_is_called_guessing_beside_the_curve():
    (names,) = describe_score(TASKS["names"]())["baselines"]
    assert (names["label"], names["words"]) == ("guessing", "always saying the commonest")
    subtraction = describe_score(TASKS["subtraction"]())["baselines"][0]
    assert (subtraction["label"], subtraction["words"]) == (
        "without borrowing",
        "never borrowing (a XOR b)",
    )


def test_solved_is_a_bound_of_the_headline(monkeypatch):
    assert describe_score(TASKS["adding"]())["solved"] == 0.01
    assert describe_score(TASKS["names"]())["solved"] is None
    monkeypatch.setattr(TASKS["names"], "solved", ("balanced accuracy", 0.9))
    assert describe_score(TASKS["names"]())["solved"] is None, "the headline is the accuracy"


def test_the_player_gets_the_words_of_the_task_that_runs():
    trainer = Trainer(Experiment("adding", hidden_size=4, length=10))
    score = FrameBuffer("run", trainer).header()["score"]
    assert score["unseen"] == "mean squared error on sequences it has never seen"
    assert score["baselines"][0]["words"] == "always saying 1"
    assert score["baselines"][0]["value"] == pytest.approx(1 / 6, abs=0.02)
    assert score["rises"] is False
