"""Interventions and truncation against plain autograd with the same thing held, in float64."""

import numpy as np
import pytest
import torch

from core.cells import CELLS
from core.layers.interventions import Clamp, Edit, Intervention
from core.layers.recurrent import Recurrent
from tests.helpers import reference
from tests.helpers.cells import OPTIONS, assert_close, name_of

T, B, INPUTS, H = 5, 2, 2, 3


def make(case, layers=1, bidirectional=False, bias=True):
    torch.manual_seed(1)
    cell, options = case
    if not bias:
        options = {k: v for k, v in options.items() if k != "forget_bias"}
    return Recurrent(
        cell,
        INPUTS,
        H,
        num_layers=layers,
        bidirectional=bidirectional,
        bias=bias,
        dtype=torch.float64,
        **options,
    )


def compare(layer, label, hold=reference.free, truncate=0, options=None, lengths=None, held=()):
    """Values, total gradients and parameter gradients of the layer against the reference.

    held: names whose units are constants; theirs has gradients only where something is computed.
    """
    torch.manual_seed(2)
    D = len(layer.directions)
    x = torch.randn(T, B, INPUTS, dtype=torch.float64, requires_grad=True)
    shape = (layer.num_layers * D, B, H)
    state = [torch.randn(shape, dtype=torch.float64, requires_grad=True) for _ in layer.cell.states]
    weight = torch.randn(T, B, H * D, dtype=torch.float64)
    ends = [torch.randn(shape, dtype=torch.float64) for _ in state]
    leaves = {"x": x, **dict(layer.named_parameters())}
    leaves |= {f"initial {k}": s for k, s in enumerate(state)}

    def gradients(output, last):
        loss = (output * weight).sum() + sum((s * e).sum() for s, e in zip(last, ends, strict=True))
        loss.backward()
        found = {n: torch.zeros_like(v) if v.grad is None else v.grad for n, v in leaves.items()}
        for v in leaves.values():
            v.grad = None
        return found

    output, last, kept = reference.run(layer, x, state, lengths or [T] * B, hold, truncate, options)
    theirs = gradients(output, last)
    ours, ours_last = layer(x, state[0] if len(state) == 1 else tuple(state), lengths)
    ours_last = [ours_last] if isinstance(ours_last, torch.Tensor) else list(ours_last)
    found = gradients(ours, ours_last)
    assert_close(ours, output, f"{label} output")
    for key, values in kept.items():
        arrays = layer.recording[key].arrays()
        for (name, t, b), value in values.items():
            if held and (name.startswith("a") or name == "u"):
                continue  # the pre-activation of a held gate is whatever gives the held value
            assert_close(arrays[name][t, b], value.detach()[0], f"{label} {key} {name} at {t}")
            if value.grad is not None:
                grad = arrays[f"d{name}"][t, b]
                assert_close(grad, value.grad[0], f"{label} {key} d{name} at {t}")
    for name in leaves:
        assert_close(found[name], theirs[name], f"{label} gradient of {name}")


def holding(quantity, units, value):
    """hold() of the reference: a constant with a gradient of its own in place of what was computed."""

    def hold(name, v):
        if name != quantity:
            return v
        constant = torch.full_like(v, value, requires_grad=True)
        mask = torch.zeros_like(v, dtype=torch.bool)
        mask[:, units] = True
        return torch.where(mask, constant, v)

    return hold


def test_one_layer_and_direction_alone():
    layer = make(("lstm", {}), layers=2, bidirectional=True)
    free = layer(torch.ones(T, B, INPUTS, dtype=torch.float64))[0]
    layer.intervention = Intervention((Clamp("f", 0.5, layer=1, direction="reverse"),))
    held = layer(torch.ones(T, B, INPUTS, dtype=torch.float64))[0]
    assert torch.equal(free[:, :, :H], held[:, :, :H])
    assert not torch.allclose(free[:, :, H:], held[:, :, H:])
    assert np.all(layer.recording[1, "reverse"]["f"].values == 0.5)
    assert not np.any(layer.recording[0, "reverse"]["f"].values == 0.5)


