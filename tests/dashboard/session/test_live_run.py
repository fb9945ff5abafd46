"""The run behind the page: which frames it sends, and how it goes back."""

import json
import re
import struct

import pytest
import streamlit as st

from core.analysis.remedies import suggest_remedies
from core.layers.interventions import Clamp, Intervention
from core.training.trainer import Experiment, Trainer
from dashboard.player.messages import Message
from dashboard.serving.scheduler import Scheduler
from dashboard.session import interventions, live_run
from dashboard.session.live_run import LiveRun, get_run, set_run
from dashboard.session.playing import read_question
from dashboard.session.settings import Settings, choose_experiment
from dashboard.session.state import state
from dashboard.views.gradients import sections
from dashboard.views.live import player
from tests.helpers.streams import header_of, pull

WILD = Experiment(
    "adding", cell="rnn", activation="identity", optimizer="sgd", learning_rate=1000, clipping="off"
)


@pytest.fixture
def diverged():
    """A run of the page that left the finite numbers, with a unit held, curves and an old complaint."""
    st.session_state.clear()
    run = LiveRun(Trainer(WILD))
    layers = run.trainer.model.parts
    interventions.set_interventions(
        layers, dict.fromkeys(layers, Intervention(clamps=(Clamp("h", 0.5, unit=1),)))
    )
    while not run.trainer.diverged:
        run.train(50)
    set_run(run)
    choose_experiment(WILD, ["of the settings before"])
    yield run
    st.session_state.clear()


def by_the_player() -> None:
    message = Message({"run": get_run().id, "kind": "rewind", "have": 0, "n": 0})
    with live_run.time_slice() as slice_:
        data = read_question(message, get_run, player.ACTIONS).answer(slice_)
    assert header_of(data)["redraws"], "the controls are drawn anew"


def by_the_gradients_page() -> None:
    run = get_run()
    remedy = next(iter(suggest_remedies(run.diagnose(), run.trainer.experiment)))
    sections._apply_remedy(remedy)


@pytest.mark.parametrize("go_back", [by_the_player, by_the_gradients_page])
def test_whichever_page_goes_back_everything_follows_the_run(diverged, monkeypatch, go_back):
    assert len(diverged.curves), "there is something to forget"
    turns = []
    enqueue = Scheduler._enqueue
    monkeypatch.setattr(Scheduler, "_enqueue", lambda *a, **b: turns.append(1) or enqueue(*a, **b))
    go_back()
    run = get_run()
    assert run is not diverged
    assert not run.trainer.diverged
    assert turns, "others may train at this moment"
    assert run.curves is diverged.curves
    assert max(run.curves.updates, default=0) <= run.trainer.index, (
        "what was lost is off the curves"
    )
    assert (
        interventions.get_run_interventions(run.trainer)
        == interventions.get_run_interventions(diverged.trainer)
        != {}
    )
    assert run.trainer.experiment == state(Settings).experiment != WILD
    assert state(Settings).complaints == []


def test_a_new_probe_replaces_the_newest_frame_also_after_divergence():
    live = LiveRun(
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
        pull(live, have, 50)
        have = live.start + len(live.frames)
        if not live.frames:
            break
    assert live.trainer.diverged
    assert live.frames == []  # the player holds them all
    live.set_probe("yamamoto")
    assert live.probe_error == ""
    assert live.start + len(live.frames) == have, "it became a new update"
    assert len(live.frames) == 1


def test_a_held_out_loss_beyond_all_numbers_can_still_be_sent():
    live = LiveRun(Trainer(WILD))
    for _ in range(20):
        pull(live, 1, 20)
    assert live.trainer.diverged
    assert not re.search(rb"[\[,: ]-?(NaN|Infinity)[\],}]", live.data()), "no number of JSON"


@pytest.mark.parametrize(("task", "is_share"), [("copy", True), ("names", True), ("adding", False)])
def test_the_player_is_told_whether_the_metric_is_a_share(task, is_share):
    header = LiveRun(Trainer(Experiment(task))).header()
    assert header["headline is share"] is is_share


def test_a_sequence_that_cannot_be_read_stays_in_the_field():
    live = LiveRun(Trainer(Experiment(hidden_size=5, batch_size=4)))
    live.set_probe("7!?")
    assert "expected" in live.header()["probe"]["error"]
    assert live.header()["probe"]["text"] == live.sequence == "7!?"
    live.set_probe("rossi")
    assert live.header()["probe"] == {"text": "rossi", "error": ""}


def test_the_last_update_of_a_training_elsewhere_is_recorded():
    live = LiveRun(Trainer(Experiment(hidden_size=5, batch_size=4)))
    live.train(7)
    *_, last = live.frames
    _bytes_of_frame, size = struct.unpack_from("<II", last)
    head = json.loads(last[8 : 8 + size])
    assert (head["index"], "ranges" in head) == (7, True)


def test_a_frame_has_the_share_of_each_symbol_in_the_loss_of_its_own_update():
    st.session_state.clear()
    run = LiveRun(Trainer(Experiment("names", cell="lstm", hidden_size=4)))
    run.train(2)
    saliency = run.trainer.look().saliency  # of the weights after the update: the next frame's
    assert saliency is not None
    run.train(1)
    (size,) = struct.unpack_from("<I", run.frames[-1], 4)
    head = json.loads(run.frames[-1][8 : 8 + size])
    assert head["saliency"] == pytest.approx(saliency, rel=2e-3, abs=1e-9)
    assert len(head["saliency"]) == len(run.layouts[0]["symbols"])
