"""The gradient of the last loss alone with respect to every state: how far back it reaches."""

import numpy as np

from ..training.trainer import Trainer
from .inspection import inspect_trainer


def gradient_reach(trainer: Trainer) -> np.ndarray:
    """||dL_T/dh_t|| of the first layer's forward states, for t = 1 .. T: float [T].

    L_T is the probe's loss at its last step that has one; later steps are left out, so the last entry is
    at distance 0. The gradient that an update records is the sum over all losses, so this makes a pass of
    its own. No update is made, and the run is not disturbed.
    """
    inspection = inspect_trainer(trainer)
    last = inspection.at[-1]
    inspection.single(inspection.run(1), last).backward()
    inspection.forget()
    recording = trainer.model.recording
    assert recording is not None
    grads = recording[recording.layers[0]]["h"].grads
    assert grads is not None
    return np.linalg.norm(grads[: last + 1, 0].astype(np.float64), axis=1)
