"""The run behind the page: which frames it sends."""

import pytest

from core.training.trainer import Experiment, Trainer
from dashboard.session.live_run import Live


def test_a_new_probe_replaces_the_newest_frame_also_after_divergence():
    live = Live(
        Trainer(
            Experiment(
                cell="rnn",
                activation="relu",
                initialization="identity",
                optimizer="sgd",
                learning_rate=1000,
                clipping="off",
            )
        )
    )
    have = 1
    for _ in range(50):
        live.answer(have, 50, 1)
        have = live.start + len(live.frames)
        if not live.frames:
            break
    assert live.trainer.diverged
    assert live.frames == []  # the player holds them all
    live.read("yamamoto")
    assert live.probe_error == ""
    assert live.start + len(live.frames) == have, "it became a new update"
    assert len(live.frames) == 1


def test_a_held_out_loss_beyond_all_numbers_can_still_be_sent():
    live = Live(
        Trainer(
            Experiment(
                "adding",
                cell="rnn",
                activation="identity",
                optimizer="sgd",
                learning_rate=1000,
                clipping="off",
            )
        )
    )
    for _ in range(20):
        live.answer(1, 20, 1)
    assert live.trainer.diverged
    assert b"Infinity" not in live.data()
    assert b"NaN" not in live.data()


@pytest.mark.parametrize(("task", "is_share"), [("copy", True), ("names", True), ("adding", False)])
def test_the_player_is_told_whether_the_metric_is_a_share(task, is_share):
    header = Live(Trainer(Experiment(task))).header()
    assert header["headline is share"] is is_share
