"""The network reading held-out sequences, every number kept: what a search over many sequences looks at."""

from copy import deepcopy
from dataclasses import dataclass

import torch

from ..layers.recording import Recording
from ..training.intervention_log import parts
from ..training.trainer import Trainer

SEQUENCES = 100  # read at most
NUMBERS = 4_000_000  # of one quantity, which bounds the memory


@dataclass(frozen=True)
class Survey:
    """recording: values only, B sequences. symbols: what each of them shows at each of its own steps."""

    recording: Recording
    symbols: tuple[tuple[str, ...], ...]


def survey(trainer: Trainer, most: int = SEQUENCES) -> dict[str, Survey]:
    """The first held-out sequences, read with the weights as they are now, interventions included.

    -> one for each of the `parts`. A copy of the network reads them: nothing of the run changes.
    """
    task = trainer.task
    model = deepcopy(trainer.model).eval()
    layers = parts(model)
    first = next(iter(layers.values()))
    fit = NUMBERS // (task.held_out.T * sum(first.sizes) * len(first.directions))
    batch = task.held_out.subset(slice(0, max(1, min(most, fit))), task.at)
    for layer in layers.values():
        layer.record = "values"
    with torch.no_grad():
        model(batch.x, batch.lengths)
    found, start = {}, 0
    for name, layer in layers.items():
        recording = layer.recording
        assert recording is not None
        x = batch.x[start : start + recording.T]
        ends = recording.lengths.tolist()
        symbols = tuple(task.written(x[:end, k]) for k, end in enumerate(ends))
        found[name] = Survey(recording.sequence(slice(None)), symbols)
        start += recording.T
    return found
