"""Fixed points against closed forms, torch's own layers and autograd, in float64."""

import numpy as np
import pytest
import torch
from torch import nn

from core import CELLS, Recurrent
from core.analysis.fixed_points import (
    MAX_STATE,
    RESIDUAL,
    find_fixed_points,
    jacobians_at,
    spread_starts,
    step_map,
)
from core.analysis.gradients import jacobians

FORWARD = (0, "forward")


def bistable(weight: float = 2.0) -> Recurrent:
    layer = Recurrent("rnn", 1, 1, bias=False)
    with torch.no_grad():
        layer.weight_hh_l0.fill_(weight)
        layer.weight_ih_l0.fill_(1.0)
    return layer


def find(layer, x, starts):
    return find_fixed_points(step_map(layer, FORWARD, np.asarray(x)), np.asarray(starts))


def test_a_bistable_unit_has_two_stable_points_and_an_unstable_one_between():
    points = find(bistable(), [0.0], np.linspace(-1, 1, 21)[:, None])
    assert sum(point.starts for point in points) == 21
    by_state = sorted(points, key=lambda point: point.state[0])
    # h = tanh(2 h): 0 and the two solutions of artanh(h) = 2 h; the slope there is 2 (1 - h^2).
    h = 0.9575040240772687
    np.testing.assert_allclose([p.state[0] for p in by_state], [-h, 0, h], atol=1e-9)
    slopes = [2 * (1 - h * h), 2.0, 2 * (1 - h * h)]
    np.testing.assert_allclose([p.eigenvalues[0] for p in by_state], slopes, atol=1e-8)
    assert [p.kind for p in by_state] == ["stable", "unstable", "stable"]
    assert by_state[0].memory == pytest.approx(-1 / np.log(slopes[0]))
    assert max(point.residual for point in points) <= RESIDUAL


def test_the_input_decides_how_many_there_are():
    (point,) = find(bistable(), [2.0], np.linspace(-1, 1, 9)[:, None])
    assert np.tanh(2 * point.state[0] + 2) == pytest.approx(point.state[0], abs=1e-9)
    assert point.kind == "stable"


def test_two_bistable_units_have_nine_points_of_three_kinds():
    layer = Recurrent("rnn", 1, 2, bias=False)
    with torch.no_grad():
        layer.weight_hh_l0.copy_(torch.tensor([[2.0, 0], [0, 3.0]]))
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 7)] * 2), -1).reshape(-1, 2)
    points = find(layer, [0.0], grid)
    kinds = [point.kind for point in points]
    assert {kind: kinds.count(kind) for kind in kinds} == {"stable": 4, "saddle": 4, "unstable": 1}
    middle = next(point for point in points if point.kind == "unstable")
    np.testing.assert_allclose(middle.eigenvalues, [3, 2], atol=1e-9)


