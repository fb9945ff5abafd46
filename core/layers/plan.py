"""What one pass through time needs to know beside its tensors, and what is known of it afterwards."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from ..cells.base import Cell
from ..cells.tape import Tape
from .interventions import Clamps


@dataclass(frozen=True)
class Plan:
    """The settings of one pass of one layer in one direction."""

    cell: Cell
    names: tuple[str, ...]  # of the parameters, in the order they are passed
    lengths: Tensor | None  # [B], None when all sequences have T steps
    taught: int  # only the first `taught` sequences add to the gradients of the parameters
    taught_steps: int  # the longest of those
    shows_grads: bool  # whether the recording has the gradients, too
    truncate: int = 0  # steps of a chunk: no gradient passes to the chunk before; 0: no chunks
    clamps: Clamps | None = None  # of an intervention
    recurrence: bool = (
        True  # whether a step begins from the state of the step before; else from zeros
    )
    output_only: bool = False  # neither a backward pass nor a recording follows


@dataclass(frozen=True)
class Linearization:
    """One layer and direction as its backward equations see it.

    matrices: what the cell's `adjoints` takes. tape: with the local derivatives of every step.
    clamped_units: units of h that an intervention clamps, so that no gradient flows through them.
    recurrence, window: as the layer's.
    """

    cell: Cell
    matrices: Any
    tape: Tape
    clamped_units: tuple[slice, ...]
    recurrence: bool
    window: int
