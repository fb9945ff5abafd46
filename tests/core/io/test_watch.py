"""watch(model): the same results, recorded, and everything as it was afterwards."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from core.io.watch import watch

KINDS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class Model(nn.Module):
    """A model as people have them: recurrent layers among other things, one called twice."""

    def __init__(self, kind, **options):
        super().__init__()
        self.encoder = kind(3, 4, **options)
        width = 4 * (2 if options.get("bidirectional") else 1)
        self.rest = nn.ModuleDict(
            {"second": nn.GRU(width, 5, batch_first=options.get("batch_first", False))}
        )
        self.head = nn.Linear(5, 1)

    def forward(self, x, lengths=None):
        if lengths is not None:
            x = pack_padded_sequence(
                x, lengths, enforce_sorted=False, batch_first=self.encoder.batch_first
            )
        h, _ = self.encoder(x)
        if lengths is not None:
            h, _ = pad_packed_sequence(h, batch_first=self.encoder.batch_first)
        h, last = self.rest["second"](h)
        silence = h.new_zeros(*h.shape[:2], self.rest["second"].input_size)
        h, _ = self.rest["second"](silence, last)
        return self.head(h)


def grads(model):
    found = {n: p.grad.clone() for n, p in model.named_parameters()}
    model.zero_grad()
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lengths", [None, [5, 2, 4]])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"batch_first": True},
        {"num_layers": 2, "bidirectional": True, "batch_first": True},
        {"bias": False},
    ],
)
def test_same_results_recorded(kind, lengths, options):
    torch.manual_seed(0)
    model = Model(KINDS[kind], **options).double()
    x = torch.randn(3, 5, 3, dtype=torch.float64)
    if not options.get("batch_first"):
        x = x.transpose(0, 1)
    plain = model(x, lengths)
    plain.square().sum().backward()
    theirs = grads(model)
    before = list(model.named_parameters())
    with watch(model) as recordings:
        watched = model(x, lengths)
        watched.square().sum().backward()
    torch.testing.assert_close(watched, plain, rtol=1e-12, atol=1e-12)
    for name, grad in grads(model).items():
        torch.testing.assert_close(grad, theirs[name], rtol=1e-9, atol=1e-12)
    assert list(recordings) == ["encoder", "rest.second"]
    assert recordings["encoder"]["h"].grads.any()
    # Its second call begins with the last state of the first: one sequence.
    assert len(recordings.calls["rest.second"]) == 1
    assert recordings["rest.second"].T == 10
    assert [(n, id(p)) for n, p in model.named_parameters()] == [(n, id(p)) for n, p in before]
    torch.testing.assert_close(model(x, lengths), plain, rtol=0, atol=0)


def test_everything_is_put_back_after_an_exception():
    model = Model(nn.LSTM)
    keys = set(model.encoder.__dict__)
    with pytest.raises(ZeroDivisionError), watch(model):
        1 / 0  # noqa: B018
    assert set(model.encoder.__dict__) == keys


def test_the_layer_itself_and_one_sequence_without_batch():
    layer = nn.LSTM(3, 4)
    x = torch.randn(5, 3)
    plain, (h, c) = layer(x)
    with watch(layer, record="values") as recordings:
        output, (h2, c2) = layer(x)
    torch.testing.assert_close(output, plain)
    torch.testing.assert_close(h2, h)
    torch.testing.assert_close(c2, c)
    np.testing.assert_allclose(recordings[""]["h"].values[:, 0], plain.detach().numpy(), atol=1e-6)


def test_the_total_gradient_reaches_back_where_retain_grad_does_not():
    """With the loss on the last of 20 steps the true dL/dh_t is non-zero at 20 steps, not at one."""
    layer = nn.LSTM(3, 4, dtype=torch.float64)
    x = torch.randn(20, 1, 3, dtype=torch.float64)
    direct, _ = layer(x)
    direct.retain_grad()
    direct[-1].sum().backward()
    assert (direct.grad.abs().sum((1, 2)) > 0).sum() == 1
    with watch(layer) as recordings:
        layer(x)[0][-1].sum().backward()
    assert (np.abs(recordings[""]["h"].grads).sum((1, 2)) > 0).sum() == 20


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (nn.Linear(2, 2), "expected a model with an nn.RNN"),
        (nn.LSTM(3, 4, proj_size=2), "proj_size of '': expected 0, got 2"),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_a_sentence(model, sentence):
    with pytest.raises(ValueError, match=sentence), watch(model):
        pass


def test_names_that_are_not_there():
    with watch(Model(nn.GRU)) as recordings:
        with pytest.raises(LookupError, match="Did you mean 'encoder'"):
            recordings["encodr"]
        with pytest.raises(LookupError, match="expected a call of the layer"):
            recordings["encoder"]
