"""Claims about a training run, and what they measure: a run with all its numbers, a bound, the seeds that keep it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from core.layers.recording_facts import gradient_sizes
from core.training.presets import PRESETS
from core.training.trainer import Evaluation, Experiment, Trainer, Update

SEEDS, WINDOW = 3, 101


@dataclass
class Run:
    """A trained network with what its updates gave. norms: before and after clipping."""

    trainer: Trainer
    losses: list[float] = field(default_factory=list)
    norms: list[tuple[float, float]] = field(default_factory=list)
    evaluations: dict[int, Evaluation] = field(default_factory=dict)
    newest: Update | None = None

    def add(self, update: Update) -> None:
        """Keeps what an update gave."""
        self.newest = update
        self.losses.append(update.loss)
        self.norms.append((update.grad_norm, update.grad_norm_clipped))
        if update.evaluation is not None:
            self.evaluations[update.index] = update.evaluation

    @property
    def score(self) -> float:
        """The held-out headline metric after the last update."""
        return self.evaluations[self.trainer.index].held_out[self.trainer.task.headline]

    def mean_score(self, first: int, last: int) -> float:
        """The mean of the headline metric over the evaluations from update `first` to `last`."""
        headline = self.trainer.task.headline
        rows = {i: e.held_out[headline] for i, e in self.evaluations.items() if first <= i <= last}
        return float(np.mean(list(rows.values())))

    def baseline(self, name: str) -> float:
        """What a naive predictor reaches."""
        return self.trainer.task.baselines[name][self.trainer.task.headline]

    @property
    def jitter(self) -> float:
        """Root mean square distance of a batch's loss from the mean of the WINDOW around it, second half."""
        late = np.array(self.losses[len(self.losses) // 2 :])
        around = np.convolve(late, np.full(WINDOW, 1 / WINDOW), "valid")
        return float(np.sqrt(((late[WINDOW // 2 : -(WINDOW // 2)] - around) ** 2).mean()))


@lru_cache(maxsize=24)
def train(experiment: Experiment, updates: int) -> Run:
    """A run of so many updates, evaluated at the end too; those that several claims need are kept."""
    trainer = Trainer(experiment)
    run = Run(trainer)
    for update in trainer:
        if not update.finite:
            break
        run.add(update)
        if update.index == updates:
            break
    run.evaluations.setdefault(trainer.index, trainer.evaluate())
    return run


@dataclass(frozen=True)
class Claim:
    """A claim of an example after so many updates.

    words: what is measured. least, most: the bound, of which one is None. needed: of three seeds.
    said: the figures of the sentence that this claim stands for.
    """

    updates: int
    words: str
    measure: Callable[[Run], float]
    least: float | None = None
    most: float | None = None
    needed: int = SEEDS
    said: str = ""

    def holds(self, values: list[float]) -> bool:
        """Whether enough seeds keep the bound."""
        good = [
            (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            for value in values
        ]
        return sum(good) >= self.needed

    @property
    def bound(self) -> str:
        """The bound in words."""
        words = f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"
        return words if self.needed == SEEDS else f"{words}, {self.needed} of {SEEDS} seeds"


def score(run: Run) -> float:
    """The held-out headline metric."""
    return run.score


def against(name: str) -> Callable[[Run], float]:
    """The metric over what a baseline reaches."""
    return lambda run: run.score / run.baseline(name)


def of_other(
    measure: Callable[[Run, Run], float], preset: str | None = None, **changes: object
) -> Callable[[Run], float]:
    """A measure of two runs of the same seed and length: this one, and the one of another preset or settings."""

    def both(run: Run) -> float:
        e = run.trainer.experiment
        other = PRESETS[preset].experiment.but(seed=e.seed) if preset else e.but(**changes)
        return measure(run, train(other, run.trainer.index))

    return both


def overfitting(run: Run) -> float:
    """Accuracy on a sample of the training data, less the held-out one."""
    evaluation, metric = run.evaluations[run.trainer.index], run.trainer.task.headline
    return evaluation.train[metric] - evaluation.held_out[metric]


def first_over_peak(run: Run) -> float:
    """The gradient at step 1 over its largest, over h and c, at the last update."""
    assert run.newest is not None
    recording = run.newest.recording
    sizes = gradient_sizes(recording[recording.layers[0]], len(run.newest.symbols))
    return float(sizes[0] / sizes.max())


def early_first_over_peak(updates: int) -> Callable[[Run], float]:
    """The same for a shorter run of the same experiment."""
    return lambda run: first_over_peak(train(run.trainer.experiment, updates))
