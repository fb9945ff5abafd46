"""Each diagnosis of a made case, and its remedies applied to the experiment."""

from itertools import islice

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.diagnosis import (
    REMEDIES,
    SENTENCES,
    Diagnosis,
    Remedy,
    diagnose,
    suggest_remedies,
)
from core.cells import CELLS
from core.training.trainer import Experiment, Trainer
from tests.core.analysis.test_diagnosis import T, update

LONG = torch.logspace(-6, 0, T)
CASES = {
    "vanished": ([update(grads=LONG)], Experiment(cell="rnn")),
    "healthy": ([update()], Experiment()),
    "exploding": ([update(norm=0.5)] * 40 + [update(norm=500.0)], Experiment(clipping="off")),
    "clipped": ([update(norm=7.0, clipped=1.0)] * 50, Experiment(clipping="norm", clip_at=1.0)),
    "saturated": ([update(z=0.99)], Experiment(cell="gru")),
    "dead": ([update(cell="rnn", h=0.0)], Experiment(cell="rnn", activation="relu")),
    "diverged": ([update(), update(finite=False)], Experiment(clipping="off", optimizer="sgd")),
}


def of(kind: str, experiment: Experiment | None = None) -> tuple[Remedy, ...]:
    steps, usual = CASES[kind]
    found = diagnose(steps)
    assert found.kind == kind
    return suggest_remedies(found, experiment or usual)


@pytest.mark.parametrize("kind", CASES)
def test_every_remedy_can_be_applied_and_changes_something(kind):
    _, experiment = CASES[kind]
    found = of(kind)
    assert bool(found) == (kind != "healthy")
    for each in found:
        changed = experiment.but(**each.changes)
        assert changed != experiment
        assert changed.task == experiment.task
        assert "{" not in each.words
        assert each.rewind == (kind == "diverged")


def test_only_what_is_the_matter_has_a_remedy():
    assert set(REMEDIES) == set(SENTENCES) - {"healthy", "steady", "waiting"}
    for kind in ("steady", "waiting"):
        assert suggest_remedies(Diagnosis(kind, 0.0, {}), Experiment()) == ()


def changes(kind: str, experiment: Experiment | None = None) -> list[dict]:
    return [dict(each.changes) for each in of(kind, experiment)]


def test_vanished():
    assert changes("vanished") == [
        {"cell": "lstm", "forget_bias": 1.0},
        {"cell": "gru"},
        {"cell": "mgu"},
        {"initialization": "orthogonal"},
    ]
    assert [each.words for each in of("vanished")][:3] == [
        *("Take an LSTM with forget bias 1", "Take a GRU", "Take an MGU"),
    ]
    assert {"activation": "tanh"} in changes(
        "vanished", Experiment(cell="rnn", activation="sigmoid")
    )
    assert changes("vanished", Experiment(cell="rnn", bias=False))[0] == {"cell": "lstm"}
    assert changes("vanished", Experiment(cell="lstm")) == [
        {"forget_bias": 1.0},
        {"initialization": "orthogonal"},
    ]
    done = Experiment(cell="lstm", forget_bias=1.0, initialization="orthogonal")
    assert changes("vanished", done) == []
    narrow = Experiment(cell="gru", initialization="spectral", spectral_radius=0.5)
    assert {"spectral_radius": 1.0} in changes("vanished", narrow)


def test_exploding():
    assert changes("exploding")[0] == {"clipping": "norm", "clip_at": 1.0}
    loose = Experiment(clipping="norm", clip_at=100.0, learning_rate=0.003)
    assert changes("exploding", loose) == [{"clip_at": 1.0}, {"learning_rate": 0.001}]
    tight = Experiment(clipping="norm", clip_at=0.1, learning_rate=0.003)
    assert changes("exploding", tight) == [{"learning_rate": 0.001}]


def test_clipped():
    assert changes("clipped")[0] == {"clip_at": 14.0}
    assert "learning_rate" in changes("clipped")[1]
    assert changes("clipped", Experiment(clipping="value"))[0] == {"clipping": "norm"}


def test_saturated_and_dead():
    assert changes("saturated")[0] == {"initialization": "spectral", "spectral_radius": 0.5}
    small = Experiment(initialization="spectral", spectral_radius=0.3)
    assert [*changes("saturated", small)[0]] == ["learning_rate"]
    assert changes("dead")[0] == {"activation": "tanh"}


def test_diverged_goes_back():
    (only,) = of("diverged")
    assert only.changes == {"clipping": "norm"}
    assert only.words == "Go back, with clipping norm"


@given(
    st.sampled_from([kind for kind in CASES if kind != "healthy"]),
    st.sampled_from(list(CELLS)),
    st.sampled_from(["off", "norm", "value"]),
    st.floats(1e-8, 1e6),
    st.floats(1e-6, 1e6),
    st.booleans(),
    st.sampled_from(["torch", "orthogonal", "spectral"]),
)
@settings(max_examples=100, deadline=None)
def test_no_remedy_is_refused(kind, cell, clipping, rate, clip_at, bias, initialization):
    experiment = Experiment(
        cell=cell,
        clipping=clipping,
        learning_rate=rate,
        clip_at=clip_at,
        bias=bias,
        initialization=initialization,
    )
    for each in of(kind, experiment):
        experiment.but(**each.changes)
        assert "{" not in each.words


def test_an_infinite_norm_still_has_a_remedy():
    found = Diagnosis("exploding", float("inf"), {"times": float("nan"), "window": 50})
    assert suggest_remedies(found, Experiment(clipping="off"))[0].changes["clipping"] == "norm"


@pytest.mark.parametrize("which", [0, 1, 2])
def test_the_remedies_of_a_run_that_vanishes_help(which):
    experiment = Experiment(
        "adding", length=30, cell="rnn", initialization="spectral", spectral_radius=0.5
    )
    sick = diagnose(list(islice(Trainer(experiment), 1)))
    assert sick.kind == "vanished"
    cure = suggest_remedies(sick, experiment)[which]
    after = diagnose(list(islice(Trainer(experiment.but(**cure.changes)), 1)))
    if after.kind == "vanished":
        assert after.number > 30 * sick.number, cure.words
