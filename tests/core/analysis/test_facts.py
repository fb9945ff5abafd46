"""What is read of a run, from recordings made for it and from real updates."""

from typing import Any

import numpy as np
import pytest
import torch

from core.analysis.diagnosis import diagnose
from core.analysis.facts import Facts, Norms, Score, read_facts, read_score
from core.analysis.gradients import triangle
from core.analysis.horizon import gradient_reach, last_loss_flow
from core.analysis.inspection import inspect_trainer
from core.cells import CELLS
from core.layers.recording import Recording
from core.layers.recording_facts import gradient_sizes, measure_flow, read_flow
from core.layers.trace import Trace
from core.tasks import TASKS
from core.tasks.base import Batch, Probe
from core.training.events import Evaluation, ProbePass, Update
from core.training.trainer import Experiment, Trainer

T, H = 8, 10
ADDING = Experiment("adding", length=T).make_task()


def recording(cell: str = "gru", grads: Any = 1.0, h: Any = 0.5, **values: Any) -> Recording:
    """One sequence: ||dL/dh_t|| proportional to `grads`, all states `h`, all values of a gate alike.

    dc: ||dL/dc_t|| likewise.
    """
    made = CELLS[cell]()
    source = {name: torch.full((T, H, 1), 0.5) for name in made.quantities}
    for name, value in values.items():
        one = torch.as_tensor(value, dtype=torch.float32)
        source[name] = one.reshape(-1, 1, 1).expand(T, H, 1).clone()
    source["h"] = torch.as_tensor(h, dtype=torch.float32).expand(T, H)[:, :, None].clone()
    one = torch.as_tensor(grads, dtype=torch.float32).expand(T)
    source["dh"] = one[:, None, None].repeat(1, H, 1)
    return Recording({(0, "forward"): Trace(made, source, None, False, 1)})


def look(symbols: str = "abcdefgh", **of: Any) -> ProbePass:
    probe = Probe(Batch(torch.zeros(T, 1, 2), torch.zeros(1, 1)), tuple(symbols))
    return ProbePass(recording(**of), probe, np.zeros((T, 1, 1)), 1.0)


def update(
    index: int = 1, norm: float = 0.5, clipped: float | None = None, finite: bool = True, **of: Any
) -> Update:
    cut = norm if clipped is None else clipped
    return Update(index, 1.0, {}, norm, cut, 0.01, look(**of), finite)


def facts(**of: Any) -> Facts:
    return read_facts(ADDING, 1, [update(**of)])


def test_only_the_steps_of_the_probe_count():
    flow = read_flow(recording(grads=[0.0, 1, 1, 1, 5, 5, 5, 5]).traces[0], 4)
    assert flow is not None
    assert (flow.steps, flow.horizon, flow.first) == (4, 3, 0.0)
    assert flow.peak == pytest.approx(H**0.5)


def test_the_horizon_is_counted_from_the_loss_without_a_gap():
    flow = measure_flow(np.array([1.0, 1.0, 0.001, 0.02, 0.5, 1.0]))
    assert flow is not None
    assert (flow.horizon, flow.first, flow.last, flow.peak) == (3, 1.0, 1.0, 1.0)
    assert measure_flow(np.zeros(5)) is None
    assert measure_flow(np.array([np.inf, 1.0])) is None


def test_the_way_through_c_counts():
    grads = torch.logspace(-9, 0, T)
    without = read_flow(recording("lstm", grads).traces[0], T)
    through = read_flow(recording("lstm", grads, dc=0.5).traces[0], T)
    assert without is not None
    assert through is not None
    assert without.first_share < 1e-8
    assert through.first_share > 0.3
    assert through.horizon == T


@pytest.mark.parametrize("value", [0.91, 0.95, 1.0])
def test_an_open_gate_that_keeps_is_no_fault(value):
    assert facts(cell="lstm", f=value).closed is None
    assert diagnose(facts(cell="lstm", f=value)).kind == "healthy"


def test_a_gate_that_keeps_and_shuts_everything_out_is_one():
    assert facts(cell="gru", z=0.95).closed is None  # 5 % are written at every step
    closed = facts(cell="gru", z=1.0).closed
    assert closed is not None
    assert (closed.name, closed.way, closed.share) == ("z", "written", 1.0)
    assert "gate z lets next to nothing into the state of 100 %" in diagnose(facts(z=1.0)).sentence
    opened = [1.0] * 5 + [0.2] + [1.0] * 2  # shut but for one step, which is what a latch does
    assert facts(cell="gru", z=opened).closed is None


@pytest.mark.parametrize(
    ("cell", "gate", "value", "way"),
    [
        ("lstm", "f", 0.05, "kept"),
        ("lstm", "i", 0.001, "written"),
        ("lstm", "o", 0.001, "read"),
        ("mgu", "f", 0.001, "written"),  # its gate has the other sense
        ("gru", "z", 0.999, "written"),
    ],
)
def test_what_closes_a_way(cell, gate, value, way):
    closed = facts(cell=cell, **{gate: value}).closed
    assert closed is not None
    assert (closed.name, closed.way) == (gate, way)
    assert facts(cell=cell, **{gate: 0.5}).closed is None


def test_flat_tanh_but_not_relu():
    closed = facts(cell="rnn", h=-0.96).closed
    assert closed is not None
    assert (closed.way, closed.share) == ("flat", 1.0)
    assert facts(cell="rnn", h=0.94).closed is None


