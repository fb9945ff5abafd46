"""Networks without recurrence and with windows under the analysis: every number still recomputes."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.analysis.autograd_check import check_against_autograd
from core.analysis.consumers import find_consumers
from core.analysis.diagnosis import diagnose
from core.analysis.explanation import Place
from core.analysis.facts import read_facts
from core.analysis.gradients import jacobians, loss_to_state, triangle
from core.analysis.inspection import inspect_layer, inspect_trainer
from core.analysis.microscope import Microscope
from core.analysis.parameters import count_parameters
from core.analysis.remedies import suggest_remedies
from core.layers.recurrent import Recurrent
from core.studies.matching import equal_parameters
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.core.analysis.test_microscope import check, every_place

T, H = 5, 3
KINDS = [
    {"recurrence": False},
    {"recurrence": False, "window": 3},
    {"window": 2},
]
CELLS = [("rnn", {}), ("lstm", {}), ("gru", {"reset": "before"}), ("gru", {}), ("mgu", {})]


def make(case, kind, layers=2, bidirectional=True):
    torch.manual_seed(5)
    return Recurrent(
        case[0],
        2,
        H,
        num_layers=layers,
        bidirectional=bidirectional,
        dtype=torch.float64,
        **case[1],
        **kind,
    )


def scope_of(case, kind):
    layer = make(case, kind)
    x = torch.randn(T, 1, 2, dtype=torch.float64)
    weight = torch.randn(2 * H, dtype=torch.float64)
    loss = lambda h: (h * weight).sum()  # noqa: E731
    return Microscope(inspect_layer(layer, x, tuple("abcde"), loss, (1, 4)))


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("case", CELLS, ids=str)
def test_every_number_is_the_one_of_its_formula(case, kind):
    assert check(scope_of(case, kind), 1e-9, 1e-12)[True] == 0


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_a_number_was_computed_from_goes_into_it(kind):
    """Both ways of the microscope agree, also across the steps of a window."""
    scope = scope_of(("lstm", {}), kind)
    reached = set()
    for place in every_place(scope):
        for target in find_consumers(scope, place):
            reached.add((place.name, place.layer, target.name, target.layer, target.t - place.t))
    later = {step for name, layer, _, above, step in reached if (name, layer, above) == ("h", 0, 1)}
    window = kind.get("window", 1)
    assert later == set(range(1 - window, window))  # both directions
    carried = {step for name, layer, _, same, step in reached if name == "c" and layer == same}
    assert carried == ({0, 1, -1} if kind.get("recurrence", True) else {0})


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("case", CELLS, ids=str)
def test_every_loss_against_every_state_equals_autograd(case, kind):
    layer = make(case, kind)
    x = torch.randn(T, 2, 2, dtype=torch.float64)
    output, _ = layer(x)
    weight = torch.randn(2 * H, dtype=torch.float64)
    direct = [{k: weight.expand(2, -1)} for k in range(T)]
    reaches = loss_to_state(layer, direct)
    for k in range(T):
        output, _ = layer(x)
        (output[k] @ weight).sum().backward()
        for key, reach in reaches.items():
            for name, norms in (("h", reach.h), ("c", reach.c)):
                if norms is not None:
                    grads = layer.recording[key][name].grads
                    expected = np.linalg.norm(grads, axis=2)
                    np.testing.assert_allclose(norms[k], expected, 1e-9, 1e-12)


@pytest.mark.parametrize("case", CELLS, ids=str)
def test_without_recurrence_no_state_depends_on_the_one_before(case):
    layer = make(case, {"recurrence": False})
    layer(torch.randn(T, 2, 2, dtype=torch.float64))
    assert all((J == 0).all() for J in jacobians(layer).values())


RUNS = [
    {"task": "names", "recurrence": False, "window": 3, "num_layers": 2},
    {"task": "names", "cell": "lstm", "window": 2, "bidirectional": True},
    {"task": "copy", "cell": "lstm", "recurrence": False, "window": 2},
]


@pytest.mark.parametrize("settings", RUNS, ids=str)
def test_a_run_agrees_with_autograd(settings):
    trainer = Trainer(Experiment(hidden_size=6, **settings))
    for _ in range(3):
        next(trainer)
    result = check_against_autograd(inspect_trainer(trainer))
    assert result.numbers
    assert result.wrong == []


def test_a_loss_reaches_as_far_back_as_the_windows():
    settings = {"recurrence": False, "window": 3, "num_layers": 2, "hidden_size": 6}
    trainer = Trainer(Experiment(task="copy", **settings))
    next(trainer)
    G = triangle(inspect_trainer(trainer)).h[0, "forward"]
    for row, k in zip(G, triangle(inspect_trainer(trainer)).at, strict=True):
        assert [*np.flatnonzero(row)] == [*range(max(0, k - 2), k + 1)]  # the second layer's window


@pytest.mark.parametrize("settings", RUNS, ids=str)
def test_the_parameters_are_those_that_are_trained(settings):
    trainer = Trainer(Experiment(**settings))
    counted = count_parameters(trainer.experiment)
    assert counted == sum(p.numel() for p in trainer.model.parameters())


def test_as_many_parameters_as_a_recurrent_network():
    off = Experiment(task="adding", cell="gru", recurrence=False, window=4)
    on = Experiment(task="adding", cell="gru", hidden_size=16)
    ours, theirs = equal_parameters([off, on])
    assert theirs == on or ours == off
    assert abs(count_parameters(ours) / count_parameters(theirs) - 1) < 0.05


def test_a_place_before_the_first_step_is_none():
    scope = scope_of(("rnn", {}), KINDS[0])
    with pytest.raises(LookupError):
        scope.explain(Place("h", -1, 0))


def test_what_a_run_that_sees_too_little_is_told():
    """No vanishing gradient is reported where nothing could flow, and the way out is offered."""
    trainer = Trainer(Experiment("adding", length=20, recurrence=False, window=3))
    updates = [next(trainer) for _ in range(12)]
    e = trainer.experiment
    facts = read_facts(trainer.task, trainer.index, updates, None, trainer.evaluate())
    assert facts.flow is None
    diagnosis = diagnose(replace(facts, sees=e.receptive_field), e.clipping, e.optimizer)
    assert diagnosis.kind == "blind"
    assert "last 3 inputs" in diagnosis.sentence
    changes = [remedy.changes for remedy in suggest_remedies(diagnosis, e)]
    assert {"recurrence": True} in changes
    (window,) = [each["window"] for each in changes if "window" in each]
    assert e.but(window=window).receptive_field > trainer.task.must_remember
    assert e.but(window=3, num_layers=4).receptive_field == 9
    assert e.but(recurrence=True).receptive_field is None
