"""How far back a loss reaches: the gradient of the last loss alone with respect to every state."""

import numpy as np

from ..training.trainer import Trainer
from .inspection import of_trainer


def reach(trainer: Trainer) -> np.ndarray:
    """||dL_T/dh_t|| of the first layer's forward states, for t = 1 .. T: float [T].

    L_T is the loss of the probe at its last step that has one; later steps are left out, so the last
    entry is at distance 0. Where the task has one loss, at the end, this is the gradient that every
    step records; where it has one at every step, that one is the sum over all losses, and this takes
    a pass of its own. No update is made, and the run is not disturbed.
    """
    subject = of_trainer(trainer)
    last = subject.at[-1]
    subject.single(subject.run(1), last).backward()
    subject.forget()
    recording = trainer.model.recording
    assert recording is not None
    grads = recording[recording.layers[0]]["h"].grads
    assert grads is not None
    return np.linalg.norm(grads[: last + 1, 0].astype(np.float64), axis=1)
