"""A series made by rule, for a forecast without a file."""

from functools import cache

import numpy as np

from ...common.messages import say
from .windows import Columns

VALUES, SEED = 1500, 24
PERIODS, NOISE = (24, 15), 0.15


@cache
def made_columns() -> Columns:
    """1500 values made by rule: two sines with periods of 24 and 15 values, and noise."""
    steps = np.arange(VALUES)
    waves = np.stack([np.sin(2 * np.pi * steps / period) for period in PERIODS]).sum(0)
    noise = NOISE * np.random.default_rng(SEED).standard_normal(VALUES)
    note = say(
        "{n} values made by rule: two sines (periods of 24 and 15 values) and noise", n=VALUES
    )
    return Columns((waves + noise)[:, None], ("wave",), note, (0,))
