"""Saturation, half-lives and distributions against closed forms."""

import math

import numpy as np
import pytest
import torch

from core.analysis.gates import (
    BINS,
    DistributionHistory,
    distribution,
    distributions,
    half_lives,
    saturation,
)
from core.layers.recurrent import Recurrent
from core.training.trainer import Experiment, Trainer


def read(cell: str, biases: dict[str, list[float]], T: int = 12, lengths=None, **options):
    """The trace of a layer whose gates do not see anything but their biases."""
    H = len(next(iter(biases.values())))
    layer = Recurrent(cell, 2, H, **options)
    with torch.no_grad():
        for p in layer.parameters():
            p.zero_()
        for block, bias in biases.items():
            k = layer.cell.block_names.index(block)
            layer.weights()["bias_ih"][k * H : (k + 1) * H] = torch.tensor(bias)
    B = 1 if lengths is None else len(lengths)
    layer(torch.ones(T, B, 2), lengths=lengths)
    return layer.recording[0, "forward"]


def logit(p: float) -> float:
    return math.log(p / (1 - p))


@pytest.mark.parametrize(("cell", "gate"), [("lstm", "f"), ("gru", "z")])
def test_a_constant_gate_has_the_half_life_of_the_formula(cell, gate):
    opened = [0.5, 0.9, 0.99, 0.01]
    trace = read(cell, {gate: [logit(p) for p in opened]})
    expected = [math.log(0.5) / math.log(p) for p in opened]
    assert expected[0] == 1
    assert half_lives(trace) == pytest.approx(expected, rel=1e-4)


def test_a_gate_that_overwrites_near_1_keeps_the_state_with_what_is_left_of_it():
    trace = read("mgu", {"f": [logit(p) for p in (0.5, 0.1)]})
    expected = [math.log(0.5) / math.log(1 - p) for p in (0.5, 0.1)]
    assert half_lives(trace) == pytest.approx(expected, rel=1e-4)


def test_a_gate_that_never_closes_never_forgets_and_one_that_is_shut_forgets_at_once():
    trace = read("lstm", {"f": [200.0, -200.0]})
    assert half_lives(trace).tolist() == [math.inf, 0.0]


def test_a_changing_gate_keeps_the_product_of_its_values():
    layer = Recurrent("lstm", 1, 1, dtype=torch.float64)
    with torch.no_grad():
        for p in layer.parameters():
            p.zero_()
        layer.weights()["weight_ih"][1] = 1.0  # f = sigma(x)
    x = torch.tensor([logit(p) for p in (0.9, 0.2, 0.6)], dtype=torch.float64).view(3, 1, 1)
    layer(x)
    steps = float(half_lives(layer.recording[0, "forward"])[0])
    assert (0.9 * 0.2 * 0.6) ** (steps / 3) == pytest.approx(0.5)


def test_a_cell_without_such_a_gate_is_refused():
    trace = read("rnn", {"h": [0.0]})
    with pytest.raises(ValueError, match="half-life: expected one of lstm, gru, mgu, got rnn"):
        half_lives(trace)


def test_saturation_counts_the_steps_near_both_ends():
    layer = Recurrent("gru", 1, 2)
    with torch.no_grad():
        for p in layer.parameters():
            p.zero_()
        layer.weights()["weight_ih"][2:4] = torch.tensor([[1.0], [-1.0]])  # z = sigma(x), sigma(-x)
    values = [0.05, 0.95, 0.95, 0.5, 0.0999, 0.0, 0.91, 0.89]
    x = torch.tensor([logit(min(max(p, 1e-6), 1)) for p in values]).view(8, 1, 1)
    layer(x)
    found = saturation(layer.recording[0, "forward"], "z")
    assert found.low.tolist() == [3 / 8, 3 / 8]
    assert found.high.tolist() == [3 / 8, 3 / 8]
    found = saturation(layer.recording[0, "forward"], "r")
    assert found.low.tolist() == found.high.tolist() == [0, 0]


def test_steps_beyond_the_end_do_not_count():
    trace = read("lstm", {"f": [logit(0.95)]}, T=10, lengths=[10, 2])
    assert saturation(trace, "f").high.tolist() == [1.0]
    assert distribution(trace, "f").sum() == pytest.approx(1)
    assert half_lives(trace) == pytest.approx([math.log(0.5) / math.log(0.95)], rel=1e-4)


