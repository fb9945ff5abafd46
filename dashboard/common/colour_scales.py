"""How values and gradients become levels of a colour, the same in the player and in the figures."""

import numpy as np

SMALLEST_RANGE = 0.02  # the smallest range of a signed quantity
TOP, DECADES = 1, 8  # gradients are drawn from 10^(TOP - DECADES) to 10^TOP


def values_to_bytes(
    values: np.ndarray, gate: bool | np.ndarray, scale: float | np.ndarray
) -> np.ndarray:
    """Levels [..., T, H], uint8, of values of that shape.

    gate: whether it is a gate, whose 0..1 becomes 0..255; any other value becomes 127.5 (1 + value / scale).
    scale: the largest size of a value. Both may be arrays that broadcast to the values. Not a number: 0.
    """
    level = np.where(gate, values * 255, 127.5 * (1 + values / scale))
    return np.nan_to_num(level, nan=0).clip(0, 255).round().astype(np.uint8)


def gradients_to_bytes(grads: np.ndarray) -> np.ndarray:
    """Levels [..., T, H], uint8, of gradients of that shape, on a log scale.

    127 is zero, 254 is +10^TOP and more, 0 is -10^TOP and less; below 10^(TOP - DECADES) all are 127.
    """
    grads = np.nan_to_num(grads, nan=0)
    size = np.abs(grads)
    with np.errstate(divide="ignore"):
        level = (np.log10(size) - (TOP - DECADES)) / DECADES
    return (127 + np.sign(grads) * (level.clip(0, 1) * 127).round()).astype(np.uint8)
