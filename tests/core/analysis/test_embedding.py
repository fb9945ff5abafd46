"""Cosines of learned vectors, against closed forms."""

import numpy as np
import pytest

from core.analysis.embedding import cosines, find_symbols, nearest


def test_one_hot_vectors_have_nothing_in_common():
    np.testing.assert_array_equal(cosines(np.eye(4)), np.eye(4))


def test_the_cosine_is_that_of_the_angle():
    angles = np.deg2rad([0, 60, 90, 180, 300])
    vectors = np.stack([np.cos(angles), np.sin(angles)], 1) * [[1], [2], [0.1], [5], [1e-8]]
    table = cosines(vectors.astype(np.float32))
    np.testing.assert_allclose(table, np.cos(angles[:, None] - angles), atol=1e-6)
    assert cosines(np.zeros((2, 3))).tolist() == [[0, 0], [0, 0]]


def test_the_nearest_is_the_one_with_the_largest_cosine():
    vectors = np.array([[1, 0], [0.9, 0.1], [-1, 0], [0, 1.0]])
    assert [k for k, _ in nearest(vectors, 0, 3)] == [1, 3, 2]
    assert nearest(vectors, 0, 9)[0][1] == pytest.approx(0.9 / np.hypot(0.9, 0.1))


def test_symbols_that_there_are_not_are_left_out():
    assert find_symbols(("a", "dog", "cat"), ("cat", "hotel", "dog")) == [2, 1]
