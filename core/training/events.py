"""What one update tells: the events that a training run is made of."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..layers.recording import Recording
from ..tasks.base import PanelData, Probe


@dataclass(frozen=True)
class Evaluation:
    """The network judged after update `index` on fixed data: metric -> value, and what the task's panel draws."""

    index: int
    train: dict[str, float]
    held_out: dict[str, float]
    panel_data: PanelData


@dataclass(frozen=True)
class Look:
    """The network reading the probe.

    recording: of the probe alone, B = 1; its first `len(probe.symbols)` steps are the probe's, the
    rest is padding. output: float32 [L, 1, O], what the network says after each step, as read
    (probabilities or values). loss: where the recorded gradients start. panel_extras: what else the task's
    panel needs of this reading.
    """

    recording: Recording
    probe: Probe
    output: np.ndarray
    loss: float
    panel_extras: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One update.

    index: its number, from 1. loss, metrics: of its batch, before the weights moved.
    grad_norm, grad_norm_clipped: of all parameters together. finite: False when loss or gradient was
    not a finite number; then the update was not applied.
    look: the probe, which rode along. evaluation: at the first update, a few times soon
    after it, and then every `Trainer.evaluate_every`.
    """

    index: int
    loss: float
    metrics: dict[str, float]
    grad_norm: float
    grad_norm_clipped: float
    learning_rate: float
    look: Look
    finite: bool = True
    evaluation: Evaluation | None = None

    @property
    def recording(self) -> Recording:
        """Of the probe: see `Look`."""
        return self.look.recording

    @property
    def probe_output(self) -> np.ndarray:
        """[L, 1, O]: see `Look`."""
        return self.look.output

    @property
    def symbols(self) -> tuple[str, ...]:
        """What to write under each step of the probe."""
        return self.look.probe.symbols

    @property
    def answer(self) -> str:
        """What is right for the probe, in words; "" when nobody knows."""
        return self.look.probe.answer
