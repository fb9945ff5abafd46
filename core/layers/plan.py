"""What one pass through time needs to know beside its tensors."""

from dataclasses import dataclass

from torch import Tensor

from ..cells.base import Cell
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
