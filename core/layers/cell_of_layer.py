"""The cell of a layer, made from its name and options, and what must hold between it and the layer's settings."""

from collections.abc import Mapping
from typing import Any

from ..cells import CELLS, Cell
from ..common.checks import shorten
from ..common.messages import say
from ..common.options import options_of


def make_cell(name: str, options: Mapping[str, Any]) -> Cell:
    """The cell with these options. LookupError for an unknown name, ValueError for a wrong option."""
    make = CELLS[name]
    try:
        return make(**options)
    except TypeError:
        known = ", ".join(option.name for option in options_of(make))
        raise ValueError(
            say(
                "options of {cell}: expected {expected}, "
                "got {got}. Leave out what the cell does not have.",
                cell=name,
                expected=say("some of {known}", known=known) if known else say("none"),
                got=", ".join(map(shorten, options)),
            )
        ) from None


def check_cell(cell: Cell, bias: bool, recurrence: bool) -> None:
    """ValueError where the cell's options ask for what the layer does not have."""
    if not bias and getattr(cell, "forget_bias", None) is not None:
        raise ValueError(
            say(
                "forget_bias: expected none without biases, got one. Set bias=True, or leave it out."
            )
        )
    if not recurrence and cell.peepholes:
        raise ValueError(
            say(
                "peephole: expected false without recurrence, got true. It looks at a carried state."
            )
        )
