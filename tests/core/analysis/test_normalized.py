"""Networks with a normalised input projection under the analysis: every number still recomputes, or says why not."""

import numpy as np
import pytest
import torch

from core.analysis.autograd_check import check_against_autograd
from core.analysis.consumers import find_consumers
from core.analysis.gradients import jacobians, loss_to_state, triangle
from core.analysis.inspection import inspect_layer, inspect_trainer
from core.analysis.microscope import Microscope
from core.analysis.parameters import count_parameters
from core.cells.conventions import Convention
from core.layers.normalization import Normalization
from core.layers.recurrent import Recurrent
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.core.analysis.test_microscope import check, every_place

T, H = 5, 3
KINDS = [{}, {"window": 2}, {"recurrence": False, "window": 3}]
CELLS = [("rnn", {}), ("lstm", {}), ("gru", {"reset": "before"}), ("gru", {}), ("mgu", {})]


def inspection_of(case, normalization, **settings):
    torch.manual_seed(5)
    layer = Recurrent(
        case[0],
        2,
        H,
        normalization=normalization,
        dtype=torch.float64,
        **{"num_layers": 2, "bidirectional": True, **settings},
        **case[1],
    ).eval()
    with torch.no_grad():
        for part in layer.normalizations.values():
            part.scale.uniform_(0.5, 1.5)
            if normalization == "batch":
                part.mean.normal_()
                part.variance.uniform_(0.5, 2)
    x = torch.randn(T, 1, 2, dtype=torch.float64)
    weight = torch.randn(H * len(layer.directions), dtype=torch.float64)
    loss = lambda h: (h * weight).sum()  # noqa: E731
    return inspect_layer(layer, x, tuple("abcde"), loss, (1, 4))


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("case", CELLS, ids=str)
@pytest.mark.parametrize("normalization", ["layer", "batch"])
def test_every_number_is_the_one_of_its_formula(case, kind, normalization):
    scope = Microscope(inspection_of(case, normalization, **kind))
    assert check(scope, 1e-9, 1e-12)[True] == 0


@pytest.mark.parametrize("normalization", ["layer", "batch"])
def test_a_book_with_the_gate_turned_round_gives_the_same_sums(normalization):
    scope = Microscope(inspection_of(("gru", {}), normalization))
    turned = scope.in_convention(Convention(frozenset("z"), one_bias=True))
    for place in every_place(turned):
        explanation = turned.explain(place)
        np.testing.assert_allclose(
            explanation.total, explanation.value, 1e-9, 1e-12, err_msg=str(place)
        )


@pytest.mark.parametrize("normalization", ["layer", "batch"])
@pytest.mark.parametrize("kind", KINDS[:2], ids=str)
def test_what_a_number_was_computed_from_goes_into_it(normalization, kind):
    scope = Microscope(inspection_of(("lstm", {}), normalization, **kind))
    reached = set()
    for place in every_place(scope):
        for target in find_consumers(scope, place):
            reached.add((place.name, place.layer, target.name, target.layer))
    assert {("h", 0, "a_f", 1), ("da_f", 1, "dh", 0)} <= reached


@pytest.mark.parametrize("case", CELLS, ids=str)
@pytest.mark.parametrize("normalization", ["layer", "batch"])
@pytest.mark.parametrize("layers", [1, 2])
def test_every_loss_against_every_state_equals_autograd(case, normalization, layers):
    inspection = inspection_of(case, normalization, num_layers=layers)
    lines = triangle(inspection)
    layer = inspection.layers[""]
    for row, k in enumerate(inspection.at):
        inspection.single(inspection.run(1), k).backward()
        for key, norms in lines.h.items():
            expected = np.linalg.norm(layer.recording[key]["h"].grads, axis=2)[:, 0]
            np.testing.assert_allclose(norms[row], expected, 1e-9, 1e-12)
            assert expected.any()


@pytest.mark.parametrize("case", CELLS, ids=str)
def test_the_jacobian_of_a_step_equals_autograd(case):
    """d h_t / d h_{t-1}: the projection of the input is a constant of it."""
    inspection = inspection_of(case, "layer", num_layers=1, bidirectional=False)
    layer = inspection.layers[""]
    states = [
        torch.zeros(1, 1, H, dtype=torch.float64, requires_grad=True) for _ in layer.cell.states
    ]
    x = torch.randn(1, 1, 2, dtype=torch.float64)
    output, _ = layer(x, states[0] if len(states) == 1 else tuple(states))
    J = jacobians(layer)[0, "forward"][0, 0]
    for unit in range(H):
        grads = torch.autograd.grad(output[0, 0, unit], states, retain_graph=True)
        np.testing.assert_allclose(J[unit], torch.cat(grads, 2)[0, 0].numpy(), 1e-9, 1e-12)


def test_losses_are_refused_where_a_normalization_stands_between_layers():
    inspection = inspection_of(("rnn", {}), "layer")
    inspection.run(1)
    with pytest.raises(ValueError, match=r"^normalization: expected off between layers"):
        loss_to_state(inspection.layers[""], [{0: torch.ones(1, 2 * H, dtype=torch.float64)}])


RUNS = [
    {"cell": "rnn", "normalization": "layer"},
    {"cell": "gru", "normalization": "batch", "num_layers": 2, "bidirectional": True},
    {"cell": "lstm", "normalization": "layer", "num_layers": 2, "window": 2},
    {"cell": "lstm", "normalization": "batch", "recurrence": False, "window": 2},
    {"cell": "gru", "reset": "before", "normalization": "layer", "bias": False},
    {"cell": "mgu", "normalization": "batch"},
]


@pytest.mark.parametrize("settings", RUNS, ids=str)
def test_a_run_agrees_with_autograd(settings):
    trainer = Trainer(Experiment(task="names", hidden_size=6, **settings))
    for _ in range(3):
        next(trainer)
    inspection = inspect_trainer(trainer)
    result = check_against_autograd(inspection)
    assert result.numbers
    assert result.wrong == []
    check(Microscope(inspection), 1e-3, 1e-5)
    counted = count_parameters(trainer.experiment)
    assert counted == sum(p.numel() for p in trainer.model.parameters())


def test_the_check_sees_a_wrong_normalization(monkeypatch):
    """It takes nothing from the layer's own normalisation."""
    trainer = Trainer(Experiment(task="names", hidden_size=6, normalization="batch"))
    next(trainer)
    own = Normalization.normalize_in_evaluation
    monkeypatch.setattr(
        Normalization, "normalize_in_evaluation", lambda self, p: own(self, p) * 1.01
    )
    assert check_against_autograd(inspect_trainer(trainer)).wrong
