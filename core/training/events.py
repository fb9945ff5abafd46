"""The events of a training run: an update, a pass over the probe, an evaluation."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import Tensor

from ..layers.input_gradients import InputReader, input_gradients, input_readers
from ..layers.recording import Recording
from ..layers.seq2seq import Seq2Seq
from ..layers.sequence_model import SequenceModel
from ..tasks.base import PanelData, Probe


@dataclass(frozen=True)
class Evaluation:
    """The metrics on fixed data after update `index`, metric -> value, and what the task's panel draws."""

    index: int
    train: dict[str, float]
    held_out: dict[str, float]
    panel_data: PanelData


@dataclass(frozen=True)
class ProbeInputs:
    """What a pass read of the probe, and with which weights.

    x [L, 1, I]: what the first layers read. parts: for each part of the network its steps, and how it reads them.
    """

    x: np.ndarray
    parts: tuple[tuple[slice, tuple[InputReader, ...]], ...]

    @classmethod
    def of_model(cls, model: SequenceModel | Seq2Seq, x: Tensor) -> "ProbeInputs":
        """Of the model as it is, and x of the probe's batch."""
        readers = map(input_readers, model.parts.values())
        parts = zip(model.steps_of_parts(x), readers, strict=True)
        return cls(model.read_inputs(x).numpy(), tuple(parts))

    def saliency(self, recording: Recording) -> np.ndarray:
        """Gradient times input of each step, [L], from the recording of that pass."""
        shares = np.zeros(len(self.x))
        for steps, readers in self.parts:
            gradients = input_gradients(readers, recording, self.x)
            shares[steps] = (gradients * self.x.astype(np.float64))[steps].sum((1, 2))
        return shares


@dataclass(frozen=True)
class ProbePass:
    """One forward and backward pass over the probe.

    recording: of the probe alone, B = 1; its first L = `len(probe.symbols)` steps are the probe's, the
    rest is padding. output: float32 [L, 1, O], probabilities or values after each step. loss: where the
    recorded gradients start. inputs: what was read. panel_extras: further numbers of this pass that the task's panel
    shows.
    """

    recording: Recording
    probe: Probe
    output: np.ndarray
    loss: float
    inputs: ProbeInputs | None = None
    panel_extras: dict[str, Any] = field(default_factory=dict)

    @property
    def saliency(self) -> np.ndarray | None:
        """Which inputs mattered for the loss: gradient times input of each step, [L]. None where no inputs were kept."""
        return None if self.inputs is None else self.inputs.saliency(self.recording)


@dataclass(frozen=True)
class Update:
    """One update.

    index: its number, from 1. loss, metrics: of its batch, before the weights moved.
    grad_norm, grad_norm_clipped: of all parameters together. finite: False when loss or gradient was
    not a finite number; then the update was not applied.
    look: the pass over the probe, part of the same batch. evaluation: at the first update, a few times
    soon after it, then every `Trainer.evaluate_every` updates; else None.
    """

    index: int
    loss: float
    metrics: dict[str, float]
    grad_norm: float
    grad_norm_clipped: float
    learning_rate: float
    look: ProbePass
    finite: bool = True
    evaluation: Evaluation | None = None

    @property
    def recording(self) -> Recording:
        """The recording of the probe: see `ProbePass`."""
        return self.look.recording

    @property
    def probe_output(self) -> np.ndarray:
        """The output for the probe, float32 [L, 1, O]: see `ProbePass`."""
        return self.look.output

    @property
    def symbols(self) -> tuple[str, ...]:
        """The label under each of the L steps of the probe."""
        return self.look.probe.symbols

    @property
    def answer(self) -> str:
        """The right answer for the probe in words; "" when it is unknown."""
        return self.look.probe.answer
