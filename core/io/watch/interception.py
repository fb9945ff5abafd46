"""What a torch.nn layer computes, seen at the place where it computes it.

While anything is watched, the `forward` of torch's recurrent classes passes on what torch's own operation was given
and what it returned. The layers themselves are not touched: their results are torch's own, and a copy or a
file of a model is an ordinary one. A subclass is seen where it calls `super().forward()`.
"""

import functools
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch._C import _functorch as functorch  # pyright: ignore[reportAttributeAccessIssue]
from torch.overrides import TorchFunctionMode

from ...cells import CELLS, TORCH_CELLS
from ...common.messages import say, sentence_of

TORCH_LAYERS = tuple(
    kind
    for name in TORCH_CELLS
    for kind in (CELLS[name]().torch_class, CELLS[name]().torch_cell_class)
    if kind is not None
)


@dataclass(frozen=True)
class Operation:
    """One call of torch's operation for a recurrent layer (`torch.lstm`, `torch.gru_cell` ...).

    arguments, results: as the operation has them. given: what the layer's `forward` was given.
    has_state: whether a state was among it. rng_state: of the processor, before dropout between layers.
    """

    arguments: tuple[Any, ...]
    results: tuple[Tensor, ...]
    given: Any
    has_state: bool
    rng_state: Tensor | None


class Observer(Protocol):
    """What is told of the calls of a layer."""

    def take(self, operation: Operation) -> None:
        """A call has been computed."""
        ...

    def pass_over(self, sentence: str) -> None:
        """A call is computed that cannot be recorded."""
        ...


ORDINARY = vars(Tensor)["__torch_dispatch__"]  # of tensors that hold their numbers themselves

_observers: "weakref.WeakKeyDictionary[nn.Module, list[Observer]]" = weakref.WeakKeyDictionary()
_originals: dict[type, Callable] = {}  # the forward of each class, while it is replaced
_uncompiled: list[Callable] = []  # `_compute_observed`, once torch.compile is in use
_lock = threading.Lock()


@contextmanager
def observe(observers: Mapping[nn.Module, Observer]) -> Iterator[None]:
    """Inside the `with`, each observer is told of the calls of its layer."""
    with _lock:
        for layer, observer in observers.items():
            _observers[layer] = [*_observers.get(layer, ()), observer]
        if not _originals:
            for kind in TORCH_LAYERS:
                _originals[kind] = kind.forward
                kind.forward = _observed(kind.forward)  # type: ignore[method-assign]
    try:
        yield
    finally:
        with _lock:
            for layer, observer in observers.items():
                rest = [other for other in _observers.get(layer, ()) if other is not observer]
                if rest:
                    _observers[layer] = rest
                else:
                    _observers.pop(layer, None)
            if not _observers:
                for kind, original in _originals.items():
                    kind.forward = original  # type: ignore[method-assign]
                _originals.clear()


def _observed(original: Callable) -> Callable:
    """`original`, the forward of a class, telling the observers of the layer that computes."""
    # In its closure, not among its globals: those are the original's, where torch.jit.script looks names up.
    modules, compiling, compute = _observers, torch.compiler.is_dynamo_compiling, _compute

    def forward(self, *args, **kwargs):
        if compiling() or not (observers := modules.get(self)):
            return original(self, *args, **kwargs)
        return compute(original, self, observers, args, kwargs)

    forward = FunctionType(
        forward.__code__, original.__globals__, original.__name__, None, forward.__closure__
    )
    return functools.update_wrapper(forward, original)


def _compute(*call: Any) -> Any:
    """As `_compute_observed`, which torch.compile, where that is in use, is to leave alone."""
    if "torch._dynamo" not in sys.modules:
        return _compute_observed(*call)
    if not _uncompiled:
        _uncompiled.append(torch.compiler.disable(_compute_observed))
    return _uncompiled[0](*call)


def _compute_observed(
    original: Callable,
    layer: Any,
    observers: list[Observer],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    sentence = _why_unrecordable(args, kwargs)
    if sentence:
        for observer in observers:
            observer.pass_over(sentence)
        return original(layer, *args, **kwargs)
    with _OperationSeen(layer) as seen:
        result = original(layer, *args, **kwargs)
    if seen.operation is not None:
        arguments, results, rng_state = seen.operation
        given = args[0] if args else kwargs.get("input")
        state = args[1] if len(args) > 1 else kwargs.get("hx")
        operation = Operation(arguments, results, given, state is not None, rng_state)
        for observer in observers:
            try:
                observer.take(operation)
            except Exception as error:  # what runs alone is to run when watched
                observer.pass_over(
                    say("a call could not be recorded: {error}", error=sentence_of(error))
                )
    return result


def _why_unrecordable(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The sentence for a call whose numbers are none yet; "" for an ordinary call."""
    if torch._C._get_tracing_state() is not None:
        return say("a call that torch.jit.trace traces is not recorded: call the model itself.")
    if torch.compiler.is_compiling():
        return say("a call that torch.export traces is not recorded: call the model itself.")
    if functorch.peek_interpreter_stack() is not None:
        return say(
            "a call inside a transform of torch.func (grad, vmap, jacrev ...) is not recorded: "
            "call the model itself, and backward()."
        )
    for value in (*args, *kwargs.values()):
        data = getattr(value, "data", value)  # of packed sequences
        if isinstance(data, Tensor) and data.is_meta:
            return say("a call on the meta device is not recorded: it has no numbers.")
        if getattr(type(data), "__torch_dispatch__", ORDINARY) is not ORDINARY:
            return say(
                "a call with a {type} is not recorded: its numbers are not at hand.",
                type=type(data).__name__,
            )
    return ""


class _OperationSeen(TorchFunctionMode):
    """Keeps the arguments and results of the layer's own operation, of all that its forward calls.

    The layer goes on with clones of the results: through the node of a clone passes what comes from outside the
    operation, and nothing else. (The c of an LSTMCell is also used inside, for its h.)
    """

    def __init__(self, layer: nn.RNNBase | nn.RNNCellBase):
        super().__init__()
        one_step = isinstance(layer, nn.RNNCellBase)
        self.ending = "_cell" if one_step else layer.mode.lower()
        self.drops_out = (
            not one_step and layer.training and layer.dropout > 0 and layer.num_layers > 1
        )
        self.operation: tuple[tuple[Any, ...], tuple[Tensor, ...], Tensor | None] | None = None

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Calls the function; one whose name has the layer's ending is the layer's operation."""
        if not getattr(func, "__name__", "").endswith(self.ending):
            return func(*args, **(kwargs or {}))
        rng_state = torch.get_rng_state() if self.drops_out else None
        result = func(*args, **(kwargs or {}))
        results = (result,) if isinstance(result, Tensor) else tuple(result)
        results = tuple(r.clone() if r.requires_grad else r for r in results)
        self.operation = args, results, rng_state
        return results[0] if isinstance(result, Tensor) else results
