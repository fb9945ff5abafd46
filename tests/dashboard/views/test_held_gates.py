"""Every sentence about a held gate, measured on the cell it is about."""

import numpy as np
import pytest
import torch

from core.cells import CELLS
from core.cells.gru import NoReset
from core.cells.symbolic import Formula, Ref, times
from core.layers.recurrent import Recurrent
from dashboard.views.gates.held_gates import describe_held_gate, describe_other_gates
from tests.helpers.cells import OPTIONS, name_of

T, B, H, INPUTS = 12, 3, 5, 2
GATED = [case for case in OPTIONS if CELLS[case[0]](**case[1]).gates]
X = torch.randn(T, B, INPUTS, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def layer_of(case, seed=0) -> Recurrent:
    torch.manual_seed(seed)
    return Recurrent(case[0], INPUTS, H, dtype=torch.float64, **case[1])


def read(layer, state=None, x=X, **held):
    with layer.intervene(**held):
        output, _ = layer(x, state)
    return output.detach().numpy(), layer.recording


def states_at(layer, value):
    """Initial states that are not zero."""
    shape = (1, B, H)
    states = [torch.full(shape, value, dtype=torch.float64) for _ in layer.cell.states]
    return states[0] if len(states) == 1 else tuple(states)


GATES = {
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "hard_sigmoid": lambda a: np.clip(a / 6 + 0.5, 0, 1),
    "relu": lambda a: np.maximum(a, 0),
}


def plain_rnn(layer, gate_inside):
    """h = tanh(W x + b_i + U h + b_h) with the candidate's rows, a reset gate before or after U as given."""
    p = {name: weight.detach().numpy() for name, weight in layer.weights().items()}
    cell = layer.cell
    block = slice(*(k * H for k in (cell.block_names.index("n"), cell.block_names.index("n") + 1)))
    W, U = p["weight_ih"][block], p["weight_hh"][block]
    b_i, b_h = p["bias_ih"][block], p["bias_hh"][block]
    h, outputs = np.zeros((B, H)), []
    for x in X.numpy():
        gate = 1.0
        if gate_inside:
            k = cell.block_names.index(gate_inside)
            r = slice(k * H, k * H + H)
            a = (
                x @ p["weight_ih"][r].T
                + p["bias_ih"][r]
                + h @ p["weight_hh"][r].T
                + p["bias_hh"][r]
            )
            gate = GATES[cell.options["gate_activation"]](a)
        if gate_inside and cell.options["reset"] == "after":
            h = np.tanh(x @ W.T + b_i + gate * (h @ U.T + b_h))
        else:
            h = np.tanh(x @ W.T + b_i + (gate * h) @ U.T + b_h)
        outputs.append(h)
    return np.stack(outputs)


@pytest.mark.parametrize("case", GATED, ids=name_of)
def test_where_a_state_of_its_own_is_carried(case):
    layer = layer_of(case)
    cell = layer.cell
    if cell.states[-1] == "h":
        return
    sentence = describe_held_gate(cell)
    assert "Hold f at 1: c is never erased, only added to" in sentence
    _, recording = read(layer, states_at(layer, 0.7), f=1.0)
    c, c_prev = recording["c"].values, recording[0, "forward"]["c_prev"].values
    added = recording["i"].values * recording["g"].values
    np.testing.assert_allclose(c - c_prev, added, atol=1e-12)
    np.testing.assert_allclose(c[-1], 0.7 + added.sum(0), atol=1e-12)
    assert "at 0 c is erased at every step" in sentence
    _, one = read(layer, states_at(layer, 0.7), f=0.0)
    np.testing.assert_allclose(one["c"].values, one["i"].values * one["g"].values, atol=1e-12)
    assert "(h still feeds back)" in sentence
    first = layer_of(case)
    other = states_at(layer, 0.0)
    outputs = [read(first, state, f=0.0)[0] for state in (states_at(first, 0.7), other)]
    assert np.abs(outputs[0] - outputs[1]).max() > 1e-6, "the first h reaches the later ones"


@pytest.mark.parametrize("case", GATED, ids=name_of)
def test_where_h_itself_is_carried(case):
    layer = layer_of(case)
    cell = layer.cell
    gate = cell.carry_gate
    if cell.states[-1] != "h" or not cell.carry_replaces:
        return
    sentence = describe_held_gate(cell)
    keeps = 1.0 if cell.carry_keeps else 0.0
    assert f"Hold {gate} at {keeps:.0f}: h never changes, so nothing is ever written" in sentence
    for start in (0.0, 0.6):
        output, _ = read(layer, states_at(layer, start), **{gate: keeps})
        np.testing.assert_allclose(output, np.full_like(output, start), atol=1e-12)
    output, _ = read(layer, **{gate: 1 - keeps})
    inside = next((g for g in cell.gates if g != gate), "")
    np.testing.assert_allclose(output, plain_rnn(layer, inside), atol=1e-12)
    assert f"at {1 - keeps:.0f} the {cell.title} becomes a plain RNN" in sentence
    assert ("with a reset gate" in sentence) == bool(inside)


def test_a_state_h_that_is_only_added_to_is_not_said_to_be_replaced():
    class Adding(NoReset):
        def equations(self):
            return {
                **super().equations(),
                "h": Formula((times(Ref("z"), Ref("h", -1)), times(Ref("n")))),
            }

    sentence = describe_held_gate(Adding("sigmoid"))
    assert sentence.startswith("Hold z at 1: h is never erased, only added to; at 0 h is erased")


@pytest.mark.parametrize("case", GATED, ids=name_of)
def test_the_other_gates(case):
    layer = layer_of(case)
    cell, sentences = layer.cell, describe_other_gates(layer.cell)
    for gate in cell.gates:
        if gate == cell.carry_gate:
            continue
        assert f"Hold {gate} at 1" in sentences
        open_, shut = (read(layer, states_at(layer, 0.6), **{gate: v})[1] for v in (1.0, 0.0))
        if gate == "o":
            assert "all of c is shown; at 0 h is 0, and c goes on unseen" in sentences
            phi = {"tanh": np.tanh, "relu": lambda a: np.maximum(a, 0)}.get(
                cell.options["activation"],
                {"identity": lambda a: a, "sigmoid": lambda a: 1 / (1 + np.exp(-a))}.get(
                    cell.options["activation"]
                ),
            )
            np.testing.assert_allclose(open_["h"].values, phi(open_["c"].values), atol=1e-12)
            assert not shut["h"].values.any()
            assert np.abs(np.diff(shut["c"].values, axis=0)).max() > 0
        elif gate == "i":
            assert "every candidate is added in full; at 0 nothing is ever added to c" in sentences
            c, c_prev = (open_[0, "forward"][n].values for n in ("c", "c_prev"))
            kept = open_["f"].values * c_prev
            np.testing.assert_allclose(c - kept, open_["g"].values, atol=1e-12)
            c, c_prev = (shut[0, "forward"][n].values for n in ("c", "c_prev"))
            np.testing.assert_allclose(c, shut["f"].values * c_prev, atol=1e-12)
        else:
            assert (
                "the candidate sees all of the last state; at 0 it sees the input alone"
                in sentences
            )
            from_here = read(layer, states_at(layer, 0.6), **{gate: 0.0})[1]["n"].values
            from_there = read(layer, states_at(layer, -0.4), **{gate: 0.0})[1]["n"].values
            np.testing.assert_allclose(from_here, from_there, atol=1e-12)
            k = cell.block_names.index("n")
            p = {n: w.detach().numpy()[k * H : k * H + H] for n, w in layer.weights().items()}
            h_prev = open_[0, "forward"]["h_prev"].values
            full = X.numpy() @ p["weight_ih"].T + p["bias_ih"] + h_prev @ p["weight_hh"].T
            np.testing.assert_allclose(open_["n"].values, np.tanh(full + p["bias_hh"]), atol=1e-12)


def test_a_cell_without_gates_has_no_sentence():
    assert describe_held_gate(CELLS["rnn"]()) == ""
    assert describe_other_gates(CELLS["rnn"]()) == ""


def test_the_words():
    assert describe_held_gate(CELLS["gru"]()) == (
        "Hold z at 1: h never changes, so nothing is ever written; at 0 the GRU becomes a plain RNN with a "
        "reset gate."
    )
    assert describe_held_gate(CELLS["mgu"]()).startswith("Hold f at 0: h never changes")
