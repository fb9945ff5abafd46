"""A layer from a user's model that reads a sequence of theirs: where gradients start, and its memory.

    inspection = inspect_layer("encoder", layer, x, labels, LOSSES["last state"])
    inspection.read().recording["h"].grads
    inspect_layer("encoder", layer, x, labels, LOSSES["class"], unit=3, head=head)

Such a layer has no task: the gradients start from a number that is computed from its states, or from the output of
a linear head on them.
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ..analysis.inspection import Inspection
from ..common.checks import integer
from ..common.messages import say
from ..layers.recurrent import Recurrent
from .companions import Head

MAX_RECORDING_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Loss:
    """A number that the gradients start from.

    symbol: how it is written, with {unit} where there is one. of_head: whether it is computed from a head's output.
    has_unit: whether one of the states or outputs is chosen. at_every_step: whether it is a sum over all steps.
    compute(output [T, 1, O], H, unit): its part at each step, [T].
    """

    symbol: str
    compute: Callable[[Tensor, int, int], Tensor]
    has_unit: bool = False
    of_head: bool = False
    at_every_step: bool = False


def last_state(output: Tensor, hidden_size: int) -> Tensor:
    """[T, B, D H] -> [B, D H]: each direction's state after it has read everything."""
    H = hidden_size
    return torch.cat([output[-1, :, :H], output[0, :, H:]], 1)


def _at_end(output: Tensor, loss: Tensor) -> Tensor:
    return torch.cat([output.new_zeros(len(output) - 1), loss[None]])


def _class_loss(output: Tensor, _hidden_size: int, unit: int) -> Tensor:
    return _at_end(output, cross_entropy(output[-1, 0], torch.tensor(unit)))


LOSSES: dict[str, Loss] = {
    "last state": Loss(
        "‖h_T‖", lambda output, H, unit: _at_end(output, last_state(output, H).norm())
    ),
    "one unit": Loss(
        "h_T[{unit}]",
        lambda output, H, unit: _at_end(output, last_state(output, H)[0, unit]),
        has_unit=True,
    ),
    "all states": Loss("Σ h", lambda output, H, unit: output.sum((1, 2)), at_every_step=True),
    "one output": Loss(
        "y_T[{unit}]",
        lambda output, H, unit: _at_end(output, output[-1, 0, unit]),
        has_unit=True,
        of_head=True,
    ),
    "class": Loss("−log p(class {unit}) at step T", _class_loss, has_unit=True, of_head=True),
}


def recording_bytes(layer: Recurrent, steps: int) -> int:
    """The bytes of the layer's recording of one sequence: all quantities of all layers at so many steps."""
    rows = sum(layer.cell.layout(layer.hidden_size, layer.hidden_size).size.values())
    traces = layer.num_layers * len(layer.directions)
    return steps * rows * traces * next(layer.parameters()).element_size()


def check_reading(layers: Iterable[Recurrent], steps: int) -> None:
    """ValueError where a reading of so many steps by these layers would take more memory than is meant for it."""
    needed = sum(recording_bytes(layer, steps) for layer in layers)
    if needed > MAX_RECORDING_BYTES:
        raise ValueError(
            say(
                "Steps: expected a sequence that takes at most {most} MiB in this model, "
                "got {got} steps of together {mib} MiB. Shorten it.",
                most=MAX_RECORDING_BYTES >> 20,
                got=steps,
                mib=needed >> 20,
            )
        )


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
    head: Head | None = None,
) -> Inspection:
    """The layer and x [T, 1, I], to look inside, from a state of zeros. The output is the head's [T, O], or without
    one the top layer's states [T, D H]; gradients start from `loss` of it.

    unit: of the last state, or of the head's output, for a loss that has one.
    ValueError when a reading would take more than 256 MiB, or there is no such unit.
    """
    H, T = layer.hidden_size, len(x)
    if not loss.of_head:
        head = None
    last = head.outputs if head else len(layer.directions) * H
    integer("Output" if head else "Unit", unit, 0, last - 1)
    check_reading([layer], T)
    x = x.to(next(layer.parameters()).dtype)

    def run(copies: int) -> Tensor:
        states = layer(x.expand(-1, copies, -1))[0]
        return head(states) if head else states

    return Inspection(
        title=title,
        layers={"": layer},
        symbols=symbols,
        at=tuple(range(T)) if loss.at_every_step else (T - 1,),
        run=run,
        loss=lambda output: loss.compute(output, H, unit).sum(),
        single=lambda output, k: loss.compute(output, H, unit)[k],
        shown=lambda output: output,
        recording=lambda: layer.recording,
        parameters=layer.parameters,
        derived=loss.symbol.format(unit=unit),
        copy=lambda dtype: inspect_layer(
            title, deepcopy(layer).to(dtype), x, symbols, loss, unit, head
        ),
    )
