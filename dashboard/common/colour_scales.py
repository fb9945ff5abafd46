"""How values and gradients become levels of a colour, one byte each, the same in the player and in the figures.

    127            zero
    1 .. 253       finite values; of a gradient 126 and 128 are what is below its scale, but not 0
    0 and 254      beyond the scale, towards either side: infinite
    255            not a number
A gate uses 0 .. 254 for 0 .. 1. web/scales.js reads the bytes.
"""

import numpy as np

from dashboard.common.ranges import Decades

ZERO, BEYOND, NOT_A_NUMBER = 127, 127, 255  # a level's middle, the size of what is beyond, a byte
LARGEST_LEVEL = 126  # of a finite value
SMALLEST_LEVEL = 2  # of a gradient on its scale; 1 is below it


def values_to_bytes(values: np.ndarray, is_gate: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Levels [Q, T, H], uint8, of the values of Q quantities, of that shape.

    is_gate [Q]: whether it is a gate, whose 0..1 becomes 0..254; any other value becomes
    127 + 126 value / scale. scales [Q]: the end of its range.
    """
    gate = is_gate[:, None, None]
    levels = values * np.where(is_gate, 254.0, LARGEST_LEVEL / scales)[:, None, None]
    levels += np.where(gate, 0, ZERO)
    np.maximum(levels, 0, out=levels)
    np.minimum(levels, 2 * ZERO, out=levels)
    return _to_bytes(levels)


def gradients_to_bytes(grads: np.ndarray, scale: Decades) -> np.ndarray:
    """Levels [..., T, H], uint8, of gradients of that shape, on a log scale of these decades."""
    levels = np.abs(grads)
    with np.errstate(divide="ignore"):
        np.log10(levels, out=levels)
    levels -= scale.bottom
    levels *= (LARGEST_LEVEL - SMALLEST_LEVEL) / scale.decades
    levels += SMALLEST_LEVEL
    np.maximum(levels, 1, out=levels)
    np.minimum(levels, BEYOND, out=levels)
    levels *= grads != 0
    np.copysign(levels, grads, out=levels)
    levels += ZERO
    return _to_bytes(levels)


def _to_bytes(levels: np.ndarray) -> np.ndarray:
    is_lost = np.isnan(levels)
    if is_lost.any():
        levels = np.where(is_lost, NOT_A_NUMBER, levels)
    return np.rint(levels, out=levels).astype(np.uint8)
