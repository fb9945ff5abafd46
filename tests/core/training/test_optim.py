"""Our update rules are torch.optim's to the bit, and each loads the other's state."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.training.flat_parameters import FlatParameters
from core.training.optim import OPTIMIZERS, UpdateRule
from tests.helpers.torch_optimizers import TORCH_OPTIMIZERS

SHAPES = st.lists(
    st.lists(st.integers(1, 9), min_size=1, max_size=3).map(tuple), min_size=1, max_size=5
)
RULES = pytest.mark.parametrize("rule", list(OPTIMIZERS))


class Pair:
    """The same parameters and gradients for one of our rules and for torch's."""

    def __init__(self, rule: str, shapes, dtype=torch.float32, rate: float = 0.003, seed: int = 0):
        self.generator, self.dtype = torch.Generator().manual_seed(seed), dtype
        self.ours = {f"p{k}": nn.Parameter(self.random(shape)) for k, shape in enumerate(shapes)}
        self.theirs = [nn.Parameter(p.detach().clone()) for p in self.ours.values()]
        self.flat = FlatParameters(self.ours)
        self.rule: UpdateRule = OPTIMIZERS[rule](self.flat, rate)
        self.torch = TORCH_OPTIMIZERS[rule](self.theirs, rate)

    def random(self, shape) -> torch.Tensor:
        size = 10 ** torch.randint(-4, 3, shape, generator=self.generator).to(self.dtype)
        return size * torch.randn(shape, generator=self.generator, dtype=self.dtype)

    def step(self) -> None:
        self.flat.clear_gradient()
        for p, q in zip(self.ours.values(), self.theirs, strict=True):
            q.grad = self.random(p.shape)
            (p * q.grad).sum().backward()  # autograd writes it to its place
        self.rule.step()
        self.torch.step()

    def differing(self) -> list[str]:
        """The parameters and parts of the state that differ in any bit of their value."""
        named = list(zip(self.ours.items(), self.theirs, strict=True))
        state = self.rule.state_dict()
        theirs = {f"{n}.{k}": v for (n, _), q in named for k, v in self.torch.state[q].items()}
        theirs = {name: value for name, value in theirs.items() if value is not None}
        assert state.keys() == theirs.keys()
        wrong = [name for (name, p), q in named if not torch.equal(p, q)]
        return wrong + [name for name in theirs if not torch.equal(state[name], theirs[name])]


@RULES
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@settings(deadline=None, max_examples=25)
@given(shapes=SHAPES, rate=st.sampled_from([1e-8, 0.003, 0.5]), seed=st.integers(0, 99))
def test_every_bit_is_torchs(rule, dtype, shapes, rate, seed):
    pair = Pair(rule, shapes, dtype, rate, seed)
    for _ in range(6):
        pair.step()
        assert not pair.differing()


@RULES
def test_every_bit_is_torchs_after_a_thousand_updates_of_many_parameters(rule):
    pair = Pair(rule, [(33, 41), (41,), (7, 3, 11)])
    for _ in range(1000):
        pair.step()
    assert not pair.differing()


@RULES
def test_goes_on_from_torchs_state(rule):
    pair = Pair(rule, [(3, 5), (2,)])
    for _ in range(3):
        pair.step()
    saved = {
        f"{name}.{key}": value
        for (name, q) in zip(pair.ours, pair.theirs, strict=True)
        for key, value in pair.torch.state[q].items()
        if value is not None
    }
    pair.rule = OPTIMIZERS[rule](pair.flat, pair.rule.rate)
    pair.rule.load_state_dict(saved)
    pair.step()
    assert not pair.differing()


@RULES
def test_torch_goes_on_from_our_state(rule):
    pair = Pair(rule, [(3, 5), (2,)])
    for _ in range(3):
        pair.step()
    saved = pair.rule.state_dict()
    pair.torch = TORCH_OPTIMIZERS[rule](pair.theirs, pair.rule.rate)
    for name, q in zip(pair.ours, pair.theirs, strict=True):
        state = {
            k.removeprefix(f"{name}."): v for k, v in saved.items() if k.startswith(f"{name}.")
        }
        pair.torch.state[q] = state
    pair.step()
    assert not pair.differing()


@RULES
def test_a_state_is_a_copy(rule):
    pair = Pair(rule, [(3, 5), (2,)])
    pair.step()
    state = pair.rule.state_dict()
    before = copy.deepcopy(state)
    pair.step()
    assert all(torch.equal(value, before[name]) for name, value in state.items())


@pytest.mark.parametrize("steps", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("rule", [name for name in OPTIMIZERS if OPTIMIZERS[name].saves_steps])
def test_an_impossible_number_of_updates_is_refused(rule, steps):
    pair = Pair(rule, [(2,)])
    pair.step()
    state = pair.rule.state_dict() | {"p0.step": torch.tensor(steps)}
    with pytest.raises(ValueError, match=r"^state: expected a number of updates as step, got"):
        pair.rule.load_state_dict(state)
