"""Parameters are views of one vector, whatever is done to them."""

import copy

import pytest
import torch
from torch import nn

from core.training.flat_parameters import FlatParameters
from core.training.trainer import Experiment, Trainer
from tests.helpers.trainers import SMALL, numbers, same, take, weights


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2, bias=False))


def test_values_and_order_stay(network):
    before = torch.cat([p.detach().flatten() for p in network.parameters()])
    flat = FlatParameters(dict(network.named_parameters()))
    assert torch.equal(flat.vector, before)
    for name, part in flat.split(flat.vector).items():
        assert torch.equal(part, network.get_parameter(name))


def test_a_change_of_the_vector_is_one_of_the_network_and_the_other_way_round(network):
    flat = FlatParameters(dict(network.named_parameters()))
    flat.vector.fill_(2.0)
    assert all((p == 2).all() for p in network.parameters())
    network.load_state_dict({name: 3 * p for name, p in network.state_dict().items()})
    assert (flat.vector == 6).all()


def test_the_gradient_is_autograds(network):
    twin = copy.deepcopy(network)
    flat = FlatParameters(dict(network.named_parameters()))
    for x in (torch.randn(5, 3), torch.randn(5, 3)):  # the second does not add to the first
        flat.clear_gradient()
        twin.zero_grad()
        for net in (network, twin):
            net(x).square().sum().backward()
        expected = torch.cat([p.grad.flatten() for p in twin.parameters() if p.grad is not None])
        assert torch.equal(flat.gradient, expected)


def replace_vector(trainer: Trainer) -> None:
    """As a notebook may do: torch's function makes the parameters views of another vector."""
    vector = torch.nn.utils.parameters_to_vector(trainer.model.parameters())
    torch.nn.utils.vector_to_parameters(vector.detach().clone(), trainer.model.parameters())


def forget_gradients(trainer: Trainer) -> None:
    trainer.model.zero_grad(set_to_none=True)


@pytest.mark.parametrize("disturb", [replace_vector, forget_gradients])
def test_a_run_goes_on_bit_for_bit_when_memory_was_replaced(disturb):
    alone, disturbed = (Trainer(Experiment("adding", length=9, **SMALL)) for _ in range(2))
    for _ in range(3):
        disturb(disturbed)
        for update in take(alone, 2):
            assert numbers(update) == numbers(next(disturbed))
    assert same(weights(alone), weights(disturbed))


def test_new_values_in_replaced_memory_are_trained_on():
    trainer, other = (Trainer(Experiment("adding", length=9, **SMALL)) for _ in range(2))
    vector = torch.nn.utils.parameters_to_vector(trainer.model.parameters()).detach() * 2
    torch.nn.utils.vector_to_parameters(vector, trainer.model.parameters())
    with torch.no_grad():
        for p in other.model.parameters():
            p.mul_(2)
    for update in take(trainer, 3):
        assert numbers(update) == numbers(next(other))
    assert same(weights(trainer), weights(other))
