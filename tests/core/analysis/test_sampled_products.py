"""Products of Jacobians from random directions, against all of them."""

import numpy as np
import pytest
import torch

from core.analysis.gradients import jacobians, spectra
from core.analysis.sampled_products import sample_products
from core.layers.recurrent import Recurrent
from tests.helpers.cells import OPTIONS, name_of

KEY = (0, "forward")


def run(case, H=6, T=9, key=KEY, **more):
    torch.manual_seed(1)
    layer = Recurrent(case[0], 3, H, dtype=torch.float64, **case[1], **more)
    layer(torch.randn(T, 1, 3, dtype=torch.float64))
    return layer, spectra(jacobians(layer)[key][:, 0]).products


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_with_every_direction_they_are_exact(case):
    layer, products = run(case)
    sampled = sample_products(layer, KEY, directions=1000)
    m, S = sampled.directions
    assert m == S == products.shape[1]
    np.testing.assert_allclose(sampled.at_least, products[:, 0], rtol=1e-8)
    np.testing.assert_allclose(sampled.typical, np.sqrt((products**2).mean(1)), rtol=1e-8)
    np.testing.assert_array_equal(sampled.error, 0)


def test_in_the_reverse_direction_too():
    key = (0, "reverse")
    layer, products = run(("gru", {}), key=key, bidirectional=True)
    sampled = sample_products(layer, key, directions=1000)
    np.testing.assert_allclose(sampled.at_least, products[:, 0], rtol=1e-8)


def test_without_recurrence_nothing_remains():
    layer, _ = run(("rnn", {}), recurrence=False)
    sampled = sample_products(layer, KEY)
    assert sampled.typical.tolist() == [0] * 8 + [1]
    assert sampled.at_least.tolist() == [0] * 8 + [1]


def test_of_some_directions_the_error_is_as_large_as_it_says_and_the_bound_holds():
    layer, products = run(("lstm", {}), H=40, T=20)
    exact = np.sqrt((products**2).mean(1))
    deviations = []
    for seed in range(60):
        sampled = sample_products(layer, KEY, directions=16, seed=seed)
        assert sampled.directions == (16, 80)
        assert (sampled.at_least <= products[:, 0] * (1 + 1e-9)).all()
        assert (sampled.at_least >= sampled.typical).all()
        deviations.append((sampled.typical - exact)[:-1] / sampled.error[:-1])
    # Standard scores: no bias to speak of, and a spread of about 1.
    assert abs(np.mean(deviations)) < 0.5
    assert 0.6 < np.std(deviations) < 1.6


def test_what_explodes_is_not_a_number_and_no_error():
    layer = Recurrent("rnn", 3, 6, activation="identity")
    with torch.no_grad():
        layer.weight_hh_l0.mul_(1e30)
    layer(torch.zeros(9, 1, 3))
    sampled = sample_products(layer, KEY)
    assert np.isnan(sampled.at_least[0])
    assert sampled.at_least[-1] == pytest.approx(1)


def test_what_is_too_small_for_all_digits_is_nothing():
    layer = Recurrent("rnn", 3, 6)
    with torch.no_grad():
        layer.weight_hh_l0.mul_(1e-3)
    layer(torch.zeros(40, 1, 3))
    typical = sample_products(layer, KEY).typical
    assert (typical[typical > 0] > np.finfo(np.float32).tiny).all()
    assert not typical[:20].any()
    assert typical[-10:].all()
