"""Which inputs mattered: completeness, captum, plain autograd, and inputs that are known to decide."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from core.analysis.inspection import inspect_layer, inspect_trainer
from core.analysis.saliency import (
    GRADIENT,
    INTEGRATED,
    LOSS,
    OUTPUT,
    SCORE,
    Explained,
    measure_saliency,
)
from core.io.companions import Head
from core.io.user_model import LOSSES
from core.io.user_model import inspect_layer as inspect_own
from core.layers.recurrent import Recurrent
from core.layers.sequence_model import SequenceModel
from core.training.trainer import Experiment, Trainer
from tests.helpers.cells import OPTIONS, name_of
from tests.helpers.planted import train_planted

T, INPUTS, H = 6, 2, 3


def inspect_alone(case, dtype=torch.float64, **options):
    torch.manual_seed(1)
    layer = Recurrent(case[0], INPUTS, H, dtype=dtype, **case[1], **options)
    x = torch.randn(T, 1, INPUTS, dtype=dtype)

    def loss(states):
        return (states - 1).square().sum()

    return inspect_layer(layer, x, ("",) * T, loss, (T - 1,))


def trained(task, **values) -> Trainer:
    values = {"hidden_size": 6, "batch_size": 4, "seed": 2, **values}
    trainer = Trainer(Experiment(task, **values))
    list(itertools.islice(trainer, 4))
    return trainer


def assert_complete(saliency) -> None:
    """To 1e-4 of what is shared out; the gap that is said is the true one."""
    difference = saliency.value - saliency.baseline_value
    assert abs(saliency.steps.sum() - difference) <= 1e-4 * max(1e-3, abs(difference))
    assert saliency.gap == pytest.approx(saliency.steps.sum() - difference, abs=1e-12)


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_integrated_gradients_are_complete(case):
    for dtype in (torch.float64, torch.float32):
        inspection = inspect_alone(case, dtype)
        saliency = measure_saliency(inspection, Explained(LOSS, T - 1))
        assert_complete(saliency)
        (layer,) = inspection.layers.values()
        with torch.no_grad():  # what they are complete to, said by the layer alone
            states, _ = layer(torch.zeros(T, 1, INPUTS, dtype=dtype))
        at_zeros = (states[-1] - 1).square().sum().item()
        assert saliency.baseline_value == pytest.approx(at_zeros, rel=1e-5)


class Classifier(nn.Module):
    """torch's own layer and head, batch first, as captum wants it."""

    def __init__(self, recurrent: nn.RNNBase, head: nn.Linear):
        super().__init__()
        self.recurrent, self.head = recurrent, head

    def forward(self, x):
        """The scores after the last step, [B, O]."""
        return self.head(self.recurrent(x.transpose(0, 1))[0][-1])


@pytest.mark.parametrize(
    ("make", "dtype"),
    [(nn.LSTM, torch.float64), (nn.GRU, torch.float64), (nn.RNN, torch.float32)],
)
@pytest.mark.parametrize("baseline", ["zeros", "numbers"])
def test_they_are_captums(make, dtype, baseline):
    captum = pytest.importorskip("captum.attr")
    torch.manual_seed(3)
    theirs = Classifier(make(INPUTS, H, 2), nn.Linear(H, 3)).to(dtype)
    x = torch.randn(T, 1, INPUTS, dtype=dtype)
    head = Head(theirs.head.weight.detach(), theirs.head.bias.detach())
    layer = Recurrent.from_torch(theirs.recurrent)
    inspection = inspect_own("", layer, x, ("",) * T, LOSSES["one output"], head=head)
    numbers = np.linspace(-1, 1, T * INPUTS).reshape(T, INPUTS)
    ours = measure_saliency(
        inspection,
        Explained(SCORE, T - 1, 2),
        baseline="zeros" if baseline == "zeros" else numbers,
    )
    start = torch.as_tensor(numbers, dtype=dtype)[None] * (baseline != "zeros")
    expected = captum.IntegratedGradients(theirs).attribute(
        x.transpose(0, 1), start, target=2, n_steps=64
    )
    np.testing.assert_allclose(ours.attributions, expected[0].detach().numpy(), atol=1e-5)
    assert abs(ours.attributions).max() > 1e-3


