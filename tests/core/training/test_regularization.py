"""The regulariser of Pascanu, Mikolov & Bengio (2013) against autograd, in float64."""

import pytest
import torch

from core.layers.recurrent import Recurrent
from core.training.experiment import Experiment
from core.training.regularization import add_omega, omega
from core.training.trainer import Trainer

SLOPES = {
    "tanh": lambda h: 1 - h**2,
    "sigmoid": lambda h: h * (1 - h),
    "relu": lambda h: (h > 0).double(),
    "identity": torch.ones_like,
}
PHI = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "identity": lambda a: a,
}
T, B, N, H = 7, 5, 3, 6


def plainly(layer: Recurrent, x: torch.Tensor, dh: torch.Tensor, activation: str):
    """(Omega, its gradient): a loop over the definition, autograd for everything.

    The errors d_t are total derivatives from an unrolled loop of plain torch; then they and the slopes are
    constants, and autograd differentiates the definition of Omega with respect to W.
    """
    p = {name: weight.detach().clone() for name, weight in layer.weights().items()}
    W = p["weight_hh"].requires_grad_()
    h = torch.zeros(B, H, dtype=torch.float64)
    before, states = [], []
    for t in range(T):
        a = x[t] @ p["weight_ih"].T + p["bias_ih"] + p["bias_hh"] + h @ W.T
        a.retain_grad()
        h = PHI[activation](a)
        before.append(a)
        states.append(h)
    (torch.stack(states) * dh).sum().backward()
    errors = [a.grad for a in before]
    slopes = [SLOPES[activation](h.detach()) for h in states]
    W = W.detach().clone().requires_grad_()
    terms = []
    for t in range(T - 1):
        for b in range(B):
            d = errors[t + 1][b]
            if d.norm() > 0:
                back = (W.T @ d) * slopes[t][b]
                kept = back.norm() if back.norm() > 0 else back.sum().detach()
                terms.append((kept / d.norm() - 1) ** 2)
    value = torch.stack(terms).mean()
    value.backward()
    return value.item(), W.grad


@pytest.mark.parametrize("activation", list(PHI))
def test_omega_and_its_gradient_are_those_of_the_definition(activation):
    torch.manual_seed(4)
    layer = Recurrent("rnn", N, H, activation=activation, dtype=torch.float64)
    x = torch.randn(T, B + 2, N, dtype=torch.float64)
    dh = torch.randn(T, B + 2, H, dtype=torch.float64)
    output, _ = layer(x, observers=2)  # the last two only watch
    (output * dh).sum().backward()
    weight = layer.weights()["weight_hh"]
    assert weight.grad is not None
    before = weight.grad.clone()
    value = add_omega(layer, 3.0, B, T)
    expected, gradient = plainly(layer, x[:, :B], dh[:, :B], activation)
    assert value == pytest.approx(expected, rel=1e-12)
    assert torch.allclose((weight.grad - before) / 3, gradient, rtol=1e-10, atol=1e-14)


def test_an_error_that_keeps_its_length_costs_nothing():
    d = torch.randn(20, H, dtype=torch.float64)
    turn = torch.linalg.qr(torch.randn(H, H, dtype=torch.float64))[0]
    value, gradient = omega(turn, d, torch.ones_like(d))
    assert value == pytest.approx(0, abs=1e-25)
    assert gradient.abs().max() < 1e-15
    value, _ = omega(2 * turn, d, torch.ones_like(d))
    assert value == pytest.approx(1)


def test_steps_without_an_error_are_left_out():
    d = torch.randn(4, H, dtype=torch.float64)
    slopes = torch.rand(4, H, dtype=torch.float64)
    W = torch.randn(H, H, dtype=torch.float64)
    padded = [torch.cat([v, torch.zeros(3, H, dtype=torch.float64)]) for v in (d, slopes)]
    for one, other in zip(omega(W, d, slopes), omega(W, *padded), strict=True):
        assert torch.allclose(one, other)
    broken = d.clone()
    broken[0, 0] = torch.inf
    assert all(part.isfinite().all() for part in omega(W, broken, slopes))


def test_training_with_omega_goes_another_way_and_the_rest_of_the_gradient_is_untouched():
    common = dict(task="temporal_order", cell="rnn", length=12, clipping="off", optimizer="sgd")
    plain, penalised = (Trainer(Experiment(**common, omega=weight)) for weight in (0.0, 4.0))
    for trainer in (plain, penalised):
        next(trainer)
    for (name, p), q in zip(
        plain.model.named_parameters(), penalised.model.parameters(), strict=True
    ):
        assert torch.equal(p, q) == ("weight_hh" not in name), name


def test_the_penalty_brings_the_stretch_nearer_to_one():
    """A contracting network: with the regulariser alone in charge, Omega falls."""
    experiment = Experiment(
        "temporal_order", cell="rnn", length=12, initialization="gaussian", optimizer="sgd",
        learning_rate=0.05, clipping="norm", omega=100.0,
    )  # fmt: skip
    trainer = Trainer(experiment)

    def present() -> float:
        trainer.look()
        return add_omega(trainer.model.recurrent, 0.0, 1, 12)

    first = present()
    for _ in range(60):
        next(trainer)
    assert present() < 0.5 * first


@pytest.mark.parametrize(
    "wrong",
    [
        {"cell": "gru"},
        {"cell": "lstm"},
        {"cell": "rnn", "num_layers": 2},
        {"cell": "rnn", "bidirectional": True},
        {"cell": "rnn", "task": "translate"},
    ],
)
def test_other_networks_refuse_it_with_a_sentence(wrong):
    with pytest.raises(ValueError, match=r"^omega: expected 0 but .+, got 2\. .+\.$"):
        Experiment(**{"task": "adding", "omega": 2.0, **wrong})


def test_another_cell_lets_it_go():
    rnn = Experiment("adding", cell="rnn", omega=2.0)
    assert rnn.but(seed=3).omega == 2.0
    assert rnn.but(cell="lstm").omega == 0.0
    assert Experiment.from_query(rnn.to_query()) == rnn
