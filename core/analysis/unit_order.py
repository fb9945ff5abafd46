"""The orders in which the units of a layer can stand: by number, by the type of their gate, by how long they keep
their state, by their share of the gradient.

All functions are pure and take a `Trace`, one layer read in one direction; every step of every sequence counts
once, as in `gates`.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np

from ..common.checks import choice
from ..layers.trace import Quantity, Trace
from .gates import half_lives, saturation, valid_steps, valid_values

ORDERS = ("number", "type", "half-life", "gradient")
TYPES = ("open", "mixed", "shut")  # of a gate, in the order in which they stand


@dataclass(frozen=True)
class UnitOrder:
    """units [H]: their numbers, from the first row to the last. counts: of each type in TYPES, where that is the order."""

    by: str
    units: np.ndarray
    counts: tuple[int, ...] = ()

    @property
    def is_usual(self) -> bool:
        """Whether the units stand by their numbers."""
        return self.by == "number"

    @property
    def bounds(self) -> tuple[int, ...]:
        """The rows at which another type begins; none where nothing stands on one side."""
        edges = np.cumsum(self.counts[:-1])
        return tuple(sorted({int(edge) for edge in edges if 0 < edge < len(self.units)}))


def possible_orders(trace: Trace) -> tuple[str, ...]:
    """Those of ORDERS that this recording has: type and half-life need a gate that carries the state, half-life
    a state that is carried, gradient needs gradients."""
    gated = trace.cell.carry_gate is not None
    has = {"type": gated, "half-life": gated and trace.recurrence, "gradient": trace.has_grads}
    return tuple(name for name in ORDERS if has.get(name, True))


def order_units(trace: Trace, by: str) -> UnitOrder:
    """The units in this order; of two that are equal the one with the smaller number stands first.

    type: most steps nearly open, neither, most steps nearly shut, each from the most open gate to the least.
    half-life: the longest first. gradient: the largest share first. What is no number stands before all.
    Raises ValueError for what `possible_orders` leaves out.
    """
    choice("order of the units", by, possible_orders(trace))
    if by == "number":
        return UnitOrder(by, np.arange(trace.H))
    if by == "type":
        types = unit_types(trace)
        openness = valid_values(trace, cast(str, trace.cell.carry_gate)).mean(0)
        units = np.lexsort((_descending(openness), types))
        return UnitOrder(by, units, tuple(np.bincount(types, minlength=len(TYPES)).tolist()))
    sizes = half_lives(trace) if by == "half-life" else gradient_shares(trace)
    return UnitOrder(by, np.argsort(_descending(sizes), kind="stable"))


def _descending(sizes: np.ndarray) -> np.ndarray:
    """Keys that sort from the largest to the smallest, what is no number first."""
    return np.where(np.isnan(sizes), -np.inf, -sizes)


def unit_types(trace: Trace) -> np.ndarray:
    """The type of each unit's carrying gate, [H]: the index in TYPES.

    A gate is open or shut that is so, beyond the limits of `saturation`, at more than half of the steps.
    """
    shares = saturation(trace, cast(str, trace.cell.carry_gate))
    return np.where(shares.high > 0.5, 0, np.where(shares.low > 0.5, 2, 1))


def gradient_shares(trace: Trace) -> np.ndarray:
    """Each unit's share of the gradient that reaches the carried state, [H], 0 to 1: of the sum over all steps
    of its squares. All 0 where there is none; NaN for a unit whose gradient is not finite."""
    grads = cast(np.ndarray, cast(Quantity, trace[trace.cell.states[-1]]).grads)
    sizes = np.linalg.norm(valid_steps(trace, grads), axis=0)
    sizes[~np.isfinite(sizes)] = np.nan
    largest = np.fmax.reduce(sizes, initial=0)
    squares = (sizes / (largest or 1)) ** 2
    return squares / (np.nansum(squares) or 1)
