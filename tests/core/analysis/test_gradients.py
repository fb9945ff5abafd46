"""G, Jacobians and spectra against plain autograd, closed forms and separate backward passes."""

import numpy as np
import pytest
import torch

from core.analysis.gradients import horizon, jacobians, loss_to_state, spectra, triangle
from core.analysis.inspection import inspect_trainer
from core.layers.recurrent import Recurrent
from core.training.trainer import Experiment, Trainer
from tests.helpers import reference
from tests.helpers.cells import OPTIONS, assert_close, name_of
from tests.helpers.own_model import inspect_translator

T, B, INPUTS, H = 5, 2, 2, 3


def make(case, layers=1, bidirectional=False, H=H):
    torch.manual_seed(3)
    return Recurrent(
        case[0],
        INPUTS,
        H,
        num_layers=layers,
        bidirectional=bidirectional,
        dtype=torch.float64,
        **case[1],
    )


def zeros(layer, B=B):
    shape = (layer.num_layers * len(layer.directions), B, layer.hidden_size)
    return [torch.zeros(shape, dtype=torch.float64) for _ in layer.cell.states]


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
@pytest.mark.parametrize(("layers", "bidirectional"), [(1, False), (2, True), (3, False)])
def test_every_loss_against_every_state_equals_autograd(case, layers, bidirectional):
    layer = make(case, layers, bidirectional)
    D = len(layer.directions)
    torch.manual_seed(4)
    x = torch.randn(T, B, INPUTS, dtype=torch.float64)
    # Losses that see one step, or several; one block of columns, or more.
    seen = [(0,), (1,), (4,), (2, 0), (3,), (4, 1)]
    weights = [{t: torch.randn(B, D * H, dtype=torch.float64) for t in steps} for steps in seen]
    layer(x)
    found = loss_to_state(layer, weights)
    output, _, kept = reference.run(layer, x, zeros(layer), [T] * B)
    for k, direct in enumerate(weights):
        for values in kept.values():
            for value in values.values():
                value.grad = None
        sum((output[t] * d).sum() for t, d in direct.items()).backward(retain_graph=True)
        for key, values in kept.items():
            for name in layer.cell.states:
                ours = getattr(found[key], name)
                for t in range(T):
                    for b in range(B):
                        grad = values[name, t, b].grad
                        theirs = torch.zeros(()) if grad is None else grad.norm()
                        what = f"{name_of(case)} {key} G_{name}[{k}, {t}]"
                        assert_close(torch.tensor(ours[k, t, b]), theirs, what)


def test_blocks_of_losses_make_no_difference(monkeypatch):
    layer = make(("lstm", {}), 2, True)
    layer(torch.randn(T, B, INPUTS, dtype=torch.float64))
    direct = [{t: torch.randn(B, 2 * H, dtype=torch.float64)} for t in (2, 0, 4, 1, 3)]
    whole = loss_to_state(layer, direct)
    monkeypatch.setattr("core.analysis.gradients.BLOCK_COLUMNS", 4)
    parts = loss_to_state(layer, direct)
    for key in whole:
        np.testing.assert_allclose(whole[key].h, parts[key].h, rtol=1e-12)
        np.testing.assert_allclose(whole[key].c, parts[key].c, rtol=1e-12)


@pytest.mark.parametrize("w", [0.5, 0.9, 1.0, 1.1, -2.0])
def test_a_linear_network_shrinks_or_grows_by_w_each_step(w):
    layer = Recurrent("rnn", 1, 4, activation="identity", dtype=torch.float64)
    with torch.no_grad():
        layer.weight_hh_l0.copy_(w * torch.eye(4, dtype=torch.float64))
    layer(torch.randn(20, 1, 1, dtype=torch.float64))
    unit = torch.tensor([[1.0, 0, 0, 0]], dtype=torch.float64)
    (found,) = loss_to_state(layer, [{k: unit} for k in range(20)]).values()
    k, t = np.indices((20, 20))
    expected = np.where(t <= k, np.abs(np.float64(w)) ** np.maximum(k - t, 0), 0)
    np.testing.assert_allclose(found.h[:, :, 0], expected, rtol=1e-13, atol=0)
    (J,) = jacobians(layer).values()
    seen = spectra(J[:, 0])
    np.testing.assert_allclose(seen.products[:, 0], expected[-1], rtol=1e-12)
    np.testing.assert_allclose(seen.steps, abs(w), rtol=1e-12)


@pytest.mark.parametrize("w", [1e-1, 1e1])
def test_a_norm_is_known_as_far_as_float32_holds_its_numbers(w):
    layer = Recurrent("rnn", 1, 4, activation="identity")
    with torch.no_grad():
        layer.weight_hh_l0.copy_(w * torch.eye(4))
    layer(torch.zeros(36, 1, 1))
    unit = torch.tensor([[1.0, 0, 0, 0]])
    (found,) = loss_to_state(layer, [{35: unit}]).values()
    np.testing.assert_allclose(
        np.log10(found.h[0, :, 0]), np.log10(w) * (35 - np.arange(36)), atol=1e-3
    )


