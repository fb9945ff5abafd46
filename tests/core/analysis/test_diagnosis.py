"""Each diagnosis from a case made for it, on both sides of its threshold."""

from typing import Any

import numpy as np
import pytest
import torch

from core.analysis.diagnosis import SENTENCES, diagnose, gradient_sizes
from core.cells import CELLS
from core.layers.recording import Recording
from core.layers.trace import Trace
from core.tasks.base import Batch, Probe
from core.training.events import ProbePass, Update
from core.training.trainer import Experiment, Trainer

T, H = 8, 10


def recording(cell: str = "gru", grads: Any = 1.0, h: Any = 0.5, **gates: float) -> Recording:
    """One sequence: ||dL/dh_t|| proportional to `grads`, all states `h`, all values of a gate alike."""
    made = CELLS[cell]()
    source = {name: torch.full((T, H, 1), 0.5) for name in made.quantities}
    for name, value in gates.items():
        source[name] = torch.full((T, H, 1), value)
    source["h"] = torch.as_tensor(h, dtype=torch.float32).expand(T, H)[:, :, None].clone()
    source["dh"] = (
        torch.as_tensor(grads, dtype=torch.float32).expand(T)[:, None, None].repeat(1, H, 1)
    )
    return Recording({(0, "forward"): Trace(made, source, None, False, 1)})


def update(
    index: int = 1, norm: float = 0.5, clipped: float | None = None, finite=True, **of
) -> Update:
    probe = Probe(Batch(torch.zeros(T, 1, 2), torch.zeros(1, 1)), tuple("abcdefgh"))
    look = ProbePass(recording(**of), probe, np.zeros((T, 1, 1)), 1.0)
    cut = norm if clipped is None else clipped
    return Update(index, 1.0, {}, norm, cut, 0.01, look, finite)


def kind(*updates: Update, at: str = "last") -> str:
    found = diagnose(updates, at)
    assert found.kind in SENTENCES
    assert "{" not in found.sentence
    return found.kind


def test_nothing_yet():
    assert kind() == "waiting"


def test_healthy_with_its_number():
    found = diagnose([update(grads=torch.linspace(0.2, 1, T))])
    assert found.kind == "healthy"
    assert found.number == pytest.approx(0.2)
    assert "0.2 of its largest size" in found.sentence


def test_diverged_comes_first():
    bad = update(index=7, finite=False, norm=float("nan"))
    assert diagnose([*[update()] * 20, bad]).sentence.startswith("Update 7:")


@pytest.mark.parametrize(("top", "expected"), [(49.0, "healthy"), (51.0, "exploding")])
def test_exploding(top, expected):
    updates = [update(norm=0.5)] * 40 + [update(norm=top)] + [update(norm=0.5)] * 5
    assert kind(*updates) == expected
    if expected == "exploding":
        assert "reached 51, 102 times the usual" in diagnose(updates).sentence
        assert kind(*updates, *[update(norm=0.5)] * 10) == "healthy"  # long ago


@pytest.mark.parametrize(("cut", "expected"), [(44, "healthy"), (45, "clipped"), (50, "clipped")])
def test_clipped_all_the_time(cut, expected):
    updates = [update(norm=0.5)] * (50 - cut) + [update(norm=7.0, clipped=1.0)] * cut
    assert kind(*updates) == expected
    if expected == "clipped":
        found = diagnose(updates)
        assert found.number == 7
        assert f"{2 * cut} % of the last 50 updates" in found.sentence
        assert "cut to 1." in found.sentence


def test_a_few_clipped_updates_are_no_verdict():
    assert kind(*[update(norm=7.0, clipped=1.0)] * 20) == "healthy"


@pytest.mark.parametrize(("first", "expected"), [(2e-4, "healthy"), (5e-5, "vanished")])
def test_vanished(first, expected):
    grads = torch.logspace(np.log10(first), 0, T)
    found = diagnose([update(grads=grads)])
    assert found.kind == expected
    assert found.number == pytest.approx(first, rel=1e-3)
    if expected == "vanished":
        near = int((grads >= 0.01).sum())
        assert f"Only the {near} steps nearest to the loss" in found.sentence
        assert kind(update(grads=grads), at="every") == "healthy"


def test_only_the_steps_of_the_probe_count():
    long = update(grads=[1.0] * 4 + [0.0] * 4)
    assert kind(long) == "healthy"
    short = Probe(long.look.probe.batch, tuple("abcd"))
    look = ProbePass(
        recording(grads=[0.0] + [1.0] * 3 + [0.0] * 4), short, np.zeros((4, 1, 1)), 1.0
    )
    found = Update(1, 1.0, {}, 1.0, 1.0, 0.01, look)
    assert gradient_sizes(found) == pytest.approx([0, H**0.5, H**0.5, H**0.5])
    assert kind(found) == "vanished"


@pytest.mark.parametrize("value", [0.05, 0.95])
def test_saturated_gates(value):
    found = diagnose([update(z=value)])
    assert (found.kind, found.number) == ("saturated", 1.0)
    assert "100 % of the values of z" in found.sentence
    assert kind(update(z=0.11, r=0.89)) == "healthy"


def test_saturated_tanh_but_not_relu():
    assert kind(update(cell="rnn", h=-0.96)) == "saturated"
    assert kind(update(cell="rnn", h=0.94)) == "healthy"


@pytest.mark.parametrize(("units", "expected"), [(4, "healthy"), (5, "dead"), (10, "dead")])
def test_dead_units(units, expected):
    h = torch.ones(H)
    h[:units] = 0
    assert kind(update(cell="rnn", h=h / 2)) == expected
    flickering = torch.ones(T, H) / 2
    flickering[::2, :units] = 0  # on at some steps: alive
    assert kind(update(cell="rnn", h=flickering)) == "healthy"


def test_no_gradient_at_all_is_no_claim():
    assert kind(update(grads=0.0)) == "steady"


def test_the_worst_layer_counts():
    good, bad = update(), update(z=0.99)
    both = Recording(
        {(0, "forward"): good.recording[0, "forward"], (1, "forward"): bad.recording[0, "forward"]}
    )
    assert (
        kind(Update(1, 1.0, {}, 1.0, 1.0, 0.01, ProbePass(both, good.look.probe, np.zeros(1), 1.0)))
        == "saturated"
    )


def test_every_sentence_is_about_something_that_happens():
    kinds = {
        "waiting",
        "diverged",
        "exploding",
        "clipped",
        "dead",
        "vanished",
        "saturated",
        "healthy",
        "steady",
    }
    assert set(SENTENCES) == kinds


@pytest.mark.parametrize(("radius", "expected"), [(0.5, "vanished"), (1.0, "healthy")])
def test_on_a_real_run(radius, expected):
    """A linear network multiplies the gradient by its recurrent matrix at each of 30 steps."""
    experiment = Experiment(
        "adding",
        length=30,
        cell="rnn",
        activation="identity",
        initialization="identity",
        learning_rate=1e-8,
    )
    trainer = Trainer(experiment)
    with torch.no_grad():
        trainer.model.recurrent.weight_hh_l0.mul_(radius)
    found = diagnose([next(trainer)])
    assert found.kind == expected
    assert found.number == pytest.approx(radius**29, rel=1e-3)