@pytest.mark.parametrize("kind", [LOSS, SCORE, OUTPUT])
def test_gradient_times_input_is_autograds(kind):
    trainer = trained("names", cell="lstm", bidirectional=True, num_layers=2, truncate=3)
    model = trainer.model.double()
    trainer.set_probe("Yamamoto")
    step = len(trainer.probe.symbols) - 1
    ours = measure_saliency(inspect_trainer(trainer), Explained(kind, step, 4), GRADIENT)
    x = torch.eye(trainer.task.input_size, dtype=torch.float64)[trainer.probe.batch.x]
    x.requires_grad_()
    theirs = model.recurrent.to_torch()
    scores = model.head(torch.cat([theirs(x)[0][-1, :, :6], theirs(x)[0][0, :, 6:]], 1))
    logs = scores.log_softmax(-1)[0]
    (answer,) = trainer.probe.targets
    f = {LOSS: -logs[answer], SCORE: scores[0, 4], OUTPUT: logs[4].exp()}[kind]
    f.backward()
    assert x.grad is not None
    np.testing.assert_allclose(ours.attributions, (x.grad * x)[:, 0].detach(), atol=1e-9)
    np.testing.assert_allclose(ours.norms, x.grad[:, 0].norm(dim=1), atol=1e-9)
    assert ours.value == pytest.approx(f.item())
    assert (ours.gap, ours.baseline_value) == (None, None)
    assert trainer.model.recurrent.truncate == 3


