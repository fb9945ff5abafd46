"""The diagnosis of the session's run: judged by its latest evaluation, also where it was opened from a file."""

import json
import struct

import pytest
import streamlit as st
import torch

from core.training.curves import Curves
from core.training.trainer import Experiment, Trainer
from dashboard.session.live_run import LiveRun

SOLVED_SOON = Experiment("agreement", distance=1, hidden_size=8, learning_rate=0.05)


@pytest.fixture(autouse=True)
def session():
    st.session_state.clear()
    yield
    st.session_state.clear()


def diagnoses(live: LiveRun) -> list[list[str]]:
    """Those that the frames in the buffer carry to the player."""
    sentences = []
    for frame in live.frames:
        (length,) = struct.unpack_from("<I", frame, 4)  # behind the length of the whole frame
        head = json.loads(frame[8 : 8 + length])
        if "diagnosis" in head:
            sentences.append(head["diagnosis"])
    return sentences


def test_a_run_that_solves_its_task_is_called_solved_whatever_its_gradient():
    live = LiveRun(Trainer(SOLVED_SOON))
    assert live.diagnose().kind == "waiting"
    live.train(300, seconds=60)
    assert live.latest[-1].grad_norm < 0.1
    assert live.diagnose().kind == "solved"
    assert "held-out accuracy 100 %" in live.diagnose().sentence
    kinds = [kind for kind, _ in diagnoses(live)]
    assert kinds[-1] == "solved"
    assert "waiting" not in kinds


def test_a_run_opened_from_a_file_is_judged_at_once():
    before = LiveRun(Trainer(SOLVED_SOON))
    before.train(300, seconds=60)
    trainer = Trainer(SOLVED_SOON)
    trainer.load_state_dict(before.trainer.state_dict())
    opened = LiveRun(trainer, before.curves)
    assert opened.diagnose().kind == "solved"
    known = [round(norms.grad_norm, 6) for norms in opened.latest]
    assert known == [round(norms.grad_norm, 6) for norms in before.latest]


def test_weights_without_curves_are_judged_by_the_network():
    trainer = Trainer(SOLVED_SOON)
    for _ in range(5):
        next(trainer)
    live = LiveRun(trainer, Curves())
    assert not live.latest
    assert live.diagnose().kind in ("healthy", "learning", "vanished")
    assert "nan" not in live.diagnose().sentence


def test_with_losses_at_every_step_the_last_one_is_followed():
    live = LiveRun(Trainer(Experiment("copy", delay=30, cell="rnn", hidden_size=8)))
    with torch.no_grad():
        live.trainer.model.recurrent.weight_hh_l0.mul_(0.1)
    live.train(101, seconds=60)
    diagnosis = live.diagnose()
    assert diagnosis.kind == "vanished"
    assert diagnosis.sentence.startswith(
        "The gradient of the last loss stays above 1 % of its peak for"
    )
