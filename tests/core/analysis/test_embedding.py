"""Cosines and the map of learned vectors, against closed forms and NumPy's own decompositions."""

import numpy as np
import pytest

from core.analysis.embedding import (
    MAX_NUMBERS,
    MAX_SNAPSHOTS,
    EmbeddingHistory,
    cosines,
    find_symbols,
    nearest,
    principal_axes,
)


def test_one_hot_vectors_have_nothing_in_common():
    np.testing.assert_array_equal(cosines(np.eye(4)), np.eye(4))


def test_the_cosine_is_that_of_the_angle():
    angles = np.deg2rad([0, 60, 90, 180, 300])
    vectors = np.stack([np.cos(angles), np.sin(angles)], 1) * [[1], [2], [0.1], [5], [1e-8]]
    table = cosines(vectors.astype(np.float32))
    np.testing.assert_allclose(table, np.cos(angles[:, None] - angles), atol=1e-6)
    assert cosines(np.zeros((2, 3))).tolist() == [[0, 0], [0, 0]]


def test_the_plane_is_that_of_the_covariances_largest_eigenvectors():
    vectors = np.random.default_rng(0).normal(size=(40, 5)) @ np.diag([5, 3, 1, 0.5, 0.1])
    plane = principal_axes(vectors)
    values, eigenvectors = np.linalg.eigh(np.cov(vectors.T))
    for k in range(2):
        assert abs(plane.directions[k] @ eigenvectors[:, -1 - k]) == pytest.approx(1)
    assert plane.explained(vectors) == pytest.approx(values[-2:].sum() / values.sum())
    placed = plane.place(vectors)
    np.testing.assert_allclose(placed.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(placed.var(0, ddof=1), values[[-1, -2]])


def test_axes_do_not_change_sides():
    vectors = np.random.default_rng(1).normal(size=(30, 4)) * [4, 2, 1, 0.5]
    plane = principal_axes(vectors)
    turned = type(plane)(plane.centre, -plane.directions)
    again = principal_axes(vectors + 0.01, like=turned)
    assert (np.sum(again.directions * turned.directions, 1) > 0.99).all()


def test_vectors_of_one_number_or_all_the_same():
    plane = principal_axes(np.array([[1.0], [3.0]]))
    np.testing.assert_allclose(np.abs(plane.place(np.array([[1.0], [3.0]]))), [[1, 0], [1, 0]])
    assert principal_axes(np.ones((3, 4))).explained(np.ones((3, 4))) == 0


def test_the_history_is_evenly_spaced_and_bounded():
    history = EmbeddingHistory()
    for update in range(0, 5001):
        if history.is_due(update):
            history.add(update, np.full((3, 2), update, np.float32))
    assert len(history.updates) <= MAX_SNAPSHOTS
    assert history.updates[0] == 0
    assert {b - a for a, b in zip(history.updates, history.updates[1:], strict=False)} == {
        history.every
    }
    assert [v[0, 0] for v in history.vectors] == history.updates
    assert history.updates[-1] > 5000 - history.every
    assert [n for n, _ in history.before(170)] == [n for n in history.updates if n <= 170]


def test_a_large_vocabulary_keeps_fewer():
    history = EmbeddingHistory()
    vectors = np.zeros((2000, 64), np.float32)
    for update in range(0, 400):
        if history.is_due(update):
            history.add(update, vectors)
    assert len(history.updates) >= 2
    assert len(history.updates) * vectors.size <= MAX_NUMBERS


def test_what_is_kept_does_not_change_with_the_weights():
    history, weights = EmbeddingHistory(), np.zeros((2, 2))
    history.add(0, weights)
    weights += 1
    assert not history.vectors[0].any()


def test_the_nearest_is_the_one_with_the_largest_cosine():
    vectors = np.array([[1, 0], [0.9, 0.1], [-1, 0], [0, 1.0]])
    assert [k for k, _ in nearest(vectors, 0, 3)] == [1, 3, 2]
    assert nearest(vectors, 0, 9)[0][1] == pytest.approx(0.9 / np.hypot(0.9, 0.1))


def test_symbols_that_there_are_not_are_left_out():
    assert find_symbols(("a", "dog", "cat"), ("cat", "hotel", "dog")) == [2, 1]
