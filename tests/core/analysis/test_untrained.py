"""The bench: closed forms, bounds that hold, and settings that change nothing but themselves."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.untrained import (
    INITIALIZATION_CHOICES,
    STEEPEST_SLOPES,
    UntrainedSetting,
    make_inputs,
    make_layer,
    measure_layer,
)
from core.cells import CELLS


@pytest.mark.parametrize("w", [0.5, 0.9, 1.0, 1.1])
def test_a_linear_network_with_a_multiple_of_the_identity_gives_its_powers(w):
    found = measure_layer(
        UntrainedSetting(
            activation="identity",
            initialization="identity",
            spectral_radius=w,
            length=30,
            hidden_size=5,
        )
    )
    powers = np.array([w ** (29 - t) for t in range(30)])
    np.testing.assert_allclose(found.norms, powers, rtol=1e-12)
    np.testing.assert_allclose(found.spectra.products, np.tile(powers[:, None], 5), rtol=1e-12)
    np.testing.assert_allclose(found.by_steps, powers, rtol=1e-12)
    np.testing.assert_allclose(found.by_weights, powers, rtol=1e-12)
    np.testing.assert_allclose(found.spectra.steps, w, rtol=1e-12)
    assert found.factor == pytest.approx(w, rel=1e-12)
    (block,) = found.blocks.values()
    assert np.linalg.eigvals(block) == pytest.approx(w)


benches = st.builds(
    UntrainedSetting,
    cell=st.sampled_from(list(CELLS)),
    hidden_size=st.integers(1, 12),
    length=st.integers(1, 25),
    activation=st.sampled_from(sorted(STEEPEST_SLOPES)),
    initialization=st.sampled_from(INITIALIZATION_CHOICES),
    spectral_radius=st.none() | st.floats(0, 2),
    forget_bias=st.none() | st.floats(-5, 5),
    seed=st.integers(0, 50),
)


@given(benches)
@settings(max_examples=120, deadline=None)
def test_the_bounds_are_never_below_the_curve(bench):
    found = measure_layer(bench)
    assert found.norms[-1] == pytest.approx(1)
    room = 1 + 1e-9
    tiny = 1e-12 * np.nanmax(found.by_steps)  # what rounding leaves of a product that is 0
    assert (found.norms <= found.by_steps * room + tiny).all()
    if bench.cell == "rnn":
        assert found.by_weights is not None
        assert (found.by_steps <= found.by_weights * room + 1e-300).all()
    else:
        assert found.by_weights is None


@given(benches.filter(lambda b: b.length > 1))
@settings(max_examples=25, deadline=None)
def test_the_curve_is_the_derivative_by_autograd(bench):
    """||d state_T / d state_t|| with t in the middle, through torch's own equations of a step."""
    layer, x = make_layer(bench), make_inputs(bench)
    t = bench.length // 2
    layer.eval()
    _, state = layer(x[:t]) if t else (None, None)
    zero = torch.zeros(1, 1, bench.hidden_size, dtype=torch.float64)
    if state is None:
        state = (zero, zero) if bench.cell == "lstm" else zero
    parts = [s.detach().flatten() for s in (state if isinstance(state, tuple) else (state,))]

    def later(flat):
        given = [p.view(1, 1, -1) for p in flat.split(bench.hidden_size)]
        _, end = layer(x[t:], tuple(given) if len(given) > 1 else given[0])
        return torch.cat([s.flatten() for s in (end if isinstance(end, tuple) else (end,))])

    J = torch.autograd.functional.jacobian(later, torch.cat(parts))
    found = measure_layer(bench)
    if t:  # state t, counted from 1, is found.norms[t - 1]
        expected = float(torch.linalg.matrix_norm(J, 2))
        assert found.norms[t - 1] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_a_setting_changes_nothing_but_itself():
    small, large = (
        make_layer(UntrainedSetting(spectral_radius=0.5)),
        make_layer(UntrainedSetting(spectral_radius=1.5)),
    )
    for name, p in small.named_parameters():
        factor = 3 if name == "weight_hh_l0" else 1
        torch.testing.assert_close(p * factor, dict(large.named_parameters())[name])
    assert torch.equal(
        make_inputs(UntrainedSetting(length=20)), make_inputs(UntrainedSetting(length=50))[:20]
    )
    tanh, relu = make_layer(UntrainedSetting()), make_layer(UntrainedSetting(activation="relu"))
    for p, q in zip(tanh.parameters(), relu.parameters(), strict=True):
        assert torch.equal(p, q)
    biased = make_layer(UntrainedSetting(cell="lstm", forget_bias=2.0))
    assert (biased.weights()["bias_ih"][32:64] == 2).all()
    assert torch.equal(
        biased.weights()["weight_hh"],
        make_layer(UntrainedSetting(cell="lstm")).weights()["weight_hh"],
    )


def test_the_spectral_radius_is_what_the_slider_says():
    for cell in ("rnn", "lstm", "gru"):
        for block in measure_layer(
            UntrainedSetting(cell=cell, spectral_radius=0.7)
        ).blocks.values():
            assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(0.7)


def test_below_one_it_decays_above_one_it_grows_and_an_lstm_with_forget_bias_holds():
    def factor(**values) -> float:
        return measure_layer(UntrainedSetting(**values)).factor

    assert factor(spectral_radius=0.5) < 0.7
    linear = [factor(activation="identity", spectral_radius=r) for r in (0.9, 1.1)]
    assert linear[0] < 1 < linear[1]
    held, forgotten = (
        factor(cell="lstm", spectral_radius=None, forget_bias=b) for b in (3.0, -1.0)
    )
    assert held > 0.9 > 0.6 > forgotten


def test_one_step_and_one_unit():
    one = measure_layer(UntrainedSetting(length=1, hidden_size=1, cell="gru"))
    assert one.norms == pytest.approx([1])
    assert one.factor == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"length": 0}, "length: expected"),
        ({"hidden_size": 1000}, "hidden_size: expected"),
        ({"spectral_radius": -1.0}, "spectral_radius: expected"),
        ({"activation": "swish"}, "activation: expected"),
    ],
)
def test_what_cannot_be_gets_a_sentence(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        UntrainedSetting(**values)
