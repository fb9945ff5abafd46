"""The sizes of a layer, its input, and the state that it takes before the first step and gives back after the last, in torch's shapes."""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.checks import integer
from ..common.messages import both, say

# h, or (h, c); with a window one part more: the last inputs of each layer and direction
State = Tensor | tuple[Any, ...]


def layer_sizes(hidden_size: int | Sequence[int], layers: int, largest: int) -> tuple[int, ...]:
    """The hidden units of each layer, checked."""
    sizes = tuple(hidden_size) if isinstance(hidden_size, Sequence) else (hidden_size,) * layers
    if len(sizes) != layers:
        raise ValueError(
            say(
                "hidden_size: expected one size, or {number} of them, one for each layer, got {got}. "
                "Set num_layers to their number.",
                number=layers,
                got=len(sizes),
            )
        )
    return tuple(integer("hidden_size", size, 1, largest) for size in sizes)


def check_input(layer: Any, x: Tensor) -> None:
    """ValueError unless x is an input [T, B, I] of the Recurrent, of the dtype of its parameters."""
    if x.dim() != 3 or x.shape[2] != layer.input_size or 0 in x.shape:
        raise ValueError(
            say(
                "input: expected a shape [T, B, {inputs}] with T and B at least 1, "
                "got {got}. Sequences are time-major: x.transpose(0, 1) if the batch comes first.",
                inputs=layer.input_size,
                got=list(x.shape),
            )
        )
    dtype = layer.weight_ih_l0.dtype
    if x.dtype != dtype:
        raise ValueError(
            say(
                "input: expected {dtype} as the parameters are, got {got}. Convert one: x.to({dtype}).",
                dtype=dtype,
                got=x.dtype,
            )
        )


def read_state(
    layer: Any, state: State | None, batch: int
) -> tuple[list[Tensor], Sequence[Tensor]]:
    """The given states [L * directions, B, H] of a Recurrent, and with a window the inputs before the first.

    Both are empty where they are zeros: without recurrence h and c always are. ValueError for other shapes.
    """
    if state is None:
        return [], ()
    shape = (layer.num_layers * len(layer.directions), batch, max(layer.sizes))
    names = layer.cell.states
    states = [state] if isinstance(state, Tensor) else list(state)
    before: Any = states.pop() if layer.window > 1 and len(states) > len(names) else ()
    if len(states) != len(names) or any(tuple(s.shape) != shape for s in states):
        raise ValueError(
            say(
                "state: expected {names} of shape {shape} [layers * directions, B, H], "
                "got {got}. Pass the state of a batch of this size.",
                names=both(names),
                shape=list(shape),
                got=", ".join(str(list(s.shape)) for s in states),
            )
        )
    return states if layer.recurrence else [], before


def write_state(last: Sequence[tuple[Tensor, Tensor | None]], inputs: Sequence[Tensor]) -> State:
    """The state after the last step, of each layer's and direction's last h and c and its last inputs."""
    h, c = _stack([h for h, _ in last]), [c for _, c in last if c is not None]
    parts = (h, *([_stack(c)] if c else []), *([inputs] if inputs else []))
    return h if len(parts) == 1 else parts


def _stack(states: list[Tensor]) -> Tensor:
    """[L * directions, B, H], with zeros where a layer is smaller than the largest."""
    if len(states) == 1:
        return states[0].unsqueeze(0)
    largest = max(s.shape[1] for s in states)
    return torch.stack(
        [s if s.shape[1] == largest else F.pad(s, (0, largest - s.shape[1])) for s in states]
    )
