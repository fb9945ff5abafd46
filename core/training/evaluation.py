"""Evaluation of a network on fixed data; its training is not disturbed."""

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
NO_LIMIT = 10**9  # more sequences than there are


@torch.no_grad()
def evaluate(
    model: Network,
    task: Task,
    chunk: int,
    index: int,
    panel_options: Mapping[str, Any],
    most: int = NO_LIMIT,
) -> Evaluation:
    """Metrics on the task's training sample and held-out data, and what its panel draws.

    chunk: the number of sequences at a time, which bounds the memory. index: the number of updates made;
    also the seed of random drawings in the panel. panel_options: keyword arguments of `Task.panel_data`.
    most: only the first `most` sequences of each are used.
    """
    train, held_out = (
        batch.subset(slice(most), task.at) for batch in (task.train_eval, task.held_out)
    )
    with model.unrecorded():
        train_output, output = (
            run_in_chunks(model, task, batch, chunk) for batch in (train, held_out)
        )
        return Evaluation(
            index,
            task.metrics(train_output, train),
            task.metrics(output, held_out),
            task.panel_data(model, output, held_out, index, **panel_options),
        )


def release_memory(model: Network, most: int) -> None:
    """Frees the memory of passes over more than `most` sequences; training batches keep theirs."""
    for module in model.modules():
        if isinstance(module, Recurrent):
            module.release_memory(most)


def run_in_chunks(model: Network, task: Task, batch: Batch, chunk: int) -> Tensor:
    """The output [B, O] or [T, B, O] for a large batch, computed in chunks of at most `chunk` sequences.

    Sequences of similar length share a chunk, which has as many steps as its longest. The longest come
    first and the chunks are of equal size where possible, so that all of them reuse the same memory.
    """
    batch_dim = 0 if task.at == "last" else 1
    if batch.lengths is None or isinstance(model, Seq2Seq):
        order = torch.arange(batch.B)
    else:
        order = batch.lengths.argsort(stable=True, descending=True)
    outputs = []
    for indices in order.split(math.ceil(batch.B / math.ceil(batch.B / chunk))):
        subset = batch.subset(indices, task.at)
        steps = subset.T if subset.lengths is None else int(subset.lengths.max())
        output = model(subset.x[:steps], subset.lengths)
        if batch_dim:
            output = pad(output, (0, 0, 0, 0, 0, batch.T - steps))
        outputs.append(output)
    return torch.cat(outputs, batch_dim).index_select(batch_dim, order.argsort())
