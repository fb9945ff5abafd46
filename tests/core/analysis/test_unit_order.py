"""The orders of the units against sorting by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.unit_order import (
    ORDERS,
    TYPES,
    gradient_shares,
    order_units,
    possible_orders,
    unit_types,
)
from core.layers.recurrent import Recurrent
from tests.core.analysis.test_gates import logit, read

CELLS = ("lstm", "gru", "mgu")
SIZES = st.integers(1, 9)


def trained_once(cell: str, H: int, seed: int, lengths: list[int]):
    """The trace of a layer with large weights, so that gates are open and shut, after a backward pass."""
    torch.manual_seed(seed)
    layer = Recurrent(cell, 2, H)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.mul_(6)
    x = torch.randn(max(lengths), len(lengths), 2)
    output, *_ = layer(x, lengths=torch.tensor(lengths))
    output.sum().backward()
    return layer.recording[0, "forward"]


def by_hand(trace, by: str) -> list[int]:
    """The units in that order, step by step and unit by unit."""
    cell, lengths = trace.cell, trace.lengths()
    places = [(t, b) for b in range(trace.B) for t in range(int(lengths[b]))]

    def key(unit: int) -> tuple[float, ...]:
        if by == "number":
            return (unit,)
        if by == "gradient":
            grads = trace[cell.states[-1]].grads
            return (-np.sqrt(sum(float(grads[t, b, unit]) ** 2 for t, b in places)), unit)
        gate = np.array([trace[cell.carry_gate].values[t, b, unit] for t, b in places], np.float64)
        if by == "type":
            kind = 0 if (gate > 0.9).mean() > 0.5 else 2 if (gate < 0.1).mean() > 0.5 else 1
            return (kind, -gate.mean(), unit)
        kept = gate if cell.carry_keeps else 1 - gate
        if (kept <= 0).any():
            return (0.0, unit)
        mean = np.log(kept).mean()
        return (-np.log(0.5) / mean if mean < 0 else -np.inf, unit)

    return sorted(range(trace.H), key=key)


@given(
    st.sampled_from(CELLS),
    SIZES,
    st.integers(0, 10_000),
    st.lists(st.integers(1, 7), min_size=1, max_size=3),
    st.sampled_from(ORDERS),
)
@settings(max_examples=120, deadline=None)
def test_each_order_is_that_of_the_numbers(cell, H, seed, lengths, by):
    trace = trained_once(cell, H, seed, lengths)
    order = order_units(trace, by)
    assert order.units.tolist() == by_hand(trace, by)
    assert sorted(order.units.tolist()) == list(range(H))


@given(st.sampled_from(CELLS), SIZES, st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_types_stand_together_and_their_bounds_part_them(cell, H, seed):
    trace = trained_once(cell, H, seed, [6])
    order, types = order_units(trace, "type"), unit_types(trace)
    assert len(order.counts) == len(TYPES)
    assert sum(order.counts) == H
    shown = types[order.units]
    changes = [row for row in range(1, H) if shown[row] != shown[row - 1]]
    assert list(order.bounds) == changes
    assert (np.diff(shown) >= 0).all()


def test_open_mixed_and_shut_gates_get_their_types():
    trace = read("lstm", {"f": [logit(p) for p in (0.5, 0.02, 0.95, 0.97)]})
    assert [TYPES[k] for k in unit_types(trace)] == ["mixed", "shut", "open", "open"]
    order = order_units(trace, "type")
    assert order.units.tolist() == [3, 2, 0, 1]
    assert order.counts == (2, 1, 1)
    assert order.bounds == (2, 3)


def test_more_than_half_of_the_steps_decide_the_type():
    layer = Recurrent("lstm", 1, 3)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.zero_()
        rows = layer.cell.block_names.index("f") * 3
        layer.weights()["weight_ih"][rows : rows + 3] = torch.tensor([[-8.0], [0.0], [8.0]])
    layer(torch.tensor([1.0, 1.0, -1.0]).reshape(3, 1, 1))
    trace = layer.recording[0, "forward"]
    assert [TYPES[k] for k in unit_types(trace)] == ["shut", "mixed", "open"]
    layer(torch.tensor([1.0, -1.0]).reshape(2, 1, 1))
    assert [TYPES[k] for k in unit_types(layer.recording[0, "forward"])] == ["mixed"] * 3


def test_shares_sum_to_one_and_ignore_steps_beyond_the_end():
    trace = trained_once("lstm", 5, 1, [6, 2])
    shares = gradient_shares(trace)
    assert shares.sum() == pytest.approx(1)
    grads = trace["c"].grads.astype(np.float64)
    inside = np.concatenate([grads[:6, 0], grads[:2, 1]])
    np.testing.assert_allclose(shares, (inside**2).sum(0) / (inside**2).sum(), rtol=1e-9)


def test_a_cell_or_a_recording_without_what_an_order_needs_has_not_that_order():
    layer = Recurrent("rnn", 2, 3)
    layer(torch.randn(4, 1, 2))
    trace = layer.recording[0, "forward"]
    assert possible_orders(trace) == ("number",)
    with pytest.raises(ValueError, match="order of the units: expected one of number, got 'type'"):
        order_units(trace, "type")
    assert possible_orders(trained_once("gru", 2, 0, [3])) == ORDERS
    assert possible_orders(trained_once("rnn", 2, 0, [3])) == ("number", "gradient")
