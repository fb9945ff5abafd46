"""Recurrent cells that record every number inside them, and what trains and analyses them.

    from core import Recurrent, watch          # installed: from unrolled import Recurrent, watch

The names below are the public ones. Their modules, torch among them, are imported when a name is used.
"""

from typing import TYPE_CHECKING

from .common.lazy import lazy_exports

if TYPE_CHECKING:
    from .cells import CELLS
    from .io.monitor import Monitor
    from .io.watching import watch
    from .layers.recording import Recording
    from .layers.recurrent import Recurrent
    from .tasks import TASKS
    from .tasks.data.csv_series import read_series
    from .training.experiment import Experiment
    from .training.trainer import Trainer

__all__ = [
    "CELLS",
    "TASKS",
    "Experiment",
    "Monitor",
    "Recording",
    "Recurrent",
    "Trainer",
    "read_series",
    "watch",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "CELLS": ".cells",
        "TASKS": ".tasks",
        "Experiment": ".training.experiment",
        "Monitor": ".io.monitor",
        "Recording": ".layers.recording",
        "Recurrent": ".layers.recurrent",
        "Trainer": ".training.trainer",
        "read_series": ".tasks.data.csv_series",
        "watch": ".io.watching",
    },
)
