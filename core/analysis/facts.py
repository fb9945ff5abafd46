"""What is known of a run at its newest update, as a few plain numbers: what a diagnosis is made of.

    facts = read_facts(trainer.task, trainer.index, updates, look, evaluation, flow)
    diagnose(facts).sentence

The facts are apart from their reading, so that a case can be written down without a network.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ..layers.recording import Recording
from ..layers.recording_facts import (
    Closed,
    Flow,
    gradient_sizes,
    measure_flow,
    read_flow,
    read_states,
)
from ..tasks.base import Task
from ..training.events import Evaluation, ProbePass, Update

SETTLED = 50  # updates; the gradients before are large because the first weights are far off
LEARNT_SHARE = 0.1  # of the way from the weakest baseline to perfect: less may be chance
SOLVED_SHARE = 0.99  # of a metric that is a share, where the task names no other limit


class Norms(NamedTuple):
    """The gradient norms of an update, for updates whose recordings are gone."""

    grad_norm: float
    grad_norm_clipped: float


@dataclass(frozen=True)
class Score:
    """The headline metric on held-out data.

    update: of the evaluation. baselines: name -> what a naive predictor reaches. target: from which value on
    the task counts as solved; None: nobody says.
    """

    metric: str
    value: float
    is_share: bool = True
    higher_is_better: bool = True
    baselines: Mapping[str, float] = field(default_factory=dict)
    target: float | None = None
    update: int = 0

    @property
    def is_solved(self) -> bool:
        """Whether the target is reached."""
        return self.target is not None and not self._is_better(self.target, self.value)

    @property
    def is_learning(self) -> bool:
        """Whether a clear part of the way from the weakest baseline to a perfect network is done."""
        if not self.baselines:
            return False
        weakest = self.baselines[self._by_strength()[0]]
        if self.higher_is_better:
            return self.value > weakest + LEARNT_SHARE * (1 - weakest)
        if self.metric == "perplexity":  # a mean of logarithms, and 1 is perfect
            return self.value < weakest ** (1 - LEARNT_SHARE)
        return self.value < weakest * (1 - LEARNT_SHARE)

    @property
    def reference(self) -> tuple[str, float] | None:
        """The strongest baseline that is beaten, else the weakest; None without baselines."""
        names = self._by_strength()
        beaten = [name for name in names if self._is_better(self.value, self.baselines[name])]
        name = beaten[-1] if beaten else next(iter(names), None)
        return None if name is None else (name, self.baselines[name])

    def write(self, value: float) -> str:
        """A value of this metric as it is printed."""
        return f"{100 * value:.3g} %" if self.is_share else f"{value:.3g}"

    def _is_better(self, one: float, other: float) -> bool:
        return one > other if self.higher_is_better else one < other

    def _by_strength(self) -> list[str]:
        return sorted(
            self.baselines, key=lambda n: self.baselines[n] * (1 if self.higher_is_better else -1)
        )


@dataclass(frozen=True)
class Facts:
    """update: the newest, 0 before the first one. finite: whether its loss and gradient were.

    norm, usual, largest: the gradient's norm over all weights, of the newest update, the median, and the
    largest that was applied, of the latest `window` updates; largest_at: its update. highest: the largest applied
    since update SETTLED. clipped: the share of them
    that were clipped, usually to `limit`. score: the latest evaluation. flow: None where no gradient was
    recorded. span: the steps that the task needs remembered; None: unknown. sees: how
    many inputs an answer can depend on; None: all before it. closed: the worst.
    dead: the share of units that are 0 at every step. at: where the losses are.
    """

    update: int
    finite: bool = True
    norm: float = 0.5
    usual: float = 0.5
    largest: float = 0.5
    largest_at: int = 0
    highest: float = 0.5
    window: int = 50
    clipped: float = 0.0
    limit: float = 1.0
    score: Score | None = None
    flow: Flow | None = None
    span: int | None = None
    sees: int | None = None
    closed: Closed | None = None
    dead: float = 0.0
    at: str = "last"

    @property
    def is_solved(self) -> bool:
        """Whether the latest evaluation says so."""
        return self.score is not None and self.score.is_solved

    @property
    def is_learning(self) -> bool:
        """Whether the latest evaluation is clearly better than the weakest baseline."""
        return self.score is not None and self.score.is_learning


def read_facts(
    task: Task,
    index: int,
    updates: Sequence[Update | Norms],
    look: ProbePass | None = None,
    evaluation: Evaluation | None = None,
    flow: Flow | None = None,
    highest: float = 0.0,
) -> Facts:
    """The facts of a run that has made `index` updates.

    updates: the latest, the newest last; of all but the newest the norms are enough. look: a pass over the probe;
    None: that of the newest update. flow: of the last loss, where there are several losses, because a recording
    has the sum over them; with one loss it is read from the pass. highest: see `Facts`.
    """
    newest = updates[-1] if updates else None
    if isinstance(newest, Update):
        look = newest.look if look is None else look
    numbers = _read_norms(updates, index) if updates else {"norm": math.nan, "window": 0}
    if look is not None:
        traces = look.recording.traces
        numbers |= read_states(traces, len(look.probe.symbols))
        if flow is None and task.at == "last":
            flow = read_flow(traces[0], len(look.probe.symbols))
    return Facts(
        update=index,
        finite=not isinstance(newest, Update) or newest.finite,
        highest=highest,
        score=None if evaluation is None else read_score(task, evaluation),
        flow=flow,
        span=task.must_remember,
        at=task.at,
        **numbers,
    )


def read_recorded_facts(index: int, recording: Recording, updates: Sequence[Norms] = ()) -> Facts:
    """The facts of a training of which only a recording of one sequence is known: no task, and so no score.

    updates: the latest norms over all weights, the newest last, where somebody says them. The flow is that of the
    recorded gradient, of whatever loss it started from.
    """
    steps = int(recording.lengths[0])
    numbers = _read_norms(updates, index) if updates else {"norm": math.nan, "window": 0}
    numbers |= read_states(recording.traces, steps)
    trace = recording.traces[0]
    # Its last loss may stand at an earlier step.
    sizes = np.trim_zeros(gradient_sizes(trace, steps), "b")
    flow = measure_flow(sizes) if trace.recurrence else None
    return Facts(update=index, flow=flow, **numbers)


def _read_norms(updates: Sequence[Update | Norms], newest: int) -> dict[str, Any]:
    norms = np.array([update.grad_norm for update in updates])
    applied = np.array([update.grad_norm_clipped for update in updates])
    cut = applied < norms
    return {
        "norm": float(norms[-1]),
        "usual": float(np.median(norms)),
        "largest": float(applied.max()),
        "largest_at": newest - (len(updates) - 1 - int(applied.argmax())),
        "window": len(updates),
        "clipped": float(cut.mean()),
        "limit": float(np.median(applied[cut])) if cut.any() else 0.0,
    }


def read_score(task: Task, evaluation: Evaluation) -> Score:
    """The task's headline metric of an evaluation."""
    metric = task.headline
    target = SOLVED_SHARE if task.is_share[metric] else None
    if task.solved is not None and task.solved[0] == metric:
        target = task.solved[1]
    return Score(
        metric,
        evaluation.held_out[metric],
        task.is_share[metric],
        task.higher_is_better,
        {name: values[metric] for name, values in task.baselines.items() if metric in values},
        target,
        evaluation.index,
    )
