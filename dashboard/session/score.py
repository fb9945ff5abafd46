"""How good a network is, in the words of its task: what the player writes after the headline's value."""

from typing import Any

from core.tasks import Task
from dashboard.common.i18n import _

GUESS = "always"  # begins the name of a baseline that does not look at its input


def describe_score(task: Task) -> dict[str, Any]:
    """Words and naive predictors of the headline, and the value that counts as solved (None: none does), as JSON."""
    unseen, seen = task.score_words
    metric, bound = task.solved or ("", None)
    return {
        "unseen": _(unseen),
        "seen": _(seen),
        "baselines": [
            {
                "label": _("guessing") if name.startswith(GUESS) else _(name).partition(":")[0],
                "words": _(task.baseline_words.get(name, name)),
                "value": values[task.headline],
            }
            for name, values in task.baselines.items()
            if task.headline in values
        ],
        "solved": bound if metric == task.headline else None,
        "rises": task.higher_is_better,
    }
