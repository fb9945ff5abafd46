"""Normalised input projections against a plain loop in float64 with torch's own layer_norm and batch_norm."""

import pytest
import torch
from torch import nn

from core.layers.recurrent import Recurrent
from tests.helpers import reference
from tests.helpers.cells import OPTIONS, assert_close, name_of

T, B, INPUTS, H = 6, 4, 2, 3
LENGTHS = [2, 6, 1, 5]
CELLS = [("rnn", {}), ("lstm", {"peephole": True}), ("gru", {}), ("gru", {"reset": "before"})]
KINDS = [{}, {"window": 2}, {"recurrence": False, "window": 3}, {"truncate": 2}, {"bias": False}]


def make(case, normalization, **settings):
    torch.manual_seed(1)
    layer = Recurrent(
        case[0],
        INPUTS,
        H,
        normalization=normalization,
        dtype=torch.float64,
        **{"num_layers": 2, "bidirectional": True, **settings},
        **case[1],
    )
    with torch.no_grad():
        for part in layer.normalizations.values():
            part.scale.uniform_(0.5, 1.5)
            if normalization == "batch":
                part.mean.normal_()
                part.variance.uniform_(0.5, 2)
    return layer


def random_input(requires_grad=True):
    return torch.randn(T, B, INPUTS, dtype=torch.float64, requires_grad=requires_grad)


PLANS = [
    *((case, {}) for case in OPTIONS),
    *(
        (case, kind)
        for case in CELLS
        for kind in KINDS[1:]
        if kind.get("recurrence", True) or not case[1].get("peephole")
    ),
]


@pytest.mark.parametrize(("case", "kind"), PLANS, ids=str)
@pytest.mark.parametrize("normalization", ["layer", "batch"])
@pytest.mark.parametrize("training", [True, pytest.param(False, marks=pytest.mark.long)])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_every_value_and_gradient_equals_autograd(case, kind, normalization, training, lengths):
    if kind.get("bias") is False and case[1].get("forget_bias") is not None:
        return
    layer = make(case, normalization, **kind).train(training)
    x, weight = random_input(), torch.randn(T, B, 2 * H, dtype=torch.float64)
    zeros = [torch.zeros(4, B, H, dtype=torch.float64) for _ in layer.cell.states]
    leaves = {"x": x, **dict(layer.named_parameters())}

    def gradients(output, last):
        ((output * weight).sum() + sum(s.square().sum() for s in last)).backward()
        grads = {n: torch.zeros_like(v) if v.grad is None else v.grad for n, v in leaves.items()}
        for v in leaves.values():
            v.grad = None
        return grads

    truncate = kind.get("truncate", 0)
    output, last, steps = reference.run(layer, x, zeros, lengths or [T] * B, truncate=truncate)
    expected = gradients(output, last)
    ours, state = layer(x, None, lengths)
    states = [state] if isinstance(state, torch.Tensor) else state[: len(zeros)]
    found = gradients(ours, states)
    assert_close(ours, output, name_of(case))
    for key, values in steps.items():
        arrays = layer.recording[key].arrays()
        for (name, t, b), value in values.items():
            assert_close(arrays[name][t, b], value.detach()[0], f"{key} {name} at {t}")
            grad = torch.zeros(H) if value.grad is None else value.grad[0]
            assert_close(arrays[f"d{name}"][t, b], grad, f"{key} d{name} at {t}")
    for name, gradient in expected.items():
        assert_close(found[name], gradient, f"gradient of {name}")


def test_the_running_statistics_are_those_of_torch():
    layer = make(("gru", {}), "batch", num_layers=1, bidirectional=False)
    norm = nn.BatchNorm1d(3 * H, dtype=torch.float64)
    norm.running_mean.copy_(layer.normalizations["l0"].mean)
    norm.running_var.copy_(layer.normalizations["l0"].variance)
    for _ in range(3):
        x = random_input(False)
        rows = torch.cat([x[:n, b] for b, n in enumerate(LENGTHS)])
        norm(rows @ layer.weight_ih_l0.T)
        layer(x, None, LENGTHS)
    assert_close(layer.normalizations["l0"].mean, norm.running_mean, "mean")
    assert_close(layer.normalizations["l0"].variance, norm.running_var, "variance")
    before = layer.normalizations["l0"].mean.clone()
    layer.eval()(x)
    assert torch.equal(layer.normalizations["l0"].mean, before)


