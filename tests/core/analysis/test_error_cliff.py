"""The error cliff of Pascanu, Mikolov & Bengio (2013): surface, gradient, and both paths."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis import error_cliff


def by_hand(w: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The loss in the paper's own letters: x_t = w sigma(x_{t-1}) + b, x_0 = 0.5."""
    x = torch.tensor(0.5, dtype=torch.float64)
    for _ in range(50):
        x = w * torch.sigmoid(x) + b
    return (torch.sigmoid(x) - 0.7) ** 2


@given(st.floats(-8, 8), st.floats(-8, 8))
@settings(max_examples=50, deadline=None)
def test_engine_surface_and_autograd_agree(w, b):
    wt = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    bt = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    expected = by_hand(wt, bt)
    expected.backward()
    loss, gradient = error_cliff.OneUnit().loss(w, b)
    assert loss == pytest.approx(expected.item(), rel=1e-9, abs=1e-12)
    assert error_cliff.loss_surface(np.array([w]), np.array([b]))[0, 0] == pytest.approx(
        loss, rel=1e-9, abs=1e-12
    )
    assert wt.grad is not None
    assert bt.grad is not None
    autograd = [wt.grad.item(), bt.grad.item()]
    assert gradient == pytest.approx(autograd, rel=1e-6, abs=1e-9)
    assert error_cliff.loss_and_slope(w, b) == pytest.approx(
        (expected.item(), *autograd), rel=1e-6, abs=1e-9
    )


def test_every_update_of_a_path_is_the_engines():
    unit, path = error_cliff.OneUnit(), error_cliff.descend(clip_at=error_cliff.CLIP_AT)
    for k in range(0, error_cliff.UPDATES, 7):
        loss, gradient = unit.loss(*path.points[k])
        assert path.losses[k] == pytest.approx(loss, rel=1e-9)
        norm = np.linalg.norm(gradient)
        assert path.norms[k] == pytest.approx(norm, rel=1e-7)
        step = -error_cliff.LEARNING_RATE * gradient * min(1, error_cliff.CLIP_AT / norm)
        assert path.points[k + 1] - path.points[k] == pytest.approx(step, rel=1e-6, abs=1e-12)


def test_at_the_wall_the_gradient_grows_on_its_way_back():
    path, unit = error_cliff.descend(), error_cliff.OneUnit()
    wall = unit.gradients(*path.points[path.thrown - 1])
    plateau = unit.gradients(*path.points[0])
    assert wall.shape == (50,)
    assert wall.max() > 5 * wall[-1]
    assert plateau.max() == plateau[-1]


def test_the_rows_of_the_surface_are_b():
    w, b = np.array([0.0, 4.0, 5.0]), np.array([-3.0, -2.0])
    grid, unit = error_cliff.loss_surface(w, b), error_cliff.OneUnit()
    assert grid.shape == (2, 3)
    for row, b_ in enumerate(b):
        for column, w_ in enumerate(w):
            assert grid[row, column] == pytest.approx(unit.loss(w_, b_)[0], rel=1e-12)


def test_without_clipping_one_update_leaves_the_picture_with_clipping_none_does():
    plain, clipped = error_cliff.descend(), error_cliff.descend(clip_at=error_cliff.CLIP_AT)
    assert plain.points[0] == pytest.approx(clipped.points[0])
    lengths = np.linalg.norm(np.diff(plain.points, axis=0), axis=1)
    assert lengths.max() > 3
    assert lengths.argmax() + 1 == plain.thrown
    assert lengths.max() == pytest.approx(error_cliff.LEARNING_RATE * plain.norms.max())
    assert plain.losses[-1] > 0.08, "it did not lie on the far plateau in the end"
    assert clipped.losses[-1] < 0.005, "clipping did not reach the valley"
    assert not plain.clipped.any()
    assert clipped.clipped.any()
    (low_w, high_w), (low_b, high_b) = error_cliff.W_RANGE, error_cliff.B_RANGE
    w, b = clipped.points.T
    assert low_w < w.min()
    assert w.max() < high_w
    assert low_b < b.min()
    assert b.max() < high_b


@given(st.floats(3.5, 6.5), st.floats(-3, -1.5), st.floats(0.01, 0.5), st.floats(0.01, 2))
@settings(max_examples=20, deadline=None)
def test_clipped_updates_have_a_bounded_length_and_the_gradients_direction(w, b, rate, clip_at):
    path = error_cliff.descend((w, b), rate, clip_at, updates=20)
    steps = np.diff(path.points, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    assert (lengths <= rate * clip_at * (1 + 1e-9)).all()
    cut = path.clipped
    assert lengths[cut] == pytest.approx(rate * clip_at, rel=1e-6)
    assert lengths[~cut] == pytest.approx(rate * path.norms[~cut], rel=1e-6, abs=1e-12)
    gradient = error_cliff.OneUnit().loss(w, b)[1]
    if path.norms[0] > 1e-6:
        assert steps[0] @ gradient == pytest.approx(-lengths[0] * path.norms[0], rel=1e-6)


def test_what_cannot_be_gets_a_sentence():
    with pytest.raises(ValueError, match="rate: expected"):
        error_cliff.descend(rate=-1)
    with pytest.raises(ValueError, match="clip_at: expected"):
        error_cliff.descend(clip_at=0)
    assert len(error_cliff.descend(updates=0).points) == 1
    assert error_cliff.descend(updates=0).thrown == 0
