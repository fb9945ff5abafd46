"""One call of a watched layer: what it was given and what came back to it, as copies, in the order of time."""

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from .interception import Operation

REDUCED = (torch.bfloat16, torch.float16)  # recorded in float32
OUTPUT, LAST_H, LAST_C = range(3)  # places of a call's gradients


@dataclass(frozen=True)
class Arrangement:
    """How torch's operation lays out its sequences and its states.

    one_step: without an axis of time, as a cell. batch_sizes: of packed sequences, with the order in which
    the caller has them.
    """

    one_step: bool = False
    batch_first: bool = False
    batch_sizes: Tensor | None = None
    unsorted_indices: Tensor | None = None

    def in_time(self, sequences: Tensor) -> Tensor:
        """The operation's input, output or a gradient of it -> [T, B, N], in the caller's order."""
        if self.one_step:
            return sequences.unsqueeze(0)
        if self.batch_sizes is not None:
            padded, _ = pad_packed_sequence(PackedSequence(sequences, self.batch_sizes))
            return self._in_callers_order(padded)
        return sequences.transpose(0, 1) if self.batch_first else sequences

    def as_states(self, states: Tensor) -> Tensor:
        """The operation's states or a gradient of them -> [L * directions, B, H], in the caller's order."""
        return states.unsqueeze(0) if self.one_step else self._in_callers_order(states)

    def lengths(self) -> Tensor | None:
        """The number of steps of each packed sequence [B], in the caller's order; None where they are equal."""
        sizes = self.batch_sizes
        if sizes is None or bool((sizes == sizes[0]).all()):
            return None
        lengths = (sizes[:, None] > torch.arange(int(sizes[0]), device=sizes.device)).sum(0)
        return lengths if self.unsorted_indices is None else lengths[self.unsorted_indices.cpu()]

    def _in_callers_order(self, values: Tensor) -> Tensor:
        return (
            values
            if self.unsorted_indices is None
            else values.index_select(1, self.unsorted_indices)
        )


@dataclass(eq=False)
class Call:
    """What a replay of the call needs; all tensors are copies.

    x: [T, B, I]. states, last_states: h (and c), [L * directions, B, H]; all of one dtype.
    weights: in torch's order. training, dropout: of the layer. run_dtype: of the run, where it is not theirs. rng_state: before the layer's dropout, where it has some.
    attached: whether grad mode was on, and whether each state, and each last state, belonged to a graph.
    why_no_grads: one of the reasons in core.layers.recording, should no gradient come.
    gradients: what has reached the output, the last h and the last c over all backward calls so far.
    """

    arrangement: Arrangement
    x: Tensor
    states: tuple[Tensor, ...]
    last_states: tuple[Tensor, ...]
    weights: tuple[Tensor, ...]
    run_dtype: torch.dtype
    training: bool
    dropout: float
    rng_state: Tensor | None
    attached: tuple[bool, tuple[bool, ...], tuple[bool, ...]]
    why_no_grads: str = ""
    gradients: list[Tensor | None] = field(default_factory=lambda: [None, None, None])
    revision: int = 0  # of the gradients
    start: int = 0  # the steps of its sequence that came before it
    replayed: Any = None  # what is known inside, and for which revision: see core.io.watch.replay

    @property
    def steps(self) -> int:
        """T."""
        return len(self.x)

    @property
    def end(self) -> int:
        """The steps of its sequence up to its last one."""
        return self.start + self.steps

    @property
    def has_grads(self) -> bool:
        """Whether a gradient has reached it."""
        return self.revision > 0

    def follow_gradients(self, results: tuple[Tensor, ...], remark: Callable[[str], None]) -> None:
        """From now on every gradient that reaches one of the operation's results is added up here."""
        places = (OUTPUT, LAST_C) if self.arrangement.one_step else (OUTPUT, LAST_H, LAST_C)
        for place, result in zip(places, results, strict=False):
            if result.grad_fn is not None:
                # Behind all hooks of the tensor, and also where the tensor is changed in place later.
                result.grad_fn.register_prehook(_adder(weakref.ref(self), place, remark))

    def add_gradient(self, place: int, gradient: Tensor) -> None:
        """One more gradient of the output (or a last state), laid out as the operation has it."""
        arrange = self.arrangement.as_states if place else self.arrangement.in_time
        gradient = arrange(gradient).to(self.x.dtype)
        earlier = self.gradients[place]
        self.gradients[place] = gradient.clone() if earlier is None else earlier + gradient
        self.revision += 1

    def goes_on_from(self, former: "Call") -> bool:
        """Whether its states are the last states of the former call, with the same graph behind them."""
        grad_mode, graphs, _ = self.attached
        former_mode, _, former_graphs = former.attached
        packed = self.arrangement.batch_sizes is not None or (
            former.arrangement.batch_sizes is not None
        )
        return (
            not packed
            and grad_mode == former_mode
            and (graphs == former_graphs or not grad_mode)  # without gradients nothing is detached
            and all(map(torch.equal, self.states, former.last_states))
        )

    def repeats(self, other: "Call") -> bool:
        """Whether it was given the same numbers as the other one."""
        mine, theirs = (self.x, *self.states), (other.x, *other.states)
        return len(mine) == len(theirs) and all(map(torch.equal, mine, theirs))