@pytest.mark.parametrize(
    ("task", "values"),
    [
        ("names", {"embedding": 3, "cell": "mgu"}),
        ("text", {"cell": "rnn", "window": 2}),
        ("adding", {"normalization": "layer", "bidirectional": True, "length": 12}),
        ("translate", {"attention": True, "embedding": 3}),
        ("translate", {"cell": "lstm", "num_layers": 2}),
    ],
)
def test_whatever_is_read_every_share_is_there(task, values):
    trainer = trained(task, **values)
    inspection = inspect_trainer(trainer)
    loss = Explained(LOSS, inspection.at[len(inspection.at) // 2])
    saliency = measure_saliency(inspection, loss)
    assert_complete(saliency)
    assert len(saliency.steps) == len(inspection.symbols)
    assert np.count_nonzero(saliency.steps) > 2


def test_encoder_and_decoder_may_read_different_inputs():
    torch.manual_seed(6)
    wide, narrow = (Recurrent("gru", n, H, dtype=torch.float64) for n in (4, 2))
    xs = [torch.randn(3, 1, n, dtype=torch.float64) for n in (4, 2)]

    def run(copies):
        _, state = wide(xs[0].expand(-1, copies, -1))
        states, _ = narrow(xs[1].expand(-1, copies, -1), state)
        return torch.cat([torch.zeros_like(states), states])

    alone = inspect_layer(narrow, xs[1], ("",) * 6, torch.sum, (5,))
    inspection = replace(alone, layers={"encoder": wide, "decoder": narrow}, run=run)
    for baseline in ("zeros", np.full((6, 4), 0.5)):
        saliency = measure_saliency(inspection, Explained(LOSS, 5), baseline=baseline)
        assert_complete(saliency)
        assert np.count_nonzero(saliency.attributions, 1).tolist() == [4, 4, 4, 2, 2, 2]


def test_a_symbols_share_is_that_of_its_vector():
    """An embedding, and the same network without one that reads the products W_ih E, share out alike."""
    torch.manual_seed(4)
    embedded = SequenceModel(5, 2, cell="gru", hidden_size=H, embedding=3).double()
    plain = SequenceModel(5, 2, cell="gru", hidden_size=H).double()
    assert embedded.embedding is not None
    weights = embedded.recurrent.weights()
    with torch.no_grad():
        for name, weight in plain.recurrent.weights().items():
            weight.copy_(
                weights[name] @ embedded.embedding.weight.T
                if name == "weight_ih"
                else weights[name]
            )
    x = torch.tensor([0, 3, 1, 4])
    shares = []
    for model, vectors in ((embedded, embedded.embedding.weight.detach()), (plain, torch.eye(5))):
        inspection = inspect_layer(
            model.recurrent, vectors[x][:, None].double(), ("",) * 4, torch.sum, (3,)
        )
        shares.append(measure_saliency(inspection, Explained(LOSS, 3)))
    np.testing.assert_allclose(shares[0].steps, shares[1].steps, atol=1e-9)
    rows, columns = np.nonzero(shares[1].attributions)
    assert (rows.tolist(), columns.tolist()) == ([0, 1, 2, 3], x.tolist())


@pytest.mark.parametrize(
    ("task", "values"),
    [
        ("names", {"cell": "lstm", "bidirectional": True, "num_layers": 2, "embedding": 3}),
        ("text", {"window": 2, "normalization": "batch"}),
        ("translate", {"attention": True}),
    ],
)
def test_an_updates_own_saliency_is_that_of_its_weights(task, values):
    """Of the sum of all losses; the recording says it without a pass, also after the weights have moved."""
    trainer = trained(task, **values)
    look = trainer.look()
    inspection = inspect_trainer(trainer)
    losses = [Explained(LOSS, k) for k in inspection.at]
    each = [measure_saliency(inspection, loss, GRADIENT).steps for loss in losses]
    next(trainer)
    assert look.saliency is not None
    np.testing.assert_allclose(look.saliency, np.mean(each, 0), rtol=1e-3, atol=1e-8)
    read = inspect_trainer(trainer).read()
    now = trainer.look().saliency
    assert now is not None
    np.testing.assert_allclose(now, read.saliency, rtol=1e-3, atol=1e-8)


def test_the_answer_that_nobody_knows_stays_the_same_along_the_path():
    """-log p(the likeliest class): at the baseline another one may be the likeliest."""
    trainer = trained("names", cell="rnn", seed=5)
    for name in ("Qwz", "Xyxyx", "Wq"):
        trainer.set_probe(name)
        assert trainer.probe.targets == (None,)
        inspection = inspect_trainer(trainer)
        saliency = measure_saliency(inspection, Explained(LOSS, inspection.at[-1]))
        assert_complete(saliency)
        with torch.no_grad():
            best = inspection.run(1)[-1, 0].argmax()
            zeros = trainer.model.head(
                trainer.model.recurrent(torch.zeros(len(name), 1, trainer.task.input_size))[0][
                    -1, 0
                ]
            )
        expected = -zeros.log_softmax(-1)[best].item()
        assert saliency.baseline_value == pytest.approx(expected, abs=1e-5)


def test_the_mean_of_the_steps_can_be_the_baseline():
    inspection = inspect_alone(("gru", {}))
    mean = measure_saliency(inspection, Explained(LOSS, T - 1), baseline="mean")
    assert_complete(mean)
    zeros = measure_saliency(inspection, Explained(LOSS, T - 1))
    rows = np.tile(mean.inputs.mean(0), (T, 1))
    same = measure_saliency(inspection, Explained(LOSS, T - 1), baseline=rows)
    np.testing.assert_allclose(mean.attributions, same.attributions, atol=1e-12)
    assert abs(mean.attributions - zeros.attributions).max() > 1e-4


def test_little_memory_makes_several_passes_of_the_same_numbers(monkeypatch):
    inspection = inspect_alone(("lstm", {}))
    whole = measure_saliency(inspection, Explained(LOSS, T - 1))
    monkeypatch.setattr("core.analysis.input_path.MAX_BYTES", 1)
    parts = measure_saliency(inspection, Explained(LOSS, T - 1))
    np.testing.assert_allclose(whole.attributions, parts.attributions, atol=1e-12)


@pytest.mark.parametrize(
    ("explained", "baseline", "sentence"),
    [
        (Explained(LOSS, 2), "zeros", "step: expected one that has a loss, got 2"),
        (Explained(SCORE, T), "zeros", "step: expected a whole number from 0 to 5, got 6"),
        (Explained(OUTPUT, 1, H), "zeros", "unit: expected a whole number from 0 to 2, got 3"),
        (Explained("error", 1), "zeros", "kind: expected one of loss, score, output"),
        (Explained(LOSS, T - 1), np.zeros((T, 1)), "baseline: expected an array of 6 steps and 2"),
    ],
)
def test_what_cannot_be_explained_is_said(explained, baseline, sentence):
    with pytest.raises(ValueError, match=sentence):
        measure_saliency(inspect_alone(("gru", {})), explained, INTEGRATED, baseline)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_input_that_decides_is_found(seed):
    planted = train_planted("lstm", seed)
    assert planted.loss < 0.02
    assert planted.finds(INTEGRATED)


@pytest.mark.long
@pytest.mark.parametrize("cell", ["lstm", "mgu"])
def test_it_is_found_in_twenty_of_twenty_runs(cell):
    assert [train_planted(cell, seed).finds(INTEGRATED) for seed in range(20)] == [True] * 20
