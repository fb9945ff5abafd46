"""The events of a training run: an update, a pass over the probe, an evaluation."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..layers.recording import Recording
from ..tasks.base import PanelData, Probe


@dataclass(frozen=True)
class Evaluation:
    """The metrics on fixed data after update `index`, metric -> value, and what the task's panel draws."""

    index: int
    train: dict[str, float]
    held_out: dict[str, float]
    panel_data: PanelData


@dataclass(frozen=True)
class ProbePass:
    """One forward and backward pass over the probe.

    recording: of the probe alone, B = 1; its first L = `len(probe.symbols)` steps are the probe's, the
    rest is padding. output: float32 [L, 1, O], probabilities or values after each step. loss: where the
    recorded gradients start. panel_extras: further numbers of this pass that the task's panel shows.
    """

    recording: Recording
    probe: Probe
    output: np.ndarray
    loss: float
    panel_extras: dict[str, Any] = field(default_factory=dict)


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
