"""The directions in which points vary most, against NumPy's own decompositions."""

import numpy as np
import pytest

from core.analysis.principal_space import principal_space


def test_the_plane_is_that_of_the_covariances_largest_eigenvectors():
    vectors = np.random.default_rng(0).normal(size=(40, 5)) @ np.diag([5, 3, 1, 0.5, 0.1])
    plane = principal_space(vectors, 2)
    values, eigenvectors = np.linalg.eigh(np.cov(vectors.T))
    for k in range(2):
        assert abs(plane.directions[k] @ eigenvectors[:, -1 - k]) == pytest.approx(1)
    assert plane.shares(vectors) == pytest.approx(values[[-1, -2]] / values.sum())
    placed = plane.place(vectors)
    np.testing.assert_allclose(placed.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(placed.var(0, ddof=1), values[[-1, -2]])


def test_axes_do_not_change_sides():
    vectors = np.random.default_rng(1).normal(size=(30, 4)) * [4, 2, 1, 0.5]
    plane = principal_space(vectors, 2)
    turned = type(plane)(plane.centre, -plane.directions)
    again = principal_space(vectors + 0.01, 2, like=turned)
    assert (np.sum(again.directions * turned.directions, 1) > 0.99).all()


def test_vectors_of_one_number_or_all_the_same():
    plane = principal_space(np.array([[1.0], [3.0]]), 2)
    np.testing.assert_allclose(np.abs(plane.place(np.array([[1.0], [3.0]]))), [[1, 0], [1, 0]])
    assert principal_space(np.ones((3, 4)), 2).shares(np.ones((3, 4))).tolist() == [0, 0]
