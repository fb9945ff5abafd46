"""Each diagnosis of a made case, and its remedies applied to the experiment."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.diagnosis import KINDS, Diagnosis, diagnose
from core.analysis.facts import Facts, Score, read_facts
from core.analysis.remedies import REMEDIES, Remedy, suggest_remedies
from core.cells import CELLS
from core.layers.recording_facts import Closed, Flow
from core.training.trainer import Experiment, Trainer

CHANCE = Score("accuracy", 0.5, baselines={"always the same verb": 0.5}, target=0.99)
GONE = Flow(28, 9, 1e-6, 1.0, 1.0)
EVEN = Flow(28, 28, 0.5, 1.0, 1.0)
CASES = {
    "vanished": (Facts(9, score=CHANCE, flow=GONE, span=27), Experiment(cell="rnn")),
    "healthy": (Facts(9, score=CHANCE, flow=EVEN), Experiment()),
    "learning": (Facts(9, score=replace(CHANCE, value=0.8), flow=GONE, span=27), Experiment()),
    "solved": (Facts(9, score=replace(CHANCE, value=1.0), flow=GONE), Experiment(cell="rnn")),
    "exploding": (Facts(9, usual=0.5, largest=500.0, flow=EVEN), Experiment(clipping="off")),
    "clipped": (
        Facts(9, usual=7.0, largest=1.0, clipped=1.0, flow=EVEN),
        Experiment(clipping="norm", clip_at=1.0),
    ),
    "saturated": (
        Facts(9, score=CHANCE, flow=GONE, span=27, closed=Closed("h", "flat", 1.0)),
        Experiment(cell="rnn"),
    ),
    "blind": (
        Facts(9, score=CHANCE, span=27, sees=3),
        Experiment(cell="rnn", recurrence=False, window=3),
    ),
    "dead": (Facts(9, flow=EVEN, dead=1.0), Experiment(cell="rnn", activation="relu")),
    "diverged": (Facts(9, finite=False), Experiment(clipping="off", optimizer="sgd")),
}
FAULTS = [kind for kind in CASES if kind not in ("healthy", "learning", "solved")]


def of(kind: str, experiment: Experiment | None = None) -> tuple[Remedy, ...]:
    facts, usual = CASES[kind]
    diagnosis = diagnose(facts)
    assert diagnosis.kind == kind
    return suggest_remedies(diagnosis, experiment or usual)


@pytest.mark.parametrize("kind", CASES)
def test_every_remedy_can_be_applied_and_changes_something(kind):
    _, experiment = CASES[kind]
    remedies = of(kind)
    assert bool(remedies) == (kind in FAULTS)
    for each in remedies:
        changed = experiment.but(**each.changes)
        assert changed != experiment
        assert changed.task == experiment.task
        assert "{" not in each.sentence
        assert each.rewind == (kind == "diverged")


def test_only_what_is_the_matter_has_a_remedy():
    assert set(REMEDIES) == set(FAULTS) == set(KINDS) - {"waiting", "healthy", "learning", "solved"}
    assert suggest_remedies(Diagnosis("waiting"), Experiment()) == ()


def changes(kind: str, experiment: Experiment | None = None) -> list[dict]:
    return [dict(each.changes) for each in of(kind, experiment)]


def test_another_cell_is_advised_only_where_memory_is_the_limit():
    unknown = diagnose(replace(CASES["vanished"][0], span=None))
    assert unknown.kind == "vanished"
    advised = suggest_remedies(unknown, Experiment(cell="rnn"))
    assert [dict(each.changes) for each in advised] == [{"initialization": "orthogonal"}]
    for cell in ("lstm", "gru", "mgu"):
        assert not any("cell" in each.changes for each in of("vanished", Experiment(cell=cell)))


def test_a_truncated_gradient_is_not_mended_by_a_cell():
    first = of("vanished", Experiment(cell="rnn", truncate=5))[0]
    assert first.changes == {"truncate": 0}
    assert "Do not truncate the gradient" not in [each.sentence for each in of("vanished")]


def test_what_closes_the_way_is_opened():
    facts = CASES["saturated"][0]
    shut = diagnose(replace(facts, closed=Closed("f", "kept", 1.0)))
    assert suggest_remedies(shut, Experiment(cell="lstm"))[0].changes == {"forget_bias": 1.0}
    stuck = diagnose(replace(facts, closed=Closed("z", "written", 1.0)))
    assert [*suggest_remedies(stuck, Experiment(cell="gru"))[0].changes] == ["learning_rate"]


def test_a_gradient_that_grows_backwards_begins_orthogonal():
    grown = diagnose(Facts(9, score=CHANCE, flow=Flow(50, 3, 1e10, 1.0, 1e10)))
    spectral = Experiment(cell="rnn", initialization="spectral", clipping="off")
    assert [[*each.changes] for each in suggest_remedies(grown, spectral)] == [
        ["clipping", "clip_at"],
        ["initialization"],
        ["learning_rate"],
    ]


def test_vanished():
    bias = {"lstm": {"forget_bias": 1.0}}
    gated = [name for name, make in CELLS.items() if make().carry_gate]
    assert changes("vanished") == [
        *({"cell": name} | bias.get(name, {}) for name in gated),
        {"initialization": "orthogonal"},
    ]
    assert {each.sentence for each in of("vanished")} >= {
        *("Take an LSTM with forget bias 1", "Take a GRU", "Take an MGU"),
    }
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
    small = Experiment(cell="rnn", initialization="spectral", spectral_radius=0.3)
    assert [*changes("saturated", small)[0]] == ["learning_rate"]
    assert changes("dead")[0] == {"activation": "tanh"}


def test_diverged_goes_back():
    (only,) = of("diverged")
    assert only.changes == {"clipping": "norm"}
    assert only.sentence == "Go back, with clipping norm"


@given(
    st.sampled_from(FAULTS),
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
        assert "{" not in each.sentence


def test_an_infinite_norm_still_has_a_remedy():
    infinite = Diagnosis("exploding", measures={"usual": float("inf")})
    assert suggest_remedies(infinite, Experiment(clipping="off"))[0].changes["clipping"] == "norm"


@pytest.mark.parametrize("which", [0, 1, 2])
def test_the_remedies_of_a_run_that_vanishes_help(which):
    experiment = Experiment(
        "adding", length=30, cell="rnn", initialization="spectral", spectral_radius=0.5
    )
    sick = flow_of_first_update(experiment)
    assert sick.kind == "vanished"
    cure = suggest_remedies(sick, experiment)[which]
    after = flow_of_first_update(experiment.but(**cure.changes))
    if after.kind == "vanished":
        assert after.measures["first"] > 30 * sick.measures["first"], cure.sentence


def flow_of_first_update(experiment: Experiment) -> Diagnosis:
    """The diagnosis of one update, before any evaluation."""
    trainer = Trainer(experiment)
    return diagnose(read_facts(trainer.task, 1, [next(trainer)]))
