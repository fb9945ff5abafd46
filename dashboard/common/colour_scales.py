"""How values and gradients become levels of a colour, the same in the player and in the figures."""

import numpy as np

SMALLEST_RANGE = 0.02  # the smallest range of a signed quantity
TOP, DECADES = 1, 8  # gradients are drawn from 10^(TOP - DECADES) to 10^TOP


def values_to_bytes(values: np.ndarray, is_gate: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Levels [Q, T, H], uint8, of the values of Q quantities, of that shape.

    is_gate [Q]: whether it is a gate, whose 0..1 becomes 0..255; any other value becomes
    127.5 (1 + value / scale). scales [Q]: the largest size of a value. Not a number: 0.
    """
    # Each step changes one of the two kinds, and leaves the other as it is: x 1, / 1 and + 0 are exact.
    gate = is_gate[:, None, None]
    levels = (values * np.where(gate, 255, 1).astype(values.dtype)).astype(scales.dtype)
    levels /= np.where(gate, 1, scales[:, None, None])
    levels += np.where(gate, 0, 1)
    levels *= np.where(gate, 1, 127.5)
    np.fmax(levels, 0, out=levels)  # takes the 0, where the other is no number
    np.minimum(levels, 255, out=levels)
    return np.rint(levels, out=levels).astype(np.uint8)


def gradients_to_bytes(grads: np.ndarray) -> np.ndarray:
    """Levels [..., T, H], uint8, of gradients of that shape, on a log scale.

    127 is zero, 254 is +10^TOP and more, 0 is -10^TOP and less; below 10^(TOP - DECADES) all are 127.
    """
    levels = np.abs(grads)
    with np.errstate(divide="ignore"):
        np.log10(levels, out=levels)
    levels -= TOP - DECADES
    levels /= DECADES
    np.fmax(levels, 0, out=levels)  # takes the 0, where the other is no number
    np.minimum(levels, 1, out=levels)
    levels *= 127
    np.rint(levels, out=levels)
    np.copysign(levels, grads, out=levels)
    levels += 127
    return levels.astype(np.uint8)
