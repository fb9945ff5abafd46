"""Which unit stands for several, where a map has more units than rows of pixels."""

import numpy as np


def strongest_units(values: np.ndarray, group: int, middle: float = 0.0) -> np.ndarray:
    """The unit of each `group` neighbours [rows, L] whose number in values [H, L] is furthest from `middle`; what
    is not finite before all.

    middle: 0 of signed numbers, ½ of gates, so that a closed one counts as much as an open one.
    """
    H = len(values)
    rows = -(-H // group)
    sizes = np.full((rows * group, values.shape[1]), -1.0)
    sizes[:H] = np.where(np.isfinite(values), np.abs(values - middle), np.inf)
    inside = sizes.reshape(rows, group, -1).argmax(1)
    return inside + group * np.arange(rows)[:, None]


def row_centres(units: int, group: int) -> np.ndarray:
    """Where the rows stand on an axis of so many units: the last may be of fewer."""
    starts = np.arange(0, units, group)
    return (starts + np.minimum(starts + group, units) - 1) / 2
