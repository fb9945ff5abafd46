"""The controls of the Gradients page's workbench, whose networks are not the run's: kept in the session, and in links.

/gradients?tab=3&bench_cell=lstm&bench_bias=3        the sliders of the untrained network
/gradients?tab=5&cliff_rate=0.1&cliff_w=5            those of the error cliff
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from core.analysis.error_cliff import B_RANGE, CLIP_AT, LEARNING_RATE, START_POINT, W_RANGE
from core.analysis.untrained import (
    INITIALIZATION_CHOICES,
    MAX_HIDDEN_SIZE,
    MAX_LENGTH,
    STEEPEST_SLOPES,
)
from core.cells import CELLS, PLAIN
from core.common.checks import choice, integer, number, shorten
from core.common.messages import say

Read = Callable[[str, str], Any]


def _decimal(low: float, high: float) -> Read:
    def read(name: str, text: str) -> float:
        try:
            value = float(text) if len(text) <= 12 else text
        except ValueError:
            value = text
        return number(name, value, low, high)

    return read


def _whole(low: int, high: int) -> Read:
    return lambda name, text: integer(
        name, int(text) if text.isascii() and text.isdigit() and len(text) < 8 else text, low, high
    )


def _truth(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false", "1", "0"):
        raise ValueError(
            say(
                "{what}: expected true or false, got {value}. Choose one.",
                what=name,
                value=shorten(text),
            )
        )
    return text.lower() in ("true", "1")


# The control, as in a link -> its first value, and how it is read.
CONTROLS: Mapping[str, tuple[Any, Read]] = {
    "bench_cell": (PLAIN, partial(choice, known=tuple(CELLS))),
    "bench_radius": (1.0, _decimal(0, 2)),
    "bench_length": (50, _whole(1, MAX_LENGTH)),
    "bench_size": (32, _whole(1, MAX_HIDDEN_SIZE)),
    "bench_bias": (1.0, _decimal(-3, 5)),
    "bench_activation": ("tanh", partial(choice, known=tuple(STEEPEST_SLOPES))),
    "bench_scaled": (True, _truth),
    "bench_how": (INITIALIZATION_CHOICES[0], partial(choice, known=INITIALIZATION_CHOICES)),
    "bench_seed": (1, _whole(0, 9999)),
    "cliff_rate": (LEARNING_RATE, _decimal(0.01, 0.3)),
    "cliff_at": (CLIP_AT, _decimal(0.1, 5)),
    "cliff_w": (START_POINT[0], _decimal(*W_RANGE)),
    "cliff_b": (START_POINT[1], _decimal(*B_RANGE)),
    "cliff_space": (False, _truth),
}
READERS = {name: read for name, (_first, read) in CONTROLS.items()}
FIRST = {name: first for name, (first, _read) in CONTROLS.items()}
