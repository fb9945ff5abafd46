"""The head's numbers are believed only where they give the recorded loss."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.analysis.head import head_numbers

T, OUTPUTS = 6, 4
AT = (1, 4, 5)


def recorded(phi, seed):
    """Scores, their gradients by autograd, and the loss: a mean over the steps AT."""
    torch.manual_seed(seed)
    scores = torch.randn(T, OUTPUTS, dtype=torch.float64, requires_grad=True)
    steps = scores[list(AT)]
    if phi == "softmax":
        targets = torch.randint(OUTPUTS, (len(AT),))
        loss = F.cross_entropy(steps, targets)
        expected = F.one_hot(targets, OUTPUTS).double()
    elif phi == "sigmoid":
        expected = torch.randint(2, (len(AT), OUTPUTS)).double()
        loss = F.binary_cross_entropy_with_logits(steps, expected)
    else:
        expected = torch.randn(len(AT), OUTPUTS, dtype=torch.float64)
        loss = F.mse_loss(steps, expected)
    loss.backward()
    return scores.detach().numpy(), scores.grad.numpy(), loss.item(), expected.numpy()


@pytest.mark.parametrize("phi", ["softmax", "sigmoid", "identity"])
@pytest.mark.parametrize("seed", range(5))
def test_the_targets_follow_from_the_gradient(phi, seed):
    scores, gradients, loss, expected = recorded(phi, seed)
    numbers = head_numbers(phi, scores, gradients, AT, loss)
    np.testing.assert_allclose(numbers.targets[list(AT)], expected, atol=1e-9)
    assert np.isnan(numbers.targets[0]).all()
    share = numbers.fraction.above / numbers.fraction.below
    difference = share * (numbers.outputs - numbers.targets)
    np.testing.assert_allclose(difference[list(AT)], gradients[list(AT)], atol=1e-12)


@pytest.mark.parametrize("phi", ["softmax", "sigmoid", "identity"])
def test_other_losses_are_not_explained(phi):
    """A weighted loss, a sum in place of a mean, another function: no formula is shown that is not theirs."""
    scores, gradients, loss, _ = recorded(phi, 1)
    assert head_numbers(phi, scores, 3 * gradients, AT, 3 * loss) is None
    assert head_numbers(phi, scores, gradients, AT, 1.5 * loss) is None
    assert head_numbers(phi, scores, gradients, (), loss) is None
    assert head_numbers(phi, np.full_like(scores, np.nan), gradients, AT, loss) is None
    other = {"softmax": "identity", "sigmoid": "softmax", "identity": "sigmoid"}[phi]
    assert head_numbers(other, scores, gradients, AT, loss) is None
