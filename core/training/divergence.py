"""When the numbers leave the finite: where to go back to, and what to tell the reader."""

import math
from collections.abc import Sequence
from typing import Any

from torch import Tensor

from ..tasks import TASKS
from .experiment import FIELDS, Experiment

EVERY = 25  # updates between two snapshots
MARGIN = 10  # a snapshot as near to the end as that may hold weights that are already lost
GROWTH = 100  # a gradient that grew so many times over the latest updates is called exploding
TOO_FAST = 10  # a learning rate so many times the task's usual one is called high
SCALE_FREE = ("rmsprop", "adam")  # their updates are as long whatever the gradient's size
UNBOUNDED = ("relu", "identity")  # activations whose states can grow without bound

State = dict[str, Tensor]


class Snapshots:
    """The latest three states of a run, by the number of updates made."""

    def __init__(self) -> None:
        self.states: dict[int, State] = {}

    def due(self, index: int) -> bool:
        """Whether it is time for one."""
        return index % EVERY == 0

    def keep(self, index: int, state: State) -> None:
        """Adds one, forgets the fourth."""
        self.states[index] = state
        for old in sorted(self.states)[:-3]:
            del self.states[old]

    def good(self, index: int) -> State:
        """The newest one well before update `index`; the oldest when all are near it."""
        far = [i for i in self.states if i <= index - MARGIN]
        return self.states[max(far) if far else min(self.states)]


def why_diverged(
    experiment: Experiment, update: int, loss: float, norm: float, norms: Sequence[float]
) -> str:
    """The sentence for a run whose loss or gradient norm is not a finite number.

    norms: the gradient norms of the updates before, the latest last.
    """
    what = "the loss" if not math.isfinite(loss) else "the gradient norm"
    value = loss if not math.isfinite(loss) else norm
    causes = []
    past = [n for n in norms if math.isfinite(n)]
    if past and max(past) > GROWTH * min(past):
        causes.append(
            f"the gradient exploded: its norm rose from {min(past):.2g} to {max(past):.2g} "
            f"within {len(past)} updates"
        )
    rate = usual(experiment, "learning_rate")
    if experiment.learning_rate > TOO_FAST * rate:
        causes.append(
            f"the learning rate {experiment.learning_rate:g} is "
            f"{experiment.learning_rate / rate:,.0f} times the usual one of this task"
        )
    activation = experiment.cell_options.get("activation")
    if activation in UNBOUNDED:
        causes.append(f"{activation} states have no bound and can grow with every time step")
    if experiment.clipping == "off":
        causes.append("no clipping held the updates back")
    why = "; ".join(causes) or "the updates were too large for these weights"
    cure = ", ".join(f"{name} {value}" for name, value in remedy(experiment).items())
    return (
        f"Update {update}: expected finite numbers, got {value} for {what}. Likely because {why}. "
        f"Go back to an earlier state, with {cure}."
    )


def remedy(experiment: Experiment) -> dict[str, Any]:
    """What to change so that the run can go on: clipping by norm, and where that cannot help, a
    smaller learning rate.

    It cannot help when it was on already, when the learning rate itself is out of all proportion, and
    with Adam and RMSprop, which divide by the gradient's size and so undo it.
    """
    changes: dict[str, Any] = {"clipping": "norm"}
    if experiment.clip_at > usual(experiment, "clip_at"):
        changes["clip_at"] = usual(experiment, "clip_at")
    rate, best = experiment.learning_rate, usual(experiment, "learning_rate")
    too_fast = rate > TOO_FAST * best
    if too_fast or experiment.clipping == "norm" or experiment.optimizer in SCALE_FREE:
        slower = max(rate / 10, FIELDS["learning_rate"].low)
        changes["learning_rate"] = best if too_fast else slower
    return changes


def usual(experiment: Experiment, field: str) -> float:
    """The task's default of a field."""
    return TASKS[experiment.task].defaults.get(field, FIELDS[field].default)
