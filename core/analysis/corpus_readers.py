"""What reads a corpus: a run's network, or layers with a table of inputs and a head.

model = reader_of_run(trainer)
model.reader, model.vocabulary, model.unit
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor

from ..common.messages import say
from ..layers.recurrent import Recurrent
from ..layers.sequence_model import SequenceModel
from ..tasks.data.scripts import split_characters
from ..training.trainer import Trainer
from .corpus import CorpusReader


@dataclass(frozen=True, eq=False)
class CorpusModel:
    """A copy of the layers, which reads; its symbols -> their numbers; unit: "character" or "word"."""

    reader: CorpusReader
    vocabulary: Mapping[str, int]
    unit: str

    @property
    def predicts(self) -> bool:
        """Whether it says which symbol comes next, so that there is a loss."""
        return self.reader.head is not None


def make_model(
    layers: Recurrent,
    table: Tensor,
    head: tuple[Tensor, Tensor | None] | None,
    vocabulary: Mapping[str, int],
    unit: str,
) -> CorpusModel:
    """A copy of the layers, with the inputs and the head in their precision.

    table [V, I]: what each symbol becomes. A head of other than V outputs says nothing of the next symbol and is left
    out. ValueError for a vocabulary with more symbols than the table has rows, and for layers that read backwards.
    """
    if not vocabulary or max(vocabulary.values()) >= len(table):
        raise ValueError(
            say(
                "Vocabulary: expected 1 to {rows} symbols, numbered from 0, got {got}. "
                "Take the vocabulary that the model was trained with.",
                rows=len(table),
                got=max(vocabulary.values(), default=-1) + 1,
            )
        )
    dtype = next(layers.parameters()).dtype

    def take(values: Tensor) -> Tensor:  # a copy, because a run trains on
        return values.detach().to(dtype, copy=True)

    if head is not None:
        weight, bias = head
        fits = len(weight) == len(table)
        head = (take(weight), None if bias is None else take(bias)) if fits else None
    copy = deepcopy(layers).eval()
    return CorpusModel(CorpusReader(copy, take(table), head), vocabulary, unit)


def reader_of_run(trainer: Trainer) -> CorpusModel:
    """The run's present network, with what it trains under. ValueError where it reads no symbols from left to right."""
    task, network = trainer.task, trainer.model
    if not task.symbolic or not isinstance(network, SequenceModel):
        raise ValueError(
            say(
                "corpus: expected a network that reads symbols one by one, got one of {task}. "
                "Choose a task of names or of text, or bring a model of your own.",
                task=task.title,
            )
        )
    labels = tuple(task.input_labels)
    embedding, head = network.embedding, network.head
    says_next = task.causal and task.at == "every" and tuple(task.labels) == labels
    return make_model(
        network.recurrent,
        torch.eye(len(labels)) if embedding is None else embedding.weight,
        (head.weight, head.bias) if says_next else None,
        {label: number for number, label in enumerate(labels)},
        "word" if any(len(split_characters(label)) > 1 for label in labels) else "character",
    )
