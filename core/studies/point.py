"""One point of a study: train until the task is solved, or patience is at its end."""

import math
import time
from collections.abc import Mapping
from typing import Any

from ..tasks import TASKS
from ..training.trainer import Experiment, Trainer
from .grid import is_solved


def solve(order: Mapping[str, Any]) -> dict[str, Any]:
    """Trains what `order` describes (see `Point.order`) -> the result.

    The held-out data is looked at as often as the trainer does it by itself, and at the end. The result:
    solved; updates made until then; value and best of the metric that decides, on held-out data (None
    where it is not finite); seconds; diverged: the sentence, or None. Same order, same result, but for
    the seconds.
    """
    begun = time.perf_counter()
    trainer = Trainer(Experiment.from_dict(order["experiment"]))
    metric = (TASKS[trainer.experiment.task].solved or ("",))[0]
    better = max if trainer.task.higher_is_better else min
    best = value = math.nan
    solved = False
    for step in trainer:
        last = step.index >= order["updates"]
        evaluation = step.evaluation or (trainer.evaluate() if last and step.finite else None)
        if evaluation:
            value = evaluation.held_out[metric]
            best = value if math.isnan(best) else better(best, value)
            solved = is_solved(trainer.experiment.task, evaluation.held_out)
        if solved or last:
            break
    return {
        "solved": solved,
        "updates": trainer.index,
        "value": value if math.isfinite(value) else None,
        "best": best if math.isfinite(best) else None,
        "seconds": round(time.perf_counter() - begun, 3),
        "diverged": trainer.diverged,
    }
