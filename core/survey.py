"""The network reading held-out sequences, every number kept: what a search over many sequences looks at."""

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor

from core.recording import Recording
from core.recurrent import Recurrent
from core.symbols import PAD
from core.tasks.base import Task
from core.training import Trainer

SEQUENCES = 100  # read at most
NUMBERS = 4_000_000  # of one quantity, which bounds the memory
PARTS = {"sequence": ("recurrent",), "seq2seq": ("encoder", "decoder")}
WRITTEN = 3  # inputs of a step that are written out; of more, the step's number is


@dataclass(frozen=True)
class Survey:
    """recording: values only, B sequences. symbols: what each of them shows at each of its own steps."""

    recording: Recording
    symbols: tuple[tuple[str, ...], ...]


def survey(trainer: Trainer, most: int = SEQUENCES) -> dict[str, Survey]:
    """The first held-out sequences, read with the weights as they are now, interventions included.

    -> {"": ...}, or {"encoder": ..., "decoder": ...}; the names are those of `core.subject`. A copy of
    the network reads them: nothing of the run changes.
    """
    task = trainer.task
    model = deepcopy(trainer.model).eval()
    layers: dict[str, Recurrent] = {
        "" if name == "recurrent" else name: getattr(model, name) for name in PARTS[task.network]
    }
    size = next(iter(layers.values()))
    fit = NUMBERS // (task.held_out.T * size.hidden_size * size.num_layers * len(size.directions))
    batch = task.held_out.part(slice(0, max(1, min(most, fit))), task.at)
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
        symbols = tuple(_written(task, x[:end, k]) for k, end in enumerate(ends))
        found[name] = Survey(recording.sequence(slice(None)), symbols)
        start += recording.T
    return found


def _written(task: Task, x: Tensor) -> tuple[str, ...]:
    """What to write under the steps of one sequence, x [T] symbols or [T, I] numbers."""
    if x.dim() == 1:
        return tuple(
            "" if task.network == "seq2seq" and k == PAD else task.input_labels[k] for k in x
        )
    if x.shape[1] > WRITTEN:
        return tuple(str(t + 1) for t in range(len(x)))
    return tuple(" ".join(f"{v:.2g}" for v in row) for row in x.tolist())
