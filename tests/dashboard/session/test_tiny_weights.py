"""The weights of a tiny network reach the player as numbers, with every update."""

import json
import struct

import pytest
import torch

from core.training.trainer import Experiment, Trainer
from dashboard.session.live_run import LiveRun
from dashboard.session.tiny_weights import MAX_NUMBERS, describe_weights, read_weights


def run_of(**settings) -> LiveRun:
    torch.set_num_threads(1)
    return LiveRun(Trainer(Experiment(**settings)))


def heads(live: LiveRun) -> list[dict]:
    """The JSON of the frames that are not sent yet."""
    parsed = []
    for frame in live.frames:
        (size,) = struct.unpack_from("<I", frame, 4)
        parsed.append(json.loads(frame[8 : 8 + size]))
    return parsed


def test_of_one_unit_the_letters_are_those_of_the_notes():
    live = run_of(task="echo", hidden_size=1)
    rows = live.header()["weights"]
    assert [row["letter"] for row in rows] == ["u", "w", "b_ih", "b_hh", "v", "b_y"]
    assert sum(row["numbers"] for row in rows) == 6
    assert all(row["words"] for row in rows)


@pytest.mark.parametrize(
    "settings",
    [
        {"task": "echo", "hidden_size": 1},
        {"task": "echo", "hidden_size": 1, "cell": "lstm"},
        {"task": "echo", "hidden_size": 2, "num_layers": 2, "bias": False},
        {"task": "echo", "hidden_size": 1, "bidirectional": True},
    ],
    ids=lambda s: "-".join(map(str, s.values())),
)
def test_every_update_brings_the_numbers_of_its_weights(settings):
    live = run_of(**settings)
    expected = [read_weights(live.trainer.model)]
    for n in (1, 2, 3):
        while live.trainer.index < n:
            live.train(1)
        expected.append(read_weights(live.trainer.model))
    sent = [head["weights"] for head in heads(live)]
    assert sent == expected
    assert sent[0] != sent[-1]
    flat = torch.cat([p.flatten() for p in live.trainer.model.parameters()])
    assert sent[-1] == pytest.approx(flat.tolist(), rel=1e-3)
    described = describe_weights(live.trainer.model)
    assert sum(row["numbers"] for row in described) == len(flat) <= MAX_NUMBERS
    assert len({row["letter"] for row in described}) == len(described)


def test_a_larger_network_sends_none():
    live = run_of(task="echo", hidden_size=8)
    assert live.header()["weights"] == []
    assert all("weights" not in head for head in heads(live))
