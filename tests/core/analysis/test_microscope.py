"""What the microscope shows recomputes to what was recorded: every number of every cell."""

import numpy as np
import pytest
import torch

from core.analysis.consumers import find_consumers
from core.analysis.inspection import inspect_layer, inspect_trainer
from core.analysis.microscope import Microscope, Place
from core.layers.interventions import Intervention
from core.layers.recurrent import Recurrent
from core.training.trainer import Experiment, Trainer
from tests.helpers.cells import OPTIONS, name_of
from tests.helpers.own_model import inspect_translator

T, H = 5, 3


def scope_of(case, truncate=0, intervention=None, layers=2, bidirectional=True):
    torch.manual_seed(5)
    layer = Recurrent(
        case[0],
        2,
        H,
        num_layers=layers,
        bidirectional=bidirectional,
        truncate=truncate,
        dtype=torch.float64,
        **case[1],
    )
    layer.intervention = intervention
    x = torch.randn(T, 1, 2, dtype=torch.float64)
    weight = torch.randn(H * len(layer.directions), dtype=torch.float64)
    symbols = tuple("abcde")
    return Microscope(inspect_layer(layer, x, symbols, lambda h: (h * weight).sum(), (1, 4)))


def every_place(scope):
    for part, stack in scope.stacks.items():
        for (layer, direction), arrays in stack.arrays.items():
            for name in scope.formulas():
                for t in range(stack.start, stack.start + stack.T):
                    for unit in range(arrays["h"].shape[1]):
                        yield Place(name, t, unit, part, layer, direction)


def check(scope, rtol, atol):
    """All recomputed; how many numbers a formula gave, and how many an intervention held."""
    counts = {False: 0, True: 0}
    for place in every_place(scope):
        found = scope.explain(place)
        np.testing.assert_allclose(found.total, found.value, rtol, atol, err_msg=str(place))
        recorded = scope.reading.recording[place.layer, place.direction][
            place.name.removeprefix("d")
        ]
        numbers = recorded.grads if place.name.startswith("d") else recorded.values
        assert found.value == numbers[place.t, 0, place.unit], place
        for part in found.terms:
            if part.left is not None:
                np.testing.assert_allclose(part.value, (part.left * part.right).sum(), 1e-9, 1e-12)
        counts[found.clamped] += 1
    return counts


def test_a_swapped_convention():
    scope = scope_of(("gru", {"reset": "after"}), intervention=Intervention(reset="before"))
    assert "q" in scope.formulas()
    check(scope, 1e-9, 1e-12)


RUNS = [
    {"task": "names", "bidirectional": True},
    {"task": "text", "cell": "lstm", "num_layers": 2},
    {"task": "translate", "cell": "lstm", "num_layers": 2},
    {"task": "translate", "cell": "gru", "attention": True},
    {"task": "translate", "cell": "rnn"},
    {"task": "adding", "length": 9, "cell": "rnn", "truncate": 4},
]


@pytest.mark.parametrize("settings", RUNS, ids=lambda s: "-".join(map(str, s.values())))
def test_every_number_of_a_run(settings):
    trainer = Trainer(Experiment(**{"hidden_size": 4, **settings}))
    for _ in range(3):
        next(trainer)
    assert check(Microscope(inspect_trainer(trainer)), 2e-4, 2e-7)[True] == 0


def test_every_number_of_a_whole_model_whose_encoder_reads_from_both_ends():
    scope = Microscope(inspect_translator())
    assert [*scope.stacks["encoder"].arrays] == [(0, "forward"), (0, "reverse")]
    assert [*scope.stacks["decoder"].arrays] == [(0, "forward")]
    check(scope, 2e-4, 2e-7)
    first = Place("dh", 4, 1, "decoder")
    assert {Place("dh", 3, 1, "encoder"), Place("dh", 0, 1, "encoder", 0, "reverse")} <= {
        *find_consumers(scope, first)
    }


def test_what_one_clicks_on_is_there():
    scope = scope_of(("lstm", {"peephole": True}))
    found = scope.explain(Place("dc", 2, 1))
    names = {(place.name, place.t) for part in found.terms for place in part.places}
    assert {("dh", 2), ("o", 2), ("c", 2), ("dc", 3), ("f", 3), ("da_o", 2), ("da_i", 3)} <= names
    for part in found.terms:
        for place in part.places:
            scope.explain(place)
    back = scope.explain(Place("dh", 2, 1, direction="reverse"))
    assert {p.t for term in back.terms for p in term.places if term.note != "above"} == {1}


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_the_terms_of_a_weights_gradient_add_up(case):
    scope = scope_of(case)
    layer = scope.inspection.layers[""]
    scope.inspection.loss(scope.inspection.run(1)).backward()
    for key in scope.stacks[""].arrays:
        grad = layer.weights(*key)["weight_hh"].grad.numpy()
        deltas = [f"d{d}" for deltas, _ in layer.cell.recurrent_terms for d in deltas]
        for block, name in enumerate(deltas):
            weight = scope.explain_weight(Place(name, 0, 1, "", *key), 2)
            assert weight.row == block * H + 1
            assert weight.gate == layer.cell.block_names[block]
            torchs = dict(layer.named_parameters())[weight.parameter].grad[weight.row, 2].item()
            assert torchs == grad[block * H + 1, 2]
            np.testing.assert_allclose(weight.terms.sum(), torchs, 1e-9, 1e-12)
            recorded = scope.reading.recording[key]
            for k, t in enumerate(weight.state_steps):
                before = recorded[weight.state_name].values[t, 0, 2] if 0 <= t < T else 0
                assert weight.states[k] == before


@pytest.mark.parametrize(
    "place",
    [
        Place("y", 0, 0),
        Place("h", 9, 0),
        Place("h", 0, 99),
        Place("h", 0, 0, "", 5),
        Place("h", 0, 0, "x"),
    ],
)
def test_a_place_that_is_not_there(place):
    with pytest.raises(LookupError, match="place: expected"):
        scope_of(("gru", {})).explain(place)
