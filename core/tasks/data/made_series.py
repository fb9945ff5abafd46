"""A series made by rule, for a forecast without a file."""

from dataclasses import dataclass
from functools import cache

import numpy as np

VALUES, SEED = 1500, 24
PERIODS, NOISE = (24, 15), 0.15


@dataclass(frozen=True)
class Columns:
    """values: float64 [N, C], the target first. names: of these columns. note: how they were read, or made."""

    values: np.ndarray
    names: tuple[str, ...]
    note: str


@cache
def made_columns() -> Columns:
    """1500 values made by rule: two sines with periods of 24 and 15 values, and noise."""
    steps = np.arange(VALUES)
    waves = np.stack([np.sin(2 * np.pi * steps / period) for period in PERIODS]).sum(0)
    noise = NOISE * np.random.default_rng(SEED).standard_normal(VALUES)
    note = f"{VALUES} values made by rule: two sines (periods of 24 and 15 values) and noise"
    return Columns((waves + noise)[:, None], ("wave",), note)
