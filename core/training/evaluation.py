"""Judging a network on fixed data, without disturbing its training."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad

from ..layers.recurrent import Recurrent
from ..layers.seq2seq import Seq2Seq
from ..layers.sequence_model import SequenceModel
from ..tasks.base import Batch, Task
from .events import Evaluation

Network = SequenceModel | Seq2Seq
MANY = 10**9  # more sequences than there are


@torch.no_grad()
def evaluate(
    model: Network,
    task: Task,
    part: int,
    index: int,
    panel_options: Mapping[str, Any],
    most: int = MANY,
) -> Evaluation:
    """Metrics on the task's training sample and held-out data, and what its panel draws.

    part: so many sequences at a time, which bounds the memory. index: the number of updates made; it
    is also the seed of what the panel draws at random. panel_options: further arguments of `Task.panel_data`.
    most: the first so many sequences of each are judged.
    """
    known, new = (batch.subset(slice(most), task.at) for batch in (task.train_eval, task.held_out))
    with model.unrecorded():
        seen, unseen = (run(model, task, batch, part) for batch in (known, new))
        return Evaluation(
            index,
            task.metrics(seen, known),
            task.metrics(unseen, new),
            task.panel_data(model, unseen, new, index, **panel_options),
        )


def release(model: Network, most: int) -> None:
    """Gives back the memory of passes over more than `most` sequences; a run keeps what it trains with."""
    for module in model.modules():
        if isinstance(module, Recurrent):
            module.release(most)


def run(model: Network, task: Task, batch: Batch, part: int) -> Tensor:
    """The output for a large batch, at most `part` sequences at a time: [B, O] or [T, B, O].

    Sequences of like length go together, and no part has more steps than its longest. The longest go
    first and all parts are of one size, as far as they can be, so that one piece of memory does for all.
    """
    side = 0 if task.at == "last" else 1
    if batch.lengths is None or isinstance(model, Seq2Seq):
        order = torch.arange(batch.B)
    else:
        order = batch.lengths.argsort(stable=True, descending=True)
    outputs = []
    for places in order.split(math.ceil(batch.B / math.ceil(batch.B / part))):
        piece = batch.subset(places, task.at)
        steps = piece.T if piece.lengths is None else int(piece.lengths.max())
        output = model(piece.x[:steps], piece.lengths)
        if side:
            output = pad(output, (0, 0, 0, 0, 0, batch.T - steps))
        outputs.append(output)
    return torch.cat(outputs, side).index_select(side, order.argsort())
