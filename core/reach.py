"""How far back a loss reaches: the gradient of the last loss alone with respect to every state."""

import numpy as np

from core.tasks.base import UNKNOWN, Batch, Probe
from core.training import Trainer


def reach(trainer: Trainer) -> np.ndarray:
    """||dL_T/dh_t|| of the first layer's forward states, for t = 1 .. T: float [T].

    L_T is the loss of the probe at its last step that has one; later steps are left out, so the last
    entry is at distance 0. Where the task has one loss, at the end, this is the gradient that every
    step records; where it has one at every step, that one is the sum over all losses, and this takes
    a pass of its own. No update is made, and the run is not disturbed.
    """
    task, probe, model = trainer.task, trainer.probe, trainer.model
    x, y = probe.batch.x, probe.batch.y
    end = len(x)
    if task.at == "every":
        known = (y != UNKNOWN).reshape(end, -1).any(1).nonzero()
        if not y.is_floating_point() and len(known):
            end = int(known[-1]) + 1
    training = model.training
    model.eval()
    _, watched = model.observe(x[:end], None, 1)
    if task.at == "every":
        last = Probe(Batch(x[end - 1 : end], y[end - 1 : end]), probe.symbols[end - 1 : end])
        loss = task.probe_loss(watched[-1:], last)
    else:
        loss = task.probe_loss(watched, probe)
    loss.backward()
    model.train(training)
    for p in model.parameters():
        p.grad = None
    recording = model.recording
    assert recording is not None
    grads = (
        recording["h"].grads if len(recording.layers) == 1 else recording[0, "forward"]["h"].grads
    )
    assert grads is not None
    return np.linalg.norm(grads[:end, 0].astype(np.float64), axis=1)
