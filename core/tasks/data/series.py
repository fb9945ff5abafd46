"""Series of numbers of a reader's own, for the tasks that take one: limits, and settings that suit them.

Reading a file is in `core.tasks.data.csv_series`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...cells import USUAL

MAX_CHARACTERS = 40_000_000  # of a file
MIN_CHANGE = 1e-30  # range of a series; the square of a smaller one would be 0
WINDOWS = (24, 12, 6, 3, 1)  # values that are read, the longest that fits


@dataclass(frozen=True)
class Series:
    """values: float64 [N], none missing. name: the column's. note: how the file was read, for the reader."""

    values: np.ndarray
    name: str
    note: str


def settings_for_series(**ahead: int) -> tuple[dict[str, Any], ...]:
    """Fields of Experiment for a series that may be short: a task's defaults are for thousands of values.

    ahead: the task's option that says how far ahead it predicts.
    """
    suited = {
        **{"cell": USUAL, "hidden_size": 32, "num_layers": 1, "dropout": 0.0, "batch_size": 32},
        **{"optimizer": "adam", "learning_rate": 0.003, "clipping": "norm"},
        "initialization": "torch",
    }
    return tuple({**suited, **ahead, "length": length} for length in WINDOWS)
