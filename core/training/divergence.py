"""Divergence: snapshots to go back to, the sentence that explains it, and the settings that avoid it."""

import math
from collections.abc import Sequence
from typing import Any

from torch import Tensor

from ..common.messages import clauses, listing, say
from ..tasks import TASKS
from .experiment import FIELDS, Experiment

SNAPSHOT_UPDATES = 25  # updates between two snapshots
SNAPSHOT_MARGIN = 10  # updates; the weights of a snapshot nearer to the end may already be lost
EXPLODING_FACTOR = (
    100  # the growth of the gradient norm over the latest updates that counts as exploding
)
HIGH_RATE_FACTOR = 10  # a learning rate that many times the task's default counts as high
SCALE_FREE = ("rmsprop", "adam")  # optimizers whose updates do not grow with the gradient
UNBOUNDED = ("relu", "identity")  # activations whose states can grow without bound

State = dict[str, Tensor]


class Snapshots:
    """The latest three states of a run, by the number of updates made."""

    def __init__(self) -> None:
        self.states: dict[int, State] = {}

    def due(self, index: int) -> bool:
        """Whether a snapshot is to be taken after update `index`."""
        return index % SNAPSHOT_UPDATES == 0

    def keep(self, index: int, state: State) -> None:
        """Adds the state after update `index`; the newest three remain."""
        self.states[index] = state
        for old in sorted(self.states)[:-3]:
            del self.states[old]

    def good(self, index: int) -> State:
        """The newest state SNAPSHOT_MARGIN updates before `index`; the oldest when all are nearer."""
        early = [i for i in self.states if i <= index - SNAPSHOT_MARGIN]
        return self.states[max(early) if early else min(self.states)]


def explain_divergence(
    experiment: Experiment, update: int, loss: float, norm: float, norms: Sequence[float]
) -> str:
    """The sentence that explains a loss or gradient norm that is not finite.

    loss, norm: of `update`. norms: the gradient norms of the updates before it, the latest last.
    """
    quantity = say("the loss") if not math.isfinite(loss) else say("the gradient norm")
    value = loss if not math.isfinite(loss) else norm
    causes = []
    past = [n for n in norms if math.isfinite(n)]
    if past and max(past) > EXPLODING_FACTOR * min(past):
        causes.append(
            say(
                "the gradient exploded: its norm rose from {low:.2g} to {high:.2g} within {n} updates",
                low=min(past),
                high=max(past),
                n=len(past),
            )
        )
    rate = task_default(experiment, "learning_rate")
    if experiment.learning_rate > HIGH_RATE_FACTOR * rate:
        causes.append(
            say(
                "the learning rate {rate:g} is {times:,.0f} times the usual one of this task",
                rate=experiment.learning_rate,
                times=experiment.learning_rate / rate,
            )
        )
    activation = experiment.cell_options.get("activation")
    if activation in UNBOUNDED:
        causes.append(
            say(
                "{activation} states have no bound and can grow with every time step",
                activation=activation,
            )
        )
    if experiment.clipping == "off":
        causes.append(say("no clipping held the updates back"))
    reasons = clauses(causes) or say("the updates were too large for these weights")
    cure = listing(
        say("{setting} {value}", setting=name, value=value)
        for name, value in suggest_remedy(experiment).items()
    )
    return say(
        "Update {update}: expected finite numbers, got {got} for {quantity}. Likely because {reasons}. "
        "Go back to an earlier state, with {settings}.",
        update=update,
        got=value,
        quantity=quantity,
        reasons=reasons,
        settings=cure,
    )


def suggest_remedy(experiment: Experiment) -> dict[str, Any]:
    """The settings to change so that the run can go on, name -> value.

    Clipping by norm; and a smaller learning rate where clipping cannot help: when it was already on, when
    the learning rate itself is far too high, and with Adam and RMSprop, which divide by the gradient's size.
    """
    changes: dict[str, Any] = {"clipping": "norm"}
    if experiment.clip_at > task_default(experiment, "clip_at"):
        changes["clip_at"] = task_default(experiment, "clip_at")
    rate, default = experiment.learning_rate, task_default(experiment, "learning_rate")
    too_fast = rate > HIGH_RATE_FACTOR * default
    if too_fast or experiment.clipping == "norm" or experiment.optimizer in SCALE_FREE:
        slower = max(rate / 10, FIELDS["learning_rate"].low)
        changes["learning_rate"] = default if too_fast else slower
    return changes


def task_default(experiment: Experiment, field: str) -> float:
    """The task's default of a field."""
    return TASKS[experiment.task].defaults.get(field, FIELDS[field].default)