@pytest.mark.parametrize("normalization", ["layer", "batch"])
def test_an_observer_changes_nothing_and_is_seen_as_in_evaluation(normalization):
    layer = make(("gru", {}), normalization)
    alone = make(("gru", {}), normalization)
    x = random_input(False)
    lengths = [2, 4, 1, 6]  # the observer is the longest
    output, _ = layer(x, None, lengths, observers=1)
    output[:, :3].square().sum().backward()
    output_alone, _ = alone(x[:4, :3], None, lengths[:3])
    output_alone.square().sum().backward()
    assert torch.equal(output[:4, :3], output_alone)
    for ours, theirs in zip(layer.parameters(), alone.parameters(), strict=True):
        assert torch.equal(ours.grad, theirs.grad)
    for ours, theirs in zip(layer.buffers(), alone.buffers(), strict=True):
        assert torch.equal(ours, theirs)
    seen, _ = layer.eval()(x[:, 3:])
    assert_close(seen, output[:, 3:], "observer")


def test_padding_has_no_part():
    layer = make(("lstm", {}), "batch")
    x = random_input(False)
    spoilt = x.clone()
    for b, n in enumerate(LENGTHS):
        spoilt[n:, b] = torch.nan
    other = make(("lstm", {}), "batch")
    for each, inputs in ((layer, x), (other, spoilt)):
        each(inputs, None, LENGTHS)[0].square().sum().backward()
    for ours, theirs in zip(layer.parameters(), other.parameters(), strict=True):
        assert torch.equal(ours.grad, theirs.grad)
        assert ours.grad.isfinite().all()


def test_interventions_hold_under_normalization():
    layer = make(("lstm", {}), "layer", num_layers=1, bidirectional=False)
    x = random_input(False)
    with layer.intervene(f=0.25, weight_ih_l0={(0, 1): 0.5}):
        layer(x)
        assert_close(layer.recording["f"].values, torch.full((T, B, H), 0.25), "held gate")
        edited = layer.weight_ih_l0.detach().clone()
        edited[0, 1] = 0.5
        block = (
            nn.functional.layer_norm(x @ edited[:H].T, (H,)) * layer.normalizations["l0"].scale[:H]
        )
        read = torch.from_numpy(layer.recording[0, "forward"]["x"].values.copy())[:, :, :H]
        assert_close(read, block, "edited projection")


def test_second_derivatives():
    layer = make(("lstm", {}), "layer", bidirectional=False)
    x = torch.randn(3, 2, INPUTS, dtype=torch.float64, requires_grad=True)
    zeros = [torch.zeros(2, 2, H, dtype=torch.float64)] * 2

    def second(output):
        (gradient,) = torch.autograd.grad(output.square().sum(), x, create_graph=True)
        return torch.autograd.grad(gradient.square().sum(), [x, layer.weight_ih_l0])

    expected = second(reference.run(layer, x, zeros, [3, 2])[0])
    for ours, theirs in zip(second(layer(x, None, [3, 2])[0]), expected, strict=True):
        assert_close(ours, theirs, "second derivative")


def test_without_it_the_layer_has_nothing_of_it_and_torch_has_none():
    assert [*Recurrent("gru", 2, 3).state_dict()] == [*nn.GRU(2, 3).state_dict()]
    with pytest.raises(ValueError, match=r"^normalization: expected off for torch\.nn, got batch"):
        Recurrent("gru", 2, 3, normalization="batch").to_torch()
    with pytest.raises(ValueError, match=r"^normalization: expected"):
        Recurrent("gru", 2, 3, normalization="group")