@pytest.mark.parametrize(
    "case", [c for c in OPTIONS if "forget_bias" in CELLS[c[0]]().options], ids=name_of
)
def test_the_forget_bias_is_held(case):
    layer, other = make(case), make(case)
    with torch.no_grad():
        other.bias_ih_l0[H : 2 * H] = 2.5
        other.bias_hh_l0[H : 2 * H] = 0
    x = torch.randn(T, B, INPUTS, dtype=torch.float64)
    with layer.intervene(forget_bias=2.5):
        ours = layer(x)[0]
    theirs = other(x)[0]
    assert torch.equal(ours, theirs)
    ours.sum().backward()
    theirs.sum().backward()
    assert torch.equal(layer.weight_hh_l0.grad, other.weight_hh_l0.grad)
    assert not layer.bias_ih_l0.grad[H : 2 * H].any()
    assert other.bias_ih_l0.grad[H : 2 * H].any()


@pytest.mark.parametrize(("mine", "theirs"), [("after", "before"), ("before", "after")])
def test_the_other_convention_of_a_gru(mine, theirs):
    layer = make(("gru", {"reset": mine}), layers=2, bidirectional=True)
    with layer.intervene(reset=theirs):
        compare(layer, theirs, options={**layer.cell.options, "reset": theirs})
    compare(layer, mine)


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_an_edited_weight(case):
    layer, other = make(case), make(case)
    names = [n for n, _ in layer.named_parameters()]
    places = {n: (1, 0) if getattr(layer, n).dim() == 2 else (1,) for n in names}
    with torch.no_grad():
        for n, place in places.items():
            getattr(other, n)[place] = 0.75
    x = torch.randn(T, B, INPUTS, dtype=torch.float64)
    with layer.intervene(**{n: {place: 0.75} for n, place in places.items()}):
        ours = layer(x)[0]
        ours.square().sum().backward()
    theirs = other(x)[0]
    theirs.square().sum().backward()
    assert torch.equal(ours, theirs)
    for n, place in places.items():
        expected = getattr(other, n).grad.clone()
        expected[place] = 0
        assert torch.allclose(getattr(layer, n).grad, expected, rtol=1e-12, atol=1e-14), n


def test_the_layer_is_free_again_after_an_exception():
    layer = make(("gru", {}))
    with pytest.raises(RuntimeError), layer.intervene(z=1.0):
        raise RuntimeError
    assert layer.intervention is None


@pytest.mark.parametrize(
    "held",
    [
        {"f": 1.0},
        {"h": {H: 0.0}},
        {"z": 1.5},
        {"z": "open"},
        {"n": -2.0},
        {"forget_bias": 1.0},
        {"reset": "sideways"},
        {"weight_hh_l0": {(99, 0): 1.0}},
        {"weight_hh_l0": 3.0},
        {"weight_hh_l7": {(0, 0): 1.0}},
        {"z": float("nan")},
    ],
)
def test_what_cannot_be_held_is_said(held):
    layer = make(("gru", {}))
    with (
        pytest.raises((ValueError, LookupError), match="expected"),
        layer.intervene(**held),
    ):
        pass
    assert layer.intervention is None


def test_json_round_trip():
    act = Intervention(
        (Clamp("f", 0.5, 1, 0, "forward"),), (Edit("weight_hh_l0", (0, 1), 2.0),), 1.0, None
    )
    assert Intervention.from_dict(act.to_dict()) == act
    with pytest.raises(ValueError, match="intervention"):
        Intervention.from_dict({"clamps": [{"gate": "f"}]})


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
@pytest.mark.parametrize("truncate", [1, 2, 4, 9])
def test_truncated_gradients_equal_detached_states(case, truncate):
    layer = make(case, layers=2, bidirectional=True)
    layer.truncate = truncate
    compare(layer, f"{name_of(case)} k={truncate}", truncate=truncate)
    compare(layer, f"{name_of(case)} k={truncate}", truncate=truncate, lengths=[2, 5])
