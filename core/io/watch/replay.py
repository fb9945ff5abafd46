"""The numbers inside a call: a recorded layer computes the call once more, when they are read.

The layer itself has computed the call and its gradients. From the same input, states, weights and dropout mask a
`Recurrent` finds every number inside; from what reached the layer's results, every gradient.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...cells.tape import Tape
from ...layers.recurrent import Recurrent
from ...layers.torch_weights import layer_arguments
from ...layers.trace import Trace
from .calls import Call

Key = tuple[int, str]  # layer, direction
# How far a replayed state may be from the layer's own, relative to the largest: order of summation, TF32.
TOLERANCE = {torch.float64: 1e-6, torch.float32: 1e-2}


class Replay(Recurrent):
    """A recorded layer without weights of its own, for the calls of one layer of torch.nn."""

    def __init__(self, layer: nn.RNNBase | nn.RNNCellBase):
        arguments: dict[str, Any] = layer_arguments(layer) | {"device": "meta"}
        super().__init__(**arguments)
        self._weight_names = list(self._parameters)
        self._parameters.clear()
        self._call: Call | None = None  # that is being replayed

    def run(self, call: Call, remark: Callable[[str], None]) -> dict[Key, Trace]:
        """Computes the call again, and its gradients if some have come. remark: for a sentence about its truth."""
        self.train(call.training)
        self._call, self.dropout = call, call.dropout
        one_sequence = (
            call.x.shape[1] == 1
        )  # its shares are known without the gradients of the weights
        weights = [weight.detach().requires_grad_(not one_sequence) for weight in call.weights]
        x = call.x.detach().requires_grad_(one_sequence)
        self.__dict__.update(zip(self._weight_names, weights, strict=True))
        with _undisturbed(), torch.random.fork_rng(devices=[]):
            if call.rng_state is not None:
                torch.set_rng_state(call.rng_state)
            state = call.states[0] if len(call.states) == 1 else (call.states[0], call.states[1])
            with torch.set_grad_enabled(call.has_grads):
                output, last = self(x, state, call.arrangement.lengths())
            last = (last,) if isinstance(last, Tensor) else last
            pairs = zip((output, *last), call.gradients, strict=False)
            reached = [(value, gradient) for value, gradient in pairs if gradient is not None]
            if reached:
                values, gradients = zip(*reached, strict=True)
                ends = [x] if one_sequence else weights
                torch.autograd.grad(values, ends, gradients, allow_unused=True)
        recording = self.recording
        assert recording is not None
        self._recording, self._call = None, None  # the call alone decides how long the tapes live
        if _distance(last, call.last_states) > TOLERANCE.get(call.run_dtype, 1):
            remark(
                "what was recorded differs from the run by more than rounding: do not rely on it."
            )
        return {key: recording[key] for key in recording.layers}

    def _drop_out(self, x: Tensor, taught: int, steps: int) -> Tensor:
        """With the mask that torch drew, in the layout and the dtype that its operation had."""
        assert self._call is not None
        arrangement = self._call.arrangement
        sizes = arrangement.batch_sizes
        shape = x.shape if sizes is None else (int(sizes.sum()), x.shape[2])
        mask = F.dropout(x.new_ones(shape, dtype=self._call.run_dtype), self.dropout).to(x.dtype)
        return x * (mask if sizes is None else arrangement.in_time(mask))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Inside, nothing of what the reader has switched on reaches the replay, and the replay reaches none of it."""
    with ExitStack() as stack:
        stack.enter_context(torch._C.DisableTorchFunction())
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.autograd.forward_ad._set_fwd_grad_enabled(False))
        stack.enter_context(torch.autograd.set_detect_anomaly(False))
        stack.enter_context(torch.autograd.graph.saved_tensors_hooks(_same, _same))
        for device in ("cpu", "cuda"):
            if torch.is_autocast_enabled(device):
                stack.enter_context(torch.autocast(device, enabled=False))
        yield


def _same(tensor: Tensor) -> Tensor:
    return tensor


def _distance(ours: Sequence[Tensor], theirs: Sequence[Tensor]) -> float:
    """The largest difference of the finite numbers, relative to the largest of theirs (or 1)."""
    worst = 0.0
    for mine, other in zip(ours, theirs, strict=True):
        mine = mine.detach()
        finite = mine.isfinite() & other.isfinite()
        if finite.any():
            size = other[finite].abs().max().clamp(min=1)
            worst = max(worst, float((mine[finite] - other[finite]).abs().max() / size))
    return worst


class Steps(Mapping[str, Tensor]):
    """The rows of one layer and direction over the steps of several calls: name -> [T, H, B].

    They are computed when one is read, and again when another gradient has come since.
    """

    def __init__(self, calls: Sequence[Call], key: Key, traces: Callable[[Call], dict[Key, Trace]]):
        self._calls, self._key, self._traces = tuple(calls), key, traces

    def _tapes(self) -> list[tuple[Call, Tape]]:
        return [(call, self._traces(call)[self._key].tape) for call in self._calls]

    def __getitem__(self, name: str) -> Tensor:
        tapes = self._tapes()
        if len(tapes) > 1 and name.startswith("d") and name.endswith("_prev"):
            # The total is that of the same state one step earlier, which may lie in the call before.
            earlier = self[name.removesuffix("_prev")][:-1]
            return torch.cat([_rows(*tapes[0], name)[:1], earlier])
        rows = [_rows(call, tape, name) for call, tape in tapes]
        return rows[0] if len(rows) == 1 else torch.cat(rows)

    def __contains__(self, name: object) -> bool:
        if isinstance(name, str) and name.startswith("d") and not self.has_grads:
            return False
        return name in self._traces(self._calls[0])[self._key].tape

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._traces(self._calls[0])[self._key].tape if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def has_grads(self) -> bool:
        """Whether a gradient has reached any of the calls."""
        return any(call.has_grads for call in self._calls)

    @property
    def shares(self) -> Tensor | None:
        """The share of each step in the gradient of the recurrent weights, [T]."""
        if not self.has_grads:
            return None
        shares: list[Tensor] = [
            call.x.new_zeros(call.steps) if tape.shares is None else tape.shares
            for call, tape in self._tapes()
        ]
        return shares[0] if len(shares) == 1 else torch.cat(shares)


def _rows(call: Call, tape: Tape, name: str) -> Tensor:
    """The rows of one call; its gradients are 0 if none has reached it."""
    silent = name.startswith("d") and not call.has_grads
    return torch.zeros_like(tape[name]) if silent else tape[name]