@pytest.mark.parametrize(("units", "share"), [(4, 0.4), (10, 1.0)])
def test_dead_units(units, share):
    h = torch.ones(H)
    h[:units] = 0
    assert facts(cell="rnn", h=h / 2).dead == share
    flickering = torch.ones(T, H) / 2
    flickering[::2, :units] = 0  # on at some steps: alive
    assert facts(cell="rnn", h=flickering).dead == 0


def test_the_worst_layer_counts():
    good, bad = recording(), recording(z=1.0)
    both = Recording({(0, "forward"): good[0, "forward"], (1, "forward"): bad[0, "forward"]})
    probe_pass = ProbePass(both, look().probe, np.zeros(1), 1.0)
    closed = read_facts(ADDING, 1, [Norms(1, 1)], probe_pass).closed
    assert closed is not None
    assert closed.name == "z"


def test_norms_of_the_window():
    updates = [Norms(0.5, 0.5)] * 30 + [Norms(9.0, 1.0)] * 19 + [update(index=200, norm=0.25)]
    known = read_facts(ADDING, 200, updates)
    assert (known.norm, known.usual, known.window) == (0.25, 0.5, 50)
    assert (known.largest, known.largest_at, known.limit) == (1.0, 181, 1.0)
    assert known.clipped == 0.38


def test_a_run_just_opened_has_no_norms_but_its_flow():
    known = read_facts(ADDING, 700, [], look(grads=torch.logspace(-6, 0, T)))
    assert known.update == 700
    assert known.window == 0
    assert known.flow is not None
    assert diagnose(known).kind == "vanished"


@pytest.mark.parametrize(
    ("metric", "value", "learning", "solved"),
    [
        ("mse", 0.16, False, False),
        ("mse", 0.14, True, False),
        ("mse", 0.009, True, True),
    ],
)
def test_success_is_measured_against_the_baseline_and_the_target(metric, value, learning, solved):
    evaluation = Evaluation(7, {metric: 0.0}, {metric: value}, None)
    score = read_score(ADDING, evaluation)
    assert (score.is_learning, score.is_solved) == (learning, solved)
    assert score.update == 7
    assert score.reference == ("always 1", 1 / 6)


@pytest.mark.parametrize("name", TASKS)
def test_every_task_has_a_headline_that_can_be_judged(name):
    task = TASKS[name]
    assert task.headline in task.is_share
    if task.solved is not None and task.solved[0] == task.headline:
        assert isinstance(task.solved[1], float)


def test_the_strongest_baseline_that_is_beaten_is_named():
    score = Score("accuracy", 0.47, baselines={"as now": 0.464, "always the largest class": 0.34})
    assert score.reference == ("as now", 0.464)
    assert Score("accuracy", 0.4, baselines=score.baselines).reference == (
        "always the largest class",
        0.34,
    )
    assert Score("accuracy", 0.4).reference is None


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment("text", cell="gru", hidden_size=8, length=12),
        Experiment("copy", cell="rnn", hidden_size=8),
        Experiment("melody", cell="lstm", hidden_size=8),
    ],
)
def test_with_losses_at_every_step_the_last_one_is_followed_alone(experiment):
    """Against the last row of the triangle, which has each loss by itself."""
    trainer = Trainer(experiment)
    next(trainer)
    rows = triangle(inspect_trainer(trainer))
    last = rows.at[-1]
    squares = np.square(rows.h[0, "forward"][-1][: last + 1])
    if rows.c:
        squares += np.square(rows.c[0, "forward"][-1][: last + 1])
    flow, right = last_loss_flow(trainer), measure_flow(np.sqrt(squares))
    assert flow is not None
    assert right is not None
    assert (flow.steps, flow.horizon) == (right.steps, right.horizon)
    assert flow.first == pytest.approx(right.first, rel=1e-4)
    assert flow.peak == pytest.approx(right.peak, rel=1e-4)
    assert gradient_reach(trainer) == pytest.approx(rows.h[0, "forward"][-1][: last + 1], rel=1e-4)


def test_measuring_the_last_loss_does_not_disturb_the_run():
    e = Experiment("copy", cell="gru", hidden_size=8)
    alone, watched = Trainer(e), Trainer(e)
    for _ in range(3):
        last_loss_flow(watched)
        assert next(alone).loss == next(watched).loss


@pytest.mark.parametrize(
    ("radius", "kind"), [(0.5, "vanished"), (1.0, "healthy"), (2.0, "exploding")]
)
def test_on_a_real_run(radius, kind):
    """A linear network multiplies the gradient by its recurrent matrix at each of 30 steps."""
    experiment = Experiment(
        *("adding",),
        **{"length": 30, "cell": "rnn", "activation": "identity", "initialization": "identity"},
        **{"learning_rate": 1e-8},
    )
    trainer = Trainer(experiment)
    with torch.no_grad():
        trainer.model.recurrent.weight_hh_l0.mul_(radius)
    known = read_facts(trainer.task, 1, [next(trainer)])
    assert known.flow is not None
    assert known.flow.first / known.flow.last == pytest.approx(radius**29, rel=1e-3)
    assert diagnose(known).kind == kind


def test_sizes_are_zero_where_nothing_was_recorded():
    made = recording()
    source = {name: torch.full((T, H, 1), 0.5) for name in made.cell.quantities}
    trace = Trace(made.cell, source, None, False, 1)
    assert gradient_sizes(trace, T).tolist() == [0.0] * T