def test_a_distribution_is_a_share_in_equal_parts():
    trace = read("gru", {"z": [logit(0.02), logit(0.02), logit(0.52), logit(0.98)]})
    shares = distribution(trace, "z", 4)
    assert shares.tolist() == [0.5, 0, 0.25, 0.25]
    assert distribution(trace, "n", 2).tolist() == [0, 1]  # n = 0 belongs to the upper half


def test_several_distributions_at_once_are_histograms_of_each():
    """Among them values on the edges of two bins, and the nearest numbers below and above them."""
    trainer = Trainer(Experiment(task="adding", length=30, cell="gru", hidden_size=8))
    trace = next(trainer).recording[0, "forward"]
    edges = np.linspace(-1, 1, BINS + 1).astype(np.float32)
    below, above = np.nextafter(edges, np.float32(-2)), np.nextafter(edges, np.float32(2))
    special = np.concatenate([edges, below, above, [np.float32(-1e-30)]])
    for name in ("z", "h"):  # the trace lies on the tape of a copy
        trace.tape[name][: len(special) // 8, :, 0] = torch.from_numpy(special[:64]).view(8, 8)
    names = list(trace)
    for name, shares in zip(names, distributions(trace, names), strict=True):
        low, high = (0, 1) if name in "rz" else (-1, 1)
        values = trace[name].values.astype(np.float64).clip(low, high)
        assert (
            shares.tolist() == (np.histogram(values, BINS, (low, high))[0] / values.size).tolist()
        )


def test_what_is_out_of_bounds_or_no_number_breaks_no_distribution():
    layer = Recurrent("rnn", 1, 1, activation="identity")
    with torch.no_grad():
        for p in layer.parameters():
            p.fill_(1e30)
    layer(torch.ones(6, 1, 1))
    h = layer.recording["h"].values
    assert not np.isfinite(h).all()
    shares = distribution(layer.recording[0, "forward"], "h", 4)
    assert shares.tolist() == [0, 0, 0, 1]


def test_a_history_is_bounded_and_spread_over_the_whole_run():
    trainer = Trainer(Experiment(task="adding", length=4, cell="gru", hidden_size=2))
    history = DistributionHistory(most=8)
    history.add(0, trainer.look().recording)
    for step in (next(trainer) for _ in range(100)):
        history.add(step.index, step.recording)
    assert history.updates == [0, 16, 32, 48, 64, 80, 96]
    z = history.of(0, "forward", "z")
    assert z.shape == (7, BINS)
    assert z.sum(1) == pytest.approx(np.ones(7))
    assert not np.array_equal(z[0], z[-1]), "the weights changed, the distribution did not"
    assert (0, "forward", "h") in history.shares[0]


def test_a_histogram_is_of_the_probe_and_not_of_its_padding():
    """The probe has 2 steps in a batch of 6."""
    trainer = Trainer(Experiment(task="adding", length=6, cell="gru", hidden_size=3), "0.5* 0.25*")
    step = next(trainer)
    assert step.recording.T == 6
    history = DistributionHistory()
    history.add(1, step.recording)
    z = step.recording["z"].values[:2].ravel()
    expected = np.histogram(z, BINS, (0, 1))[0] / len(z)
    assert history.of(0, "forward", "z")[0] == pytest.approx(expected)


def test_a_task_says_how_long_it_has_to_be_remembered():
    """The held-out data itself: how far back stands what decides the answer."""

    def task(name, **options):
        made = Experiment(task=name, **options).make_task()
        return made, made.held_out, made.must_remember

    _, batch, steps = task("adding", length=20)
    marks = batch.x[:, :, 1].argmax(0)
    assert 20 - 1 - int(marks.min()) == steps
    _, batch, steps = task("echo", delay=7)
    assert torch.equal(batch.x[-1 - steps], batch.y)
    _, batch, steps = task("agreement", distance=12)
    assert torch.equal((batch.x[batch.T - 1 - steps] >= 5).long(), batch.y)
    _, batch, steps = task("subtraction", bits=4)
    assert steps == batch.T - 1
    _, batch, steps = task("copy", delay=6, symbols=3)
    assert all(torch.equal(batch.x[k], batch.y[k + steps]) for k in range(3))
    _, batch, steps = task("temporal_order", length=30)
    first = (batch.x < 2).long().argmax(0)
    assert batch.T - 1 - int(first.min()) == steps
    _, batch, steps = task("two_sequence", length=30, marked=4)
    told = batch.x[:, :, 0].abs() == 1
    assert told[batch.T - 1 - steps].all()
    assert not told[batch.T - steps].any()
    assert task("names")[2] is None
