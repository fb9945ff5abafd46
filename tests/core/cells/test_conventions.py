"""A book's convention changes how a cell is written, not what it computes."""

import numpy as np
import pytest

from core.cells import CELLS
from core.cells.conventions import ONE_BIAS, TORCH, Convention
from core.cells.symbolic import Bias, Complement, Product, Ref
from tests.helpers.cells import OPTIONS, name_of

H = 3
GAMMA = Convention(inverted=frozenset("z"), one_bias=True)


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_torchs_own_changes_nothing(case):
    cell = CELLS[case[0]](**case[1])
    assert TORCH.equations(cell) == cell.equations()
    arrays = {name: np.ones((2, H)) for name in cell.equations()}
    assert TORCH.numbers(cell, arrays) == arrays
    assert TORCH.gates(cell) == ()


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_one_bias_stands_where_two_stood_in_one_sum(case):
    cell = CELLS[case[0]](**case[1])
    for name, formula in Convention(one_bias=True).equations(cell).items():
        before = [t for t in cell.equations()[name].terms if isinstance(t, Bias)]
        after = [t for t in formula.terms if isinstance(t, Bias)]
        assert len(after) == min(1, len(before))
        if len(before) == 2:
            assert after[0].bias == ONE_BIAS
        assert len(formula.terms) - len(after) == len(cell.equations()[name].terms) - len(before)


@pytest.mark.parametrize("reset", ["after", "before", "none"])
def test_a_gate_that_cannot_be_turned_round_stays(reset):
    """1 - relu(a) is not relu(-a): the book's update gate would be another function."""
    cell = CELLS["gru"](reset=reset, gate_activation="relu")
    assert GAMMA.gates(cell) == ()
    assert GAMMA.equations(cell)["h"] == cell.equations()["h"]


@pytest.mark.parametrize(
    "case",
    [c for c in OPTIONS if c[0] == "gru" and c[1].get("gate_activation") != "relu"],
    ids=name_of,
)
def test_an_inverted_gate_and_its_weights(case):
    cell = CELLS[case[0]](**case[1])
    h = GAMMA.equations(cell)["h"]
    assert Product((Ref("z"), Ref("n"))) in h.terms
    assert Product((Complement(Ref("z")), Ref("h", -1))) in h.terms
    rng = np.random.default_rng(0)
    weights = {
        "weight_hh": rng.normal(size=(cell.blocks * H, H)),
        "bias_ih": rng.normal(size=cell.blocks * H),
        "bias_hh": rng.normal(size=cell.blocks * H),
    }
    original = {name: weight.copy() for name, weight in weights.items()}
    converted = GAMMA.weights(cell, weights)
    for k, gate in enumerate(cell.block_names):
        sign = -1 if gate == "z" else 1
        rows = slice(k * H, k * H + H)
        np.testing.assert_array_equal(
            converted["weight_hh"][rows], sign * original["weight_hh"][rows]
        )
        both = original["bias_ih"][rows] + original["bias_hh"][rows]
        np.testing.assert_allclose(converted[ONE_BIAS][rows], sign * both)
    for name, weight in weights.items():
        np.testing.assert_array_equal(weight, original[name]), "the network's own are as they were"
