"""A pass over many held-out sequences with every value recorded, for searches over them."""

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch

from ..layers.recording import Recording
from ..training.trainer import Trainer
from .weight_history import restore_weights

MAX_SEQUENCES = 100  # in one pass
MAX_NUMBERS = 4_000_000  # of one quantity, to bound the memory


@dataclass(frozen=True)
class HeldOutReading:
    """recording: values only, B sequences. symbols: for each sequence, a label for each of its steps."""

    recording: Recording
    symbols: tuple[tuple[str, ...], ...]


def read_held_out(
    trainer: Trainer, most: int = MAX_SEQUENCES, weights: np.ndarray | None = None
) -> dict[str, HeldOutReading]:
    """A pass over the first held-out sequences with the present interventions.

    weights: those of an earlier update (`weight_history.flatten_weights`); None: the present ones.
    -> part of the network -> its reading. A copy of the network makes the pass: the run does not change.
    """
    task, model = trainer.task, trainer.model
    model = deepcopy(model) if weights is None else restore_weights(model, weights)
    model.eval()
    layers = model.parts
    first = next(iter(layers.values()))
    fitting = MAX_NUMBERS // (task.held_out.T * sum(first.sizes) * len(first.directions))
    batch = task.held_out.subset(slice(0, max(1, min(most, fitting))), task.at)
    for layer in layers.values():
        layer.record = "values"
    with torch.no_grad():
        model(batch.x, batch.lengths)
    readings, start = {}, 0
    for name, layer in layers.items():
        recording = layer.recording
        assert recording is not None
        x = batch.x[start : start + recording.T]
        ends = recording.lengths.tolist()
        symbols = tuple(task.written(x[:end, k]) for k, end in enumerate(ends))
        readings[name] = HeldOutReading(recording.sequence(slice(None)), symbols)
        start += recording.T
    return readings
