"""In each sequence of a batch another unit is silenced, so that one pass shows what is lost without each of them.

    layer.intervention = SilencedUnits(units=(0, 1, 2), where=(0, "forward"))     # a batch of three sequences
    with torch.no_grad(): layer(x)

What another intervention holds can be held beside: its fields are given, too.
"""

from dataclasses import dataclass, replace
from typing import Any

import torch

from ..cells import Cell
from ..common.checks import integer
from ..common.messages import say
from .interventions import Clamps, Intervention


@dataclass(frozen=True)
class SilencedUnits(Intervention):
    """h of unit units[k] of the layer and direction `where` is 0 at every step of sequence k. For passes without a
    backward pass alone."""

    units: tuple[int, ...] = ()
    where: tuple[int, str] = (0, "forward")

    def clamps_of(self, cell: Cell, hidden_size: int, layer: int, direction: str) -> Clamps | None:
        """As of any intervention, and of this layer the units. ValueError where gradients would follow."""
        clamps = super().clamps_of(cell, hidden_size, layer, direction)
        if (layer, direction) != self.where:
            return clamps
        if torch.is_grad_enabled():
            raise ValueError(
                say(
                    "silenced units: expected a pass without gradients, got one with. Put torch.no_grad() around it."
                )
            )
        places = (torch.tensor(self.units), torch.arange(len(self.units)))
        clamps = clamps or Clamps(cell, (), ())
        return replace(clamps, states=(*clamps.states, (places, 0.0)))

    def check(self, layer: Any) -> "SilencedUnits":
        """A copy with plain numbers, if the layer has these units."""
        last = layer.sizes[self.where[0]] - 1
        units = tuple(integer(say("silenced unit"), unit, 0, last) for unit in self.units)
        checked = super().check(layer)
        return replace(checked, units=units)  # pyright: ignore[reportCallIssue, reportReturnType]
