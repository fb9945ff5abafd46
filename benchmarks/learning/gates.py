"""What the forget gate does: an LSTM as it is, with f held at 1, and with f held at 0.

Agreement over 12 words, 16 units, seed 1: the gradient of the loss with respect to the first state over
that of the last one, the held-out accuracy, and the half-lives of the units.
No times: the figures are the same on every machine up to rounding.
"""

from argparse import Namespace

import numpy as np

from benchmarks._harness.result import Column, Figure, Result, Table
from core.analysis.gates import half_lives
from core.analysis.held_out import read_held_out
from core.training.trainer import Experiment, Trainer

UPDATES = 400
HELD = {"as it is": {}, "f held at 1": {"f": 1.0}, "f held at 0": {"f": 0.0}}


def effect(trainer: Trainer, held: dict[str, float]) -> tuple[float, float]:
    """The ratio of the gradients, and the accuracy, under an intervention."""
    with trainer.model.parts[""].intervene(**held):
        grads = trainer.look().recording["h"].grads
        accuracy = trainer.evaluate().held_out["accuracy"]
    assert grads is not None
    sizes = np.linalg.norm(grads[:, 0].astype(np.float64), axis=1)
    return float(sizes[0] / sizes[-1]), accuracy


def measure(_arguments: Namespace) -> Result:
    """gradients: a row for each intervention; and how long the units remember."""
    trainer = Trainer(Experiment(task="agreement", cell="lstm", hidden_size=16, seed=1))
    untrained = {name: effect(trainer, held) for name, held in HELD.items()}
    for _ in range(UPDATES):
        next(trainer)
    table = Table(
        [
            *(Column("LSTM of 16 units"), Column("gradient, untrained", ".1e")),
            *(Column("right verbs", ".1%"), Column(f"gradient after {UPDATES} updates", ".1e")),
            Column("right verbs", ".1%"),
        ]
    )
    for name, held in HELD.items():
        table.add(name, *untrained[name], *effect(trainer, held))
    lives = half_lives(read_held_out(trainer)[""].recording[0, "forward"])
    return Result(
        {"gradients": table},
        {
            "half_life": Figure(
                "median half-life of a unit", float(np.median(lives)), ".1f", "steps"
            ),
            "longest": Figure("longest half-life", float(lives.max()), ".1f", "steps"),
            "distance": Figure("steps over which the noun is needed", trainer.task.must_remember),
        },
    )
