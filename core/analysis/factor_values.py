"""The numbers of a formula's factors: functions of a quantity and their slopes, in NumPy."""

from typing import Any

import numpy as np

from ..cells.symbolic import Applied, Complement, Factor, Slope

PHI = {
    "tanh": np.tanh,
    "relu": lambda a: np.maximum(a, 0),
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "hard_sigmoid": lambda a: np.clip(a / 6 + 0.5, 0, 1),
    "identity": lambda a: a,
    "": lambda a: a,
}
SLOPE = {
    "tanh": lambda y: 1 - y * y,
    "relu": lambda y: np.greater(y, 0).astype(float),
    "sigmoid": lambda y: y * (1 - y),
    "hard_sigmoid": lambda y: np.where((y > 0) & (y < 1), 1 / 6, 0.0),
    "identity": lambda y: np.ones_like(y),
}


def evaluate_factor(factor: Factor, number: float) -> Any:
    """The factor's own number, of the number of the quantity in it."""
    if isinstance(factor, Complement):
        return 1 - number
    if isinstance(factor, Applied):
        return PHI[factor.phi](number)
    if isinstance(factor, Slope):
        return SLOPE[factor.phi](evaluate_factor(factor.of, number))
    return number
