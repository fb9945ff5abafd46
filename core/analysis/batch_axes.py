"""What a batch is made of: its axes, and the vectors that a network reads of one sequence.

axes = axes_of(trainer)                    # of the run's next batch; drawing it changes nothing
input_vectors(task, probe.batch.x[:, 0])   # [T, I]: of symbols one-hot, a row for each step
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
from torch import Tensor

from ..tasks.base import UNKNOWN, Task
from ..training.trainer import Trainer


@dataclass(frozen=True)
class BatchAxes:
    """T steps, B sequences, so many inputs, I, at each step, and so many outputs, O.

    symbolic: x holds numbers of symbols [T, B], each of which stands for a one-hot vector of I numbers. embedding: the
    size of the learned vectors that the network reads instead, or 0. shortest: steps of the shortest sequence; the
    others are filled up to T. at: "last" or "every". losses: how many the loss is the mean of: targets that are known.
    """

    T: int
    B: int
    inputs: int
    outputs: int
    symbolic: bool
    embedding: int
    shortest: int
    at: str
    losses: int

    @property
    def time_major(self) -> tuple[int, int, int]:
        """The axes as this program and torch have them: step, sample, feature."""
        return self.T, self.B, self.inputs

    @property
    def sample_major(self) -> tuple[int, int, int]:
        """The same numbers, the sample first: sample, step, feature."""
        return self.B, self.T, self.inputs


def axes_of(trainer: Trainer) -> BatchAxes:
    """The axes of the run's next batch."""
    task, batch = trainer.task, trainer.peek_batch()
    symbolic = not batch.x.is_floating_point()
    if batch.y.is_floating_point():
        losses = batch.y[..., 0].numel()
    else:
        losses = int(cast(Tensor, batch.y != UNKNOWN).sum())
    return BatchAxes(
        T=batch.T,
        B=batch.B,
        inputs=task.input_size,
        outputs=task.output_size,
        symbolic=symbolic,
        embedding=(trainer.experiment.embedding or 0) if symbolic else 0,
        shortest=batch.T if batch.lengths is None else int(batch.lengths.min()),
        at=task.at,
        losses=losses,
    )


def input_vectors(task: Task, x: Tensor) -> np.ndarray:
    """What one sequence x [T] of symbols or [T, I] of numbers looks like as vectors [T, I]."""
    if x.is_floating_point():
        return x.numpy().astype(np.float64)
    return np.eye(task.input_size)[x.numpy()]
