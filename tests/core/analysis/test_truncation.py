"""What truncation leaves out, against plain autograd with detached states."""

import numpy as np
import pytest
import torch

from core.analysis.inspection import inspect_layer, inspect_trainer
from core.analysis.truncation import compare_truncation, gradient_terms
from core.layers.recurrent import Recurrent
from core.training.trainer import Experiment, Trainer


def subject_of(cell, layers=1):
    torch.manual_seed(2)
    layer = Recurrent(cell, 2, 3, num_layers=layers, dtype=torch.float64)
    x = torch.randn(7, 1, 2, dtype=torch.float64)
    return inspect_layer(layer, x, tuple("abcdefg"), lambda h: h.square().sum(), (3, 6)), layer


def gradient(layer, x, k):
    """dW_hh of all layers by plain torch.nn, states detached every k steps."""
    module, state, outputs = layer.to_torch(), None, []
    for start in range(0, len(x), k):
        output, state = module(x[start : start + k], state)
        state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
        outputs.append(output)
    output = torch.cat(outputs)
    (output[3].square().sum() + output[6].square().sum()).backward()
    grads = [getattr(module, f"weight_hh_l{n}").grad for n in range(module.num_layers)]
    return torch.cat([g.flatten() for g in grads])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("k", [1, 2, 3, 7])
def test_angle_and_ratio(cell, k):
    subject, layer = subject_of(cell, layers=2)
    torch.manual_seed(2)
    Recurrent(cell, 2, 3, num_layers=2, dtype=torch.float64)
    x = torch.randn(7, 1, 2, dtype=torch.float64)
    whole, cut = gradient(layer, x, 7), gradient(layer, x, k)
    found = compare_truncation(subject, k)
    cosine = torch.nn.functional.cosine_similarity(whole, cut, dim=0)
    np.testing.assert_allclose(np.cos(np.radians(found.angle)), cosine, atol=1e-9)
    np.testing.assert_allclose(found.ratio, cut.norm() / whole.norm(), rtol=1e-9)
    assert layer.truncate == 0


def test_the_whole_length_cuts_nothing():
    found = compare_truncation(subject_of("gru")[0], 7)
    assert found.angle < 1e-5
    assert found.ratio == 1


def test_the_terms_add_up_to_the_gradient_of_a_run():
    trainer = Trainer(Experiment(task="text", cell="gru", reset="before", hidden_size=4))
    next(trainer)
    found = compare_truncation(inspect_trainer(trainer), 3)
    trace = found.whole.recording[0, "forward"]
    sizes = [np.square(t).sum((1, 2)) for t in gradient_terms(trace)]
    np.testing.assert_allclose(np.sqrt(sum(sizes)), trace.shares, rtol=1e-4, atol=1e-9)
    assert 0 < found.angle < 90
    assert not np.allclose(found.cut.recording["h"].grads, found.whole.recording["h"].grads)


@pytest.mark.parametrize("k", [0, 8, 2.5, "3", True])
def test_what_cannot_be_truncated_is_said(k):
    with pytest.raises(ValueError, match="truncation: expected a whole number from 1 to 7"):
        compare_truncation(subject_of("rnn")[0], k)