@contextmanager
def copying() -> Iterator[None]:
    """Inside, copies are plain tensors: of no graph, no subclass, no forward-mode derivative."""
    with (
        torch.no_grad(),
        torch.inference_mode(False),
        torch._C.DisableTorchFunction(),
        torch.autograd.forward_ad._set_fwd_grad_enabled(False),
    ):
        yield


def make_call(operation: Operation, layer: nn.RNNBase | nn.RNNCellBase, grad_mode: bool) -> Call:
    """The call; its weights are the operation's own, still to be copied."""
    arguments, results = operation.arguments, operation.results
    one_step = isinstance(layer, nn.RNNCellBase)
    if one_step:
        x, state, *weights = arguments
        arrangement, last_states = Arrangement(one_step=True), results
    else:
        packed = operation.given if isinstance(operation.given, PackedSequence) else None
        if packed is None:
            (x, state, weights), batch_sizes, order = arguments[:3], None, None
        else:
            x, batch_sizes, state, weights = arguments[:4]
            order = packed.unsorted_indices
        arrangement = Arrangement(False, layer.batch_first, batch_sizes, order)
        last_states = results[1:]
    states = (state,) if isinstance(state, Tensor) else tuple(state)
    weights = [w for w in weights if w is not None]
    reduced = any(t.dtype in REDUCED for t in (x, *weights))
    dtype = torch.float32 if reduced else x.dtype

    def copy(values: Tensor) -> Tensor:
        return values.detach().to(dtype, copy=True)

    return Call(
        arrangement,
        arrangement.in_time(copy(x)),
        tuple(arrangement.as_states(copy(s)) for s in states),
        tuple(arrangement.as_states(copy(s)) for s in last_states),
        tuple(w.detach().to(dtype) for w in weights),
        results[0].dtype,
        layer.training,
        getattr(layer, "dropout", 0.0),
        operation.rng_state,
        (
            grad_mode,
            tuple(s.requires_grad for s in states),
            tuple(s.requires_grad for s in last_states),
        ),
    )


def _adder(
    call: "weakref.ref[Call]", place: int, remark: Callable[[str], None]
) -> Callable[[tuple[Tensor | None, ...]], None]:
    """A hook that adds the gradient to the call, if anybody still keeps that."""

    def add(gradients: tuple[Tensor | None, ...]) -> None:
        (gradient,), recorded = gradients, call()
        if recorded is None or gradient is None:
            return
        if "Batched" in str(torch._C._dispatch_keys(gradient)):  # of either kind of vmap
            remark(
                "gradients asked for many at a time (is_grads_batched, vectorize=True) are not "
                "recorded: call backward() for each."
            )
            return
        if gradient.requires_grad:
            remark(
                "with create_graph=True the recorded gradients are what has reached the layer's output; "
                "what flows back through the derivative itself is in the gradients of the parameters alone."
            )
        recorded.add_gradient(place, gradient.detach())

    return add
