"""A layer from a user's model that reads a sequence of theirs: where gradients start, and its memory.

    inspection = inspect_layer("encoder", layer, x, labels, LOSSES["last state"])
    inspection.read().recording["h"].grads

Such a layer has no task: the gradients start from a loss of its states.
"""

from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor

from ..analysis.inspection import Inspection
from ..common.checks import integer
from ..layers.recurrent import Recurrent

MAX_RECORDING_BYTES = 256 * 2**20

Loss = Callable[[Tensor, int, int], Tensor]

# (output [T, 1, D H], H, unit) -> the loss of each step [T]
LOSSES: dict[str, Loss] = {
    "last state": lambda output, H, unit: _at_end(output, last_state(output, H).norm()),
    "one unit": lambda output, H, unit: _at_end(output, last_state(output, H)[0, unit]),
    "all states": lambda output, H, unit: output.sum((1, 2)),
}


def last_state(output: Tensor, hidden_size: int) -> Tensor:
    """[T, B, D H] -> [B, D H]: each direction's state after it has read everything."""
    H = hidden_size
    return torch.cat([output[-1, :, :H], output[0, :, H:]], 1)


def _at_end(output: Tensor, loss: Tensor) -> Tensor:
    return torch.cat([output.new_zeros(len(output) - 1), loss[None]])


def recording_bytes(layer: Recurrent, steps: int) -> int:
    """The bytes of the layer's recording of one sequence: all quantities of all layers at so many steps."""
    rows = sum(layer.cell.layout(layer.hidden_size, layer.hidden_size).size.values())
    traces = layer.num_layers * len(layer.directions)
    return steps * rows * traces * next(layer.parameters()).element_size()


def layer_bytes(layer: Recurrent, steps: int) -> int:
    """The bytes of a layer and its reading: parameters, their gradients, the recording and a copy of it."""
    parameters = sum(p.nbytes for p in layer.parameters())
    return 2 * (parameters + recording_bytes(layer, steps))


def inspect_layer(
    title: str,
    layer: Recurrent,
    x: Tensor,
    symbols: tuple[str, ...],
    loss: Loss,
    unit: int = 0,
) -> Inspection:
    """The layer and x [T, 1, I], to look inside. There is no head: the output is the top layer's states
    [T, D H], and gradients start from `loss` of these.

    unit: of the last state, 0 to D H - 1, for the loss "one unit".
    ValueError when a reading would take more than 256 MiB, or there is no such unit.
    """
    H, T = layer.hidden_size, len(x)
    integer("unit", unit, 0, len(layer.directions) * H - 1)
    needed = recording_bytes(layer, T)
    if needed > MAX_RECORDING_BYTES:
        raise ValueError(
            f"sequence: expected one that takes at most {MAX_RECORDING_BYTES >> 20} MiB in this model, "
            f"got about {needed >> 20} MiB. Shorten it."
        )
    x = x.to(next(layer.parameters()).dtype)
    return Inspection(
        title=title,
        layers={"": layer},
        symbols=symbols,
        at=tuple(range(T)) if loss is LOSSES["all states"] else (T - 1,),
        run=lambda copies: layer(x.expand(-1, copies, -1))[0],
        loss=lambda output: loss(output, H, unit).sum(),
        single=lambda output, k: loss(output, H, unit)[k],
        shown=lambda output: output,
        recording=lambda: layer.recording,
        parameters=layer.parameters,
        copy=lambda dtype: inspect_layer(title, deepcopy(layer).to(dtype), x, symbols, loss, unit),
    )
