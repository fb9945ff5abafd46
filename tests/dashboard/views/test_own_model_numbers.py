"""A checkpoint trained outside the project: the pages' numbers are those of `watch`, and of autograd on torch."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor

from core.analysis.gradients import jacobians
from core.analysis.unit_order import order_units
from core.io.user_sequences import draw_numbers
from core.io.watch import watch
from core.layers.recording import Recording
from dashboard.figures.distributions import distribution_figure
from dashboard.figures.gates import over_time_figure
from dashboard.figures.saturation import half_life_figure, saturation_figure
from dashboard.session import inspected
from dashboard.views.gradients import triangle
from dashboard.views.unrolled import slow_motion, wire
from tests.helpers.own_model import CLOSE, H, T, decoded, inspect_translator, opened
from tests.helpers.tiny_checkpoint import Tagger, trained


@pytest.fixture(scope="module", params=[torch.float32, torch.float64], ids=["float32", "float64"])
def theirs(request) -> Tagger:
    return trained(request.param)


def sequence(theirs: Tagger) -> Tensor:
    return draw_numbers(3, T, 1)[0].to(theirs.head.weight.dtype)


def watched(theirs: Tagger, loss: str = "last state") -> tuple[Recording, float]:
    """The same in a script: the model itself, `watch`, and the loss by hand."""
    with watch(theirs) as recordings:
        output, (h, _) = theirs.rnn(sequence(theirs))
        scalar = h[-2:].norm() if loss == "last state" else output.sum()
        scalar.backward()
    theirs.zero_grad()
    return recordings["rnn"], scalar.item()


def one_step(theirs: Tagger, layer: int, direction: str) -> Callable[..., tuple[Tensor, Tensor]]:
    """(x, h, c) -> (h, c), after the formulas in torch's documentation of nn.LSTM."""
    suffix = "_reverse" if direction == "reverse" else ""
    W, U, b, b2 = (
        getattr(theirs.rnn, f"{name}_l{layer}{suffix}")
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )

    def step(x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        i, f, g, o = (x @ W.T + b + h @ U.T + b2).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c

    return step


def by_torch(
    theirs: Tagger, x: Tensor
) -> tuple[Tensor, dict[tuple[int, str], dict[str, list[Tensor]]]]:
    """The LSTM step by step, so that autograd can be asked about any state."""
    states: dict[tuple[int, str], dict[str, list[Tensor]]] = {}
    below = [x[t] for t in range(len(x))]
    for layer in range(2):
        sides = []
        for direction in ("forward", "reverse"):
            step = one_step(theirs, layer, direction)
            h = c = x.new_zeros(1, H)
            hs: list[Any] = [None] * len(x)
            cs: list[Any] = [None] * len(x)
            order = range(len(x)) if direction == "forward" else reversed(range(len(x)))
            for t in order:
                h, c = step(below[t], h, c)
                hs[t], cs[t] = h, c
            states[layer, direction] = {"h": hs, "c": cs}
            sides.append(hs)
        below = [torch.cat(pair, 1) for pair in zip(*sides, strict=True)]
    return torch.stack(below), states


def test_the_gradient_enters_the_reverse_direction_of_an_encoder_at_its_first_step():
    subject = inspect_translator()
    header, _numbers = decoded(triangle.encode_own(inspected.inspect_model(subject)))
    (reverse,) = (trace for trace in header["traces"] if trace["reverse"])
    assert reverse["origins"] == [0, 0, 0]
    assert all(1 <= steps <= 4 for steps in reverse["horizons"])


@pytest.mark.parametrize("loss", ["last state", "all states"])
def test_the_unrolled_page_is_told_the_numbers_of_watch(theirs, loss):
    subject = opened(theirs, loss)
    expected, scalar = watched(theirs, loss)
    seen = inspected.inspect_model(subject)
    scope, _cut = slow_motion.read_sequence(subject, seen.run, 0)
    header, numbers = decoded(wire.encode_reading(seen.run, None, scope, None, 0, "own", seen.file))
    at = 0
    for key, shares in zip(expected.layers, header["shares"], strict=True):
        arrays = expected[key].arrays()
        for name in header["order"]:
            block = numbers[at : at + T * H].reshape(T, H)
            np.testing.assert_allclose(block, arrays[name][:, 0], **CLOSE)
            at += T * H
        np.testing.assert_allclose(shares, cast(Any, expected[key].shares), rtol=1e-4)
    assert at == len(numbers)
    assert header["loss"] == pytest.approx(scalar, rel=1e-5)
    assert len(header["losses"]) == (1 if loss == "last state" else T)
    assert sum(header["losses"]) == pytest.approx(scalar, rel=1e-5)


def test_the_gates_page_draws_the_numbers_of_watch(theirs):
    seen = inspected.inspect_model(opened(theirs))
    expected, _scalar = watched(theirs)
    for key in expected.layers:
        trace, other = seen.recording[key], expected[key]
        over_time = over_time_figure(trace, seen.symbols, "own", order_units(trace, "number"))
        for heat, name in zip(over_time["data"], ("i", "f", "g", "o", "c", "h"), strict=True):
            np.testing.assert_allclose(heat["z"], other[name].values[:, 0].T, **CLOSE)
        marks = saturation_figure(trace, "own")["data"][1:]
        for mark, gate in zip(marks, ("i", "f", "o"), strict=True):
            values = other[gate].values[:, 0]
            np.testing.assert_allclose(mark["x"], (values < 0.1).mean(0))
            np.testing.assert_allclose(mark["y"], (values > 0.9).mean(0))
        lives = np.log(0.5) / np.log(other["f"].values[:, 0].astype(np.float64)).mean(0)
        (half_life,) = half_life_figure(trace, None, "own")["data"]
        np.testing.assert_allclose(half_life["y"], np.sort(lives)[::-1], rtol=1e-4)
        bars = {bar["name"]: bar["y"] for bar in distribution_figure(trace, "own")["data"]}
        for name, span in (("f", (0, 1)), ("h", (-1, 1))):
            counts = np.histogram(other[name].values, len(bars[name]), span)[0]
            np.testing.assert_allclose(bars[name], counts / (T * H))


@pytest.mark.parametrize("loss", ["last state", "all states"])
def test_the_triangle_is_that_of_autograd_on_the_torch_model(theirs, loss):
    subject = opened(theirs, loss)
    header, numbers = decoded(triangle.encode_own(inspected.inspect_model(subject)))
    output, states = by_torch(theirs, sequence(theirs))
    torch.testing.assert_close(output, theirs.rnn(sequence(theirs))[0])
    last = torch.cat([output[-1, :, :H], output[0, :, H:]], 1)
    losses = [last.norm()] if loss == "last state" else list(output.sum((1, 2)))
    assert header["at"] == ([T - 1] if loss == "last state" else list(range(T)))
    assert header["trains"] is False
    matrices = numbers.reshape(len(header["traces"]), len(losses), T)
    keys = [(q, key) for q in ("h", "c") for key in states]
    for matrix, (quantity, key) in zip(matrices, keys, strict=True):
        for row, scalar in zip(matrix, losses, strict=True):
            grads = torch.autograd.grad(
                scalar, states[key][quantity], retain_graph=True, allow_unused=True
            )
            sizes = [0.0 if g is None else g.norm().item() for g in grads]
            np.testing.assert_allclose(row, sizes, **CLOSE)
    titles = [trace["title"] for trace in header["traces"]]
    assert titles[:4] == [
        "h · layer 1 · →",
        "h · layer 1 · ←",
        "h · layer 2 · →",
        "h · layer 2 · ←",
    ]


def test_the_jacobians_are_those_of_autograd_on_the_torch_model(theirs):
    subject = opened(theirs)
    subject.read()
    by_layer = jacobians(subject.layers[""])
    x = sequence(theirs)
    _output, states = by_torch(theirs, x)
    for key, state in states.items():
        below = x
        if key[0]:
            sides = [torch.stack(states[0, d]["h"]) for d in ("forward", "reverse")]
            below = torch.cat(sides, 2)
        step, order = one_step(theirs, *key), list(range(T))
        if key[1] == "reverse":
            order.reverse()
        for k in range(1, T):
            now, before = order[k], order[k - 1]
            J = torch.autograd.functional.jacobian(
                partial(step, below[now].detach()),
                (state["h"][before].detach(), state["c"][before].detach()),
            )
            expected = torch.cat([torch.cat([d[0, :, 0] for d in row], 1) for row in J])
            np.testing.assert_allclose(by_layer[key][k, 0], expected.detach().numpy(), **CLOSE)
