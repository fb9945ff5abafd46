"""The gradient of the last loss alone with respect to every state: how far back it reaches."""

from typing import cast

import numpy as np

from ..layers.recording_facts import Flow, gradient_sizes, measure_flow
from ..layers.trace import Trace
from ..training.trainer import Trainer
from .inspection import inspect_trainer


def gradient_reach(trainer: Trainer) -> np.ndarray:
    """||dL_T/dh_t|| of the first layer's forward states, for t = 1 .. T: float [T].

    L_T is the probe's loss at its last step that has one; later steps are left out, so the last entry is
    at distance 0. The gradient that an update records is the sum over all losses, so this makes a pass of
    its own. No update is made, and the run is not disturbed.
    """
    trace, steps = _pass_back_last_loss(trainer)
    grads = trace["h"].grads
    assert grads is not None
    return np.linalg.norm(grads[:steps, 0].astype(np.float64), axis=1)


def last_loss_flow(trainer: Trainer) -> Flow | None:
    """The flow of the last loss along h, and c where there is one, by a pass of its own: see `gradient_reach`.

    None without recurrence: nothing flows from step to step.
    """
    if not trainer.experiment.recurrence:
        return None
    return measure_flow(gradient_sizes(*_pass_back_last_loss(trainer)))


def _pass_back_last_loss(trainer: Trainer) -> tuple[Trace, int]:
    """The first layer's forward recording of the last loss alone, and the steps up to it."""
    inspection = inspect_trainer(trainer)
    last = inspection.at[-1]
    inspection.single(inspection.run(1), last).backward()
    inspection.forget()
    recording = trainer.model.recording
    assert recording is not None
    return cast(Trace, recording[recording.layers[0]]), last + 1
