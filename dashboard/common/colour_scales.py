"""How values and gradients become levels of a colour, alike on the player and in the figures."""

import numpy as np

SMALLEST_RANGE = 0.02  # the smallest range of a signed quantity
TOP, DECADES = 1, 8  # gradients are drawn from 10^(TOP - DECADES) to 10^TOP


def values_to_bytes(
    values: np.ndarray, gate: bool | np.ndarray, scale: float | np.ndarray
) -> np.ndarray:
    """[..., T, H] -> uint8, as described above; `gate` and `scale` may be arrays that fit."""
    level = np.where(gate, values * 255, 127.5 * (1 + values / scale))
    return np.nan_to_num(level, nan=0).clip(0, 255).round().astype(np.uint8)


def gradients_to_bytes(grads: np.ndarray) -> np.ndarray:
    """[..., T, H] -> uint8: 127 is zero, 254 is +10^TOP and more, 0 is -10^TOP and less."""
    grads = np.nan_to_num(grads, nan=0)
    size = np.abs(grads)
    with np.errstate(divide="ignore"):
        level = (np.log10(size) - (TOP - DECADES)) / DECADES
    return (127 + np.sign(grads) * (level.clip(0, 1) * 127).round()).astype(np.uint8)