def test_jacobians_of_a_held_state_are_zero_there():
    layer = make(("gru", {}))
    with layer.intervene(h={1: 0.5}):
        layer(torch.randn(T, B, INPUTS, dtype=torch.float64))
        (J,) = jacobians(layer).values()
    assert not J[:, :, 1].any()
    assert J[:, :, 0].any()


def test_spectra_are_those_of_the_products():
    J = np.random.default_rng(0).normal(size=(4, 3, 3))
    seen = spectra(J)
    np.testing.assert_allclose(seen.steps[2], np.linalg.svd(J[2])[1])
    np.testing.assert_allclose(seen.products[0], np.linalg.svd(J[3] @ J[2] @ J[1])[1])
    np.testing.assert_allclose(seen.products[3], 1)
    J[1] = np.inf
    seen = spectra(J)
    assert np.isnan(seen.products[0]).all()
    assert np.isfinite(seen.products[1]).all()


RUNS = [
    {"task": "names"},
    {"task": "names", "bidirectional": True, "num_layers": 2, "combine": "sum"},
    {"task": "text", "cell": "lstm", "num_layers": 2},
    {"task": "adding", "cell": "lstm", "peephole": True, "length": 12},
    {"task": "subtraction", "cell": "gru", "reset": "before"},
    {"task": "translate"},
    {"task": "translate", "attention": True, "cell": "lstm", "num_layers": 2},
    {"task": "echo", "cell": "rnn", "truncate": 2},
]


@pytest.mark.parametrize("settings", RUNS, ids=lambda s: "-".join(map(str, s.values())))
def test_the_triangle_equals_one_backward_pass_for_each_loss(settings):
    trainer = Trainer(Experiment(**{"hidden_size": 6, **settings}))
    for _ in range(3):
        next(trainer)
    subject = inspect_trainer(trainer)
    before = {n: p.clone() for n, p in trainer.model.named_parameters()}
    found = triangle(subject)
    for layer in subject.layers.values():
        layer.truncate = 0
    for k, step in enumerate(subject.at):
        said = subject.run(1)
        subject.single(said, step).backward()
        recording = trainer.model.recording
        for key in recording.layers:
            for name, ours in (("h", found.h), ("c", found.c)):
                if name in trainer.model.recurrent.cell.states:
                    grads = recording[key][name].grads[: len(subject.symbols), 0]
                    theirs = np.linalg.norm(grads.astype(np.float64), axis=1)
                    np.testing.assert_allclose(ours[key][k], theirs, rtol=2e-4, atol=1e-7)
    assert all(torch.equal(p, before[n]) for n, p in trainer.model.named_parameters())


def test_the_triangle_of_a_decoder_behind_an_encoder_of_two_directions():
    rows = triangle(inspect_translator()).h
    assert [*rows] == [(0, "forward"), (0, "reverse")]
    for k, step in enumerate((4, 5, 6)):
        recording = inspect_translator((step,)).read().recording
        for key, norms in rows.items():
            theirs = np.linalg.norm(recording[key]["h"].grads[:, 0], axis=1)
            assert theirs[:4].all()
            np.testing.assert_allclose(norms[k], theirs, rtol=2e-4, atol=1e-7)


def test_a_sequence_that_nobody_knows_the_answer_of_has_one_loss_of_no_gradient():
    trainer = Trainer(Experiment(task="text", hidden_size=4))
    trainer.set_probe("a")
    subject = inspect_trainer(trainer)
    assert subject.at == (0,)
    found = triangle(subject).h[0, "forward"]
    assert found.shape == (1, 1)
    assert not found.any()


def test_the_reading_of_a_run_is_what_the_trainer_looks_at():
    trainer = Trainer(Experiment(task="text", hidden_size=5, cell="lstm"))
    next(trainer)
    look, reading = trainer.look(), inspect_trainer(trainer).read()
    L = len(look.probe.symbols)
    np.testing.assert_allclose(reading.output, look.output[:, 0], rtol=1e-6)
    np.testing.assert_allclose(
        reading.recording["h"].grads, look.recording["h"].grads[:L], rtol=1e-5, atol=1e-9
    )
    np.testing.assert_allclose(reading.losses.mean(), look.loss, rtol=1e-5)
    assert all(p.grad is None for p in trainer.model.parameters())


def test_the_horizon_is_counted_from_the_loss_backwards():
    row = np.array([1e-6, 0.5, 1e-6, 0.02, 0.5, 1.0, 0.0])
    assert horizon(row, 5) == 3
    assert horizon(np.ones(4), 3) == 4
    assert horizon(np.zeros(4), 3) == 4
    assert horizon(np.full(4, np.nan), 3) == 0


def test_layers_of_unequal_size():
    torch.manual_seed(0)
    layer = Recurrent("lstm", INPUTS, [4, 2], num_layers=2, dtype=torch.float64)
    x = torch.randn(T, B, INPUTS, dtype=torch.float64)
    weights = torch.randn(B, 2, dtype=torch.float64)
    layer(x)
    found = loss_to_state(layer, [{3: weights}])
    output, _ = layer(x)
    (output[3] * weights).sum().backward()
    for key in layer.recording.layers:
        for name in ("h", "c"):
            theirs = np.linalg.norm(layer.recording[key][name].grads, axis=2)
            np.testing.assert_allclose(getattr(found[key], name)[0], theirs, rtol=1e-12)
