"""One point of a study: a training until the task is solved or the updates are used up."""

import math
import time
from collections.abc import Mapping
from typing import Any

from ..tasks import TASKS
from ..training.trainer import Experiment, Trainer
from .grid import is_solved


def train_point(order: Mapping[str, Any]) -> dict[str, Any]:
    """Trains the experiment of `order` (see `Point.order`) -> the result.

    Evaluations are those of the trainer, and one at the end. The result: solved; updates made; value and
    best of the task's metric on held-out data (None where not finite); seconds; diverged: the sentence, or
    None. The same order gives the same result, except for the seconds.
    """
    start = time.perf_counter()
    trainer = Trainer(Experiment.from_dict(order["experiment"]))
    metric = (TASKS[trainer.experiment.task].solved or ("",))[0]
    best_of = max if trainer.task.higher_is_better else min
    best = value = math.nan
    solved = False
    for update in trainer:
        last = update.index >= order["updates"]
        evaluation = update.evaluation or (trainer.evaluate() if last and update.finite else None)
        if evaluation:
            value = evaluation.held_out[metric]
            best = value if math.isnan(best) else best_of(best, value)
            solved = is_solved(trainer.experiment.task, evaluation.held_out)
        if solved or last:
            break
    return {
        "solved": solved,
        "updates": trainer.index,
        "value": value if math.isfinite(value) else None,
        "best": best if math.isfinite(best) else None,
        "seconds": round(time.perf_counter() - start, 3),
        "diverged": trainer.diverged,
    }
