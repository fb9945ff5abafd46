"""Judging a network on fixed data, without disturbing its training."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from core.networks import SequenceModel
from core.seq2seq import Seq2Seq
from core.steps import Evaluation
from core.tasks.base import Batch, Task

Network = SequenceModel | Seq2Seq


@torch.no_grad()
def evaluate(
    model: Network, task: Task, part: int, index: int, wishes: Mapping[str, Any]
) -> Evaluation:
    """Metrics on the task's training sample and held-out data, and its picture.

    part: so many sequences at a time, which bounds the memory. index: the number of updates made; it
    is also the seed of what the picture draws. wishes: how to draw it, where the task leaves a choice.
    """
    with model.unrecorded():
        seen = run(model, task, task.train_eval, part)
        unseen = run(model, task, task.held_out, part)
        return Evaluation(
            index,
            task.metrics(seen, task.train_eval),
            task.metrics(unseen, task.held_out),
            task.picture(model, unseen, task.held_out, index, **wishes),
        )


def run(model: Network, task: Task, batch: Batch, part: int) -> Tensor:
    """The output for a large batch, `part` sequences at a time: [B, O] or [T, B, O]."""
    outputs = []
    for start in range(0, batch.B, part):
        piece = batch.part(slice(start, start + part), task.at)
        outputs.append(model(piece.x, piece.lengths))
    return torch.cat(outputs, 0 if task.at == "last" else 1)
