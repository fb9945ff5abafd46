"""Several experiments trained in lockstep: the same data, the same batches, one update counter.

    for round in Lockstep([Experiment(cell=cell) for cell in ("rnn", "lstm", "gru")]):
        print(round.index, [update.loss for (update,) in round.updates])

Each experiment has a trainer of its own, and its run is bit for bit what it would be alone. Only the work
of drawing a batch is shared.
"""

import statistics
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..common.messages import say
from ..tasks.base import Batch, Task
from ..training.events import Update
from ..training.experiment import Experiment
from ..training.settings_log import find_changes
from ..training.trainer import Trainer

TIMED_UPDATES = 51  # latest update times of each experiment, of which the median is taken
SETTLING_UPDATES = 3  # first updates, which allocate memory and are slower


class SharedSample:
    """`task.draw` that remembers its last batch, and the generator's state before and after it.

    A batch depends on that state, its size and the number of updates alone. So a caller whose generator is
    in the same state gets the remembered batch, and its generator the state after drawing it. Any other
    caller gets a new batch.
    """

    def __init__(self, task: Task):
        self.task = task
        self.drawn = 0  # batches that were drawn, not remembered
        self.seconds = 0.0  # CPU time of all calls
        self._last: tuple[tuple[int, int], Tensor, Batch, Tensor] | None = None

    def __call__(self, generator: torch.Generator, batch_size: int, update: int) -> Batch:
        """The batch that `task.draw` would give, with the same effect on `generator`."""
        start = time.thread_time()
        state, last = generator.get_state(), self._last
        if last is None or last[0] != (batch_size, update) or not torch.equal(last[1], state):
            batch = self.task.draw(generator, batch_size, update)
            self.drawn += 1
            self._last = last = ((batch_size, update), state, batch, generator.get_state())
        else:
            generator.set_state(last[3])
        self.seconds += time.thread_time() - start
        return last[2]


@dataclass(frozen=True)
class Round:
    """One update of every experiment.

    updates[experiment][seed]: None after the end of a run, whose last update is not finite.
    """

    index: int
    updates: tuple[tuple[Update | None, ...], ...]


class Lockstep(Iterator[Round]):
    """Trains experiments in lockstep; each `next` is one update of each. Ends when all have diverged.

    experiments: they must share task, its options, seed and batch size; ValueError otherwise.
    seeds: the number of trainings of each experiment, with its own seed and the following ones.
    probe: the text of the sequence that all of them observe; None: a held-out example.
    """

    def __init__(self, experiments: Sequence[Experiment], seeds: int = 1, probe: str | None = None):
        check_shared(experiments)
        self.experiments = tuple(experiments)
        task = experiments[0].make_task()
        samples = [SharedSample(task) for _ in range(seeds)]
        self.trainers = [
            [Trainer(e.but(seed=e.seed + k), probe) for k in range(seeds)] for e in experiments
        ]
        for trainers in self.trainers:
            for trainer, sample in zip(trainers, samples, strict=True):
                trainer.draw = sample
        self._samples = samples
        self._times = [deque[float](maxlen=TIMED_UPDATES) for _ in experiments]
        self.index = 0

    def __next__(self) -> Round:
        if all(trainer.diverged for trainers in self.trainers for trainer in trainers):
            raise StopIteration
        self.index += 1
        updates = tuple(
            tuple(self._update(column, k) for k in range(len(trainers)))
            for column, trainers in enumerate(self.trainers)
        )
        return Round(self.index, updates)

    def _update(self, column: int, seed: int) -> Update | None:
        sample = self._samples[seed]
        start, drawing_seconds = time.thread_time(), sample.seconds
        update = next(self.trainers[column][seed], None)
        seconds = time.thread_time() - start - (sample.seconds - drawing_seconds)
        if update is not None and update.evaluation is None and update.index > SETTLING_UPDATES:
            self._times[column].append(seconds)
        return update

    def update_time(self, column: int) -> float | None:
        """Median CPU seconds of the latest updates of one experiment, measured while the others run too.

        Without the drawing of the batch, which is shared, and without updates that evaluate. None before
        the first measured update.
        """
        times = self._times[column]
        return statistics.median(times) if times else None

    def change_settings(self, experiments: Sequence[Experiment]) -> None:
        """All go on from the next update as these experiments, which differ in `CHANGEABLE` settings alone.

        ValueError, and nothing changes, for other differences.
        """
        pairs = zip(self.experiments, experiments, strict=True)
        changes = [find_changes(present, wanted) for present, wanted in pairs]
        if None in changes:
            raise ValueError(
                say(
                    "compare: expected experiments whose runs can go on, got another network or other batches. "
                    "Begin a new comparison."
                )
            )
        for trainers, changed in zip(self.trainers, changes, strict=True):
            for trainer in trainers:
                trainer.change_settings(**(changed or {}))
        self.experiments = tuple(experiments)

    def set_probe(self, text: str | None) -> None:
        """Makes another sequence the probe of all from the next update on. On ValueError nothing changes."""
        for trainers in self.trainers:
            for trainer in trainers:
                trainer.set_probe(text)


def check_shared(experiments: Sequence[Experiment]) -> None:
    """ValueError unless the experiments can be trained on the same batches."""
    first = experiments[0]
    for name in ("task", *first.task_options, "seed", "batch_size"):
        for other in experiments:
            if getattr(other, name) != getattr(first, name):
                raise ValueError(
                    say(
                        "compare: expected one {name} for all experiments, got "
                        "{one} and {other}. They would not "
                        "see the same batches; give all of them the same.",
                        name=name,
                        one=_short(getattr(first, name)),
                        other=_short(getattr(other, name)),
                    )
                )


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 30 else text[:27] + "..."
