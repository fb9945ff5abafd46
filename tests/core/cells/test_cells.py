"""Every cell, option, depth, direction and shape against plain autograd, in float64."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.layers.recurrent import Recurrent
from tests.helpers import reference

OPTIONS = [
    *[("rnn", {"activation": a}) for a in ("tanh", "relu", "sigmoid", "identity")],
    *[("lstm", {"peephole": p, "forget_bias": f}) for p in (False, True) for f in (None, 1.0)],
    *[
        ("lstm", {"peephole": a == "relu", "activation": a})
        for a in ("relu", "sigmoid", "identity")
    ],
    *[("gru", {"reset": r}) for r in ("after", "before", "none")],
]
CLOSE = 1e-9


def name_of(case) -> str:
    cell, options = case
    return cell + "-" + "-".join(str(v) for v in options.values())


def assert_close(ours, theirs, what: str, tolerance: float = CLOSE) -> None:
    ours = torch.tensor(ours) if isinstance(ours, np.ndarray) else ours
    error = (ours - theirs).abs().max().item()
    assert error <= tolerance * max(1.0, theirs.abs().max().item()), f"{what}: off by {error:.1e}"


def compare(case, T, B, inputs, H, layers, bidirectional, bias, lengths, seed, observers=0):
    cell, options = case
    if not bias:
        options = {k: v for k, v in options.items() if k != "forget_bias"}
    torch.manual_seed(seed)
    layer = Recurrent(
        cell,
        inputs,
        H,
        num_layers=layers,
        bidirectional=bidirectional,
        bias=bias,
        dtype=torch.float64,
        **options,
    )
    shape = (layers * len(layer.directions), B, H)
    x = torch.randn(T, B, inputs, dtype=torch.float64, requires_grad=True)
    state = [torch.randn(shape, dtype=torch.float64, requires_grad=True) for _ in layer.cell.states]
    weight = torch.randn(T, B, H * len(layer.directions), dtype=torch.float64)
    ends = [torch.randn(shape, dtype=torch.float64) for _ in state]

    def loss(output, last):
        return (output * weight).sum() + sum((s * e).sum() for s, e in zip(last, ends, strict=True))

    def gradients():
        leaves = {
            "x": x,
            **{f"initial {n}": s for n, s in zip(layer.cell.states, state, strict=True)},
        }
        leaves |= dict(layer.named_parameters())
        found = {n: v.grad for n, v in leaves.items()}
        for v in leaves.values():
            v.grad = None
        return found

    output, last, kept = reference.run(layer, x, state, lengths or [T] * B)
    if observers:  # they are watched, and teach nothing: a separate pass gives their own gradients
        loss(output, last).backward()
        everything = gradients()
        kept_all = kept
        output, last, kept = reference.run(layer, x, state, lengths or [T] * B)
        taught = [slice(None), slice(0, B - observers)]
        (
            (output * weight)[:, taught[1]].sum()
            + sum((s * e)[:, taught[1]].sum() for s, e in zip(last, ends, strict=True))
        ).backward()
        theirs = gradients()
        for leaf in theirs:
            if leaf == "x" or leaf.startswith("initial"):
                theirs[leaf] = everything[leaf]
        kept = kept_all
    else:
        loss(output, last).backward()
        theirs = gradients()

    given_state = state[0] if len(state) == 1 else tuple(state)
    ours, ours_last = layer(x, given_state, lengths, observers)
    ours_last = [ours_last] if isinstance(ours_last, torch.Tensor) else list(ours_last)
    loss(ours, ours_last).backward()
    label = name_of(case)
    assert_close(ours, output, f"{label} output")
    for n, a, b in zip(layer.cell.states, ours_last, last, strict=True):
        assert_close(a, b, f"{label} last {n}")
    recording = layer.recording
    for key, values in kept.items():
        arrays = recording[key].arrays()
        for (name, t, b), value in values.items():
            assert_close(arrays[name][t, b], value.detach(), f"{label} {key} {name} at t={t}")
            assert_close(arrays[f"d{name}"][t, b], value.grad, f"{label} {key} d{name} at t={t}")
    for name, grad in gradients().items():
        assert_close(grad, theirs[name], f"{label} gradient of {name}")
    return layer, recording


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bias", [False, True])
def test_equals_autograd(case, layers, bidirectional, bias):
    compare(case, 5, 3, 2, 4, layers, bidirectional, bias, None, 0)


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_unequal_lengths_equal_autograd(case, bidirectional):
    compare(case, 6, 4, 2, 3, 2, bidirectional, True, [2, 6, 1, 5], 1)


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
@pytest.mark.parametrize("lengths", [None, [3, 2, 5, 4]])
def test_observers_are_watched_and_teach_nothing(case, lengths):
    compare(case, 5, 4, 2, 3, 2, True, True, lengths, 2, observers=2)


@given(data=st.data(), case=st.sampled_from(OPTIONS), seed=st.integers(0, 10**6))
@settings(max_examples=40)
def test_any_shape_equals_autograd(data, case, seed):
    T, B, inputs, H = (data.draw(st.integers(1, 5), label=n) for n in "TBIH")
    lengths = data.draw(st.none() | st.lists(st.integers(1, T), min_size=B, max_size=B))
    layers, both, bias = (
        data.draw(st.integers(1, 3)),
        data.draw(st.booleans()),
        data.draw(st.booleans()),
    )
    compare(case, T, B, inputs, H, layers, both, bias, lengths, seed)


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
@pytest.mark.parametrize("H", [6, 300])  # 300: the weight gradient takes the way for large matrices
def test_shares_are_the_norms_of_each_steps_term(case, H):
    T, B = 4, 3
    torch.manual_seed(0)
    layer = Recurrent(case[0], 2, H, dtype=torch.float64, **case[1])
    output, _ = layer(torch.randn(T, B, 2, dtype=torch.float64))
    (output**2).sum().backward()
    trace = layer.recording[0, "forward"]
    arrays = {k: torch.tensor(v) for k, v in trace.arrays().items()}
    squares, total = torch.zeros(T, dtype=torch.float64), []
    for deltas, state in layer.cell.recurrent_terms:
        d = torch.cat([arrays[f"d{a}"] for a in deltas], 2)
        terms = torch.einsum("tbg,tbh->tgh", d, arrays[state])
        squares += terms.square().sum((1, 2))
        total.append(terms.sum(0))
    assert_close(trace.shares, squares.sqrt(), f"{name_of(case)} shares")
    assert_close(torch.cat(total), layer.weight_hh_l0.grad, f"{name_of(case)} sum of the terms")
    one = layer.recording.sequence(1)[0, "forward"]
    d1 = torch.cat(
        [
            torch.cat([arrays[f"d{a}"] for a in ds], 2)[:, 1]
            for ds, _ in layer.cell.recurrent_terms[:1]
        ],
        1,
    )
    if len(layer.cell.recurrent_terms) == 1:
        expected = d1.norm(dim=1) * arrays["h_prev"][:, 1].norm(dim=1)
        assert_close(one.shares, expected, f"{name_of(case)} shares of one sequence")


TORCH = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("cell", "layers", "bidirectional", "bias", "activation"),
    [
        (cell, *rest)
        for cell, *rest in itertools.product(
            TORCH, (1, 2), (False, True), (False, True), ("tanh", "relu")
        )
        if cell == "rnn" or rest[-1] == "tanh"
    ],
)
def test_equals_torch_nn_both_ways(cell, layers, bidirectional, bias, activation, dtype):
    torch.manual_seed(0)
    options = {"nonlinearity": activation} if cell == "rnn" else {}
    module = TORCH[cell](
        3, 5, layers, bias=bias, bidirectional=bidirectional, dtype=dtype, **options
    )
    layer = Recurrent.from_torch(module)
    x = torch.randn(9, 4, 3, dtype=dtype)
    tolerance = 1e-6 if dtype == torch.float32 else 1e-12
    theirs, last = module(x)
    ours, ours_last = layer(x)
    assert_close(ours, theirs, f"{cell} output", tolerance)
    assert_close(
        ours_last if cell != "lstm" else torch.cat(ours_last),
        last if cell != "lstm" else torch.cat(last),
        f"{cell} last state",
        tolerance,
    )
    assert list(layer.state_dict()) == list(module.state_dict())
    back = layer.to_torch()
    for name, weight in module.state_dict().items():
        assert torch.equal(weight, back.state_dict()[name]), name
    assert_close(back(x)[0], theirs, "there and back", 0)


@pytest.mark.parametrize("cell", TORCH)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_unequal_lengths_equal_packed_sequences(cell, bidirectional):
    torch.manual_seed(0)
    module = TORCH[cell](3, 5, 2, bidirectional=bidirectional, dtype=torch.float64)
    layer = Recurrent.from_torch(module)
    x, lengths = torch.randn(7, 4, 3, dtype=torch.float64), torch.tensor([3, 7, 1, 5])
    packed = nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
    theirs, last = module(packed)
    theirs, _ = nn.utils.rnn.pad_packed_sequence(theirs)
    ours, ours_last = layer(x, None, lengths)
    assert_close(ours, theirs, "output", 1e-12)
    for a, b in zip(
        ours_last if cell == "lstm" else [ours_last],
        last if cell == "lstm" else [last],
        strict=True,
    ):
        assert_close(a, b, "last state", 1e-12)
    weight = torch.randn_like(ours)
    (ours * weight).sum().backward()
    (theirs * weight).sum().backward()
    for (name, p), q in zip(module.named_parameters(), layer.parameters(), strict=True):
        assert_close(q.grad, p.grad, f"gradient of {name}")


@pytest.mark.parametrize("cell", TORCH)
def test_torchs_initialisation_draws_torchs_numbers(cell):
    torch.manual_seed(3)
    module = TORCH[cell](3, 5, 2, bidirectional=True)
    torch.manual_seed(3)
    layer = Recurrent(cell, 3, 5, num_layers=2, bidirectional=True)
    for (name, p), q in zip(module.named_parameters(), layer.parameters(), strict=True):
        assert torch.equal(p, q), name


def test_padding_never_does_harm():
    """A relu network that explodes on the padding: 0 * inf must not reach a gradient."""
    layer = Recurrent("rnn", 1, 4, activation="relu", dtype=torch.float32)
    with torch.no_grad():
        layer.weight_hh_l0.fill_(1e9)
        layer.bias_ih_l0.fill_(1.0)
    x = torch.full((40, 2, 1), float("nan"))
    x[:2] = 0.5
    output, _ = layer(x, None, [2, 2])
    output.sum().backward()
    assert all(p.grad.isfinite().all() for p in layer.parameters())
    assert (output[2:] == 0).all()
