"""What the forget gate does: an LSTM as it is, with f held at 1, and with f held at 0.

    python -m benchmarks.gates

Agreement over 12 words, 16 units, seed 1: the gradient of the loss with respect to the first state over
that of the last one, the held-out accuracy, and the half-lives of the units, before and after training.
No times: the figures are the same on every machine up to rounding.
"""

import numpy as np

from core.analysis.gates import half_lives
from core.analysis.held_out import survey
from core.training.intervention_log import parts
from core.training.trainer import Experiment, Trainer

UPDATES = 400
HELD = {"as it is": {}, "f = 1": {"f": 1.0}, "f = 0": {"f": 0.0}}


def row(trainer: Trainer, held: dict[str, float]) -> str:
    """The ratio of the gradients, and the accuracy, under an intervention."""
    with parts(trainer.model)[""].intervene(**held):
        grads = trainer.look().recording["h"].grads
        accuracy = trainer.evaluate().held_out["accuracy"]
    assert grads is not None
    sizes = np.linalg.norm(grads[:, 0].astype(np.float64), axis=1)
    return f"{sizes[0] / sizes[-1]:.1e} | {accuracy:.1%}"


def main() -> None:
    trainer = Trainer(Experiment(task="agreement", cell="lstm", hidden_size=16, seed=1))
    rows = {name: [row(trainer, held)] for name, held in HELD.items()}
    for _ in range(UPDATES):
        next(trainer)
    for name, held in HELD.items():
        rows[name].append(row(trainer, held))
    print("| agreement, LSTM of 16 units | gradient first/last, untrained | accuracy | ", end="")
    print(f"gradient after {UPDATES} updates | accuracy |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, cells in rows.items():
        print(f"| {name} | {' | '.join(cells)} |")
    lives = half_lives(survey(trainer)[""].recording[0, "forward"])
    print(f"half-lives: median {np.median(lives):.1f}, longest {lives.max():.1f} steps")
    print(f"the task needs {trainer.task.must_remember} steps")


if __name__ == "__main__":
    main()
