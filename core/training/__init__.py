"""One training run: its experiment, its trainer, and the events and budgets of both."""

from typing import TYPE_CHECKING

from ..common.lazy import lazy_exports

if TYPE_CHECKING:
    from .experiment import Experiment
    from .trainer import Trainer

__all__ = ["Experiment", "Trainer"]

__getattr__, __dir__ = lazy_exports(__name__, {"Experiment": ".experiment", "Trainer": ".trainer"})