def test_a_rotation_has_a_complex_pair():
    layer = Recurrent("rnn", 1, 2, bias=False, activation="identity")
    angle, size = 0.3, 0.9
    turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    with torch.no_grad():
        layer.weight_hh_l0.copy_(size * torch.tensor(turn))
    (point,) = find(layer, [0.0], np.random.default_rng(0).normal(size=(5, 2)))
    np.testing.assert_allclose(np.abs(point.eigenvalues), size, atol=1e-6)
    np.testing.assert_allclose(np.sort(np.angle(point.eigenvalues)), [-angle, angle], atol=1e-6)
    assert point.memory == pytest.approx(-1 / np.log(size), rel=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_the_points_of_every_cell_are_where_the_layer_itself_stays(cell):
    torch.manual_seed(3)
    layer = Recurrent(cell, 3, 6, dtype=torch.float64)
    x = np.random.default_rng(1).normal(size=3)
    states = np.random.default_rng(2).normal(size=(8, 6 * len(layer.cell.states))) / 2
    points = find(layer, x, states)
    assert points
    for point in points:
        parts = torch.from_numpy(point.state).split(6)
        start = tuple(part.view(1, 1, 6) for part in parts)
        _, last = layer(torch.from_numpy(x).view(1, 1, 3), start if len(start) > 1 else start[0])
        after = torch.cat([s.flatten() for s in (last if len(start) > 1 else [last])])
        np.testing.assert_allclose(after.detach(), point.state, atol=1e-8)
        J = jacobians(layer)[FORWARD][0, 0]
        expected = np.sort(np.abs(np.linalg.eigvals(J)))[::-1]
        np.testing.assert_allclose(np.abs(point.eigenvalues), expected, atol=1e-6)


def test_the_jacobian_is_that_of_torchs_lstm_cell():
    torch.manual_seed(0)
    module = nn.LSTMCell(2, 3).double()
    layer = Recurrent.from_torch(module)
    states, x = torch.randn(4, 6, dtype=torch.float64), torch.randn(2, dtype=torch.float64)
    values, J = jacobians_at(step_map(layer, FORWARD, x.numpy()), states)
    for k in range(4):
        h, c = states[k : k + 1].split(3, 1)
        expected = torch.cat(module(x[None], (h, c)), 1)[0]
        np.testing.assert_allclose(values[k], expected.detach(), atol=1e-12)
        per_number = torch.autograd.functional.jacobian(
            lambda s: torch.cat(module(x[None], tuple(s[None].split(3, 1))), 1)[0], states[k]
        )
        np.testing.assert_allclose(J[k], per_number, atol=1e-12)


def test_an_intervention_moves_them():
    layer = bistable()
    with layer.intervene(h={0: 0.25}):
        (point,) = find(layer, [0.0], [[-1.0], [0.0], [1.0]])
    assert point.state[0] == pytest.approx(0.25)
    assert point.eigenvalues[0] == 0
    assert point.memory == 0


def test_a_state_that_only_creeps_is_called_slow():
    # h = h - 1e-4 (1 + h^2) / 2 has no fixed point; near 0 it moves by 5e-5 a step.
    def creep(states):
        return states - 5e-5 * (1 + states**2)

    (point,) = find_fixed_points(creep, np.array([[0.4], [-0.3]]))
    assert point.kind == "slow"
    assert point.state[0] == pytest.approx(0, abs=1e-3)
    assert point.residual == pytest.approx(5e-5, rel=1e-3)


def test_a_slow_point_that_no_state_comes_near_is_left_out():
    # It moves the less the farther away, so every search goes there.
    starts = np.array([[0.5], [1.0], [-0.5]])
    assert find_fixed_points(lambda states: states + 1 / (1 + states**2), starts) == []
    # A fixed point counts wherever it is.
    (point,) = find_fixed_points(lambda states: 0.5 * states + 50, starts)
    assert point.state[0] == pytest.approx(100)


def test_what_ends_nowhere_is_left_out():
    assert find_fixed_points(lambda states: states + 1, np.zeros((3, 2))) == []
    assert find_fixed_points(lambda states: states * 2, np.full((2, 2), np.nan)) == []


def test_a_layer_that_carries_nothing_or_is_too_large_is_refused():
    with pytest.raises(ValueError, match="expected a layer with recurrence"):
        step_map(Recurrent("rnn", 1, 2, recurrence=False), FORWARD, np.zeros(1))
    with pytest.raises(ValueError, match=f"at most {MAX_STATE} numbers, got {MAX_STATE + 2}"):
        step_map(Recurrent("lstm", 1, MAX_STATE // 2 + 1), FORWARD, np.zeros(1))


def test_starts_are_spread_over_the_states():
    states = np.arange(1000.0)[:, None] * np.ones(2)
    starts = spread_starts(states)
    assert len(starts) == 40
    assert starts[[0, -1], 0].tolist() == [0, 999]
    assert len(spread_starts(np.zeros((1000, 256)))) == 4
    np.testing.assert_array_equal(spread_starts(states[:3]), states[:3])
