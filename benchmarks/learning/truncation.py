"""What truncated backpropagation costs.

An LSTM of 32 units learns to add over 30 steps, three seeds, with the gradient cut into chunks of k
steps. Angle and length of dW_hh against the whole gradient before training, and the held-out mean squared
error after 1500 updates (always saying 1 gives 0.167). No times: the figures are the same everywhere up to
rounding.
"""

import statistics
from argparse import Namespace

from benchmarks._harness.result import Column, Result, Table
from core.analysis.inspection import inspect_trainer
from core.analysis.truncation import compare_truncation
from core.training.trainer import Experiment, Trainer

LENGTH, UPDATES, SEEDS = 30, 1500, (1, 2, 3)


def measure(_arguments: Namespace) -> Result:
    """chunks: a row for each k."""
    table = Table(
        [
            *(Column("k", "d"), Column("angle", ".1f", "°"), Column("length", ".0%")),
            Column("mse, seeds 1 to 3", ".4f"),
        ]
    )
    for k in (30, 20, 15, 10, 5):
        angles, ratios, errors = [], [], []
        for seed in SEEDS:
            chunk = 0 if k == LENGTH else k
            settings = {"task": "adding", "cell": "lstm", "length": LENGTH, "hidden_size": 32}
            trainer = Trainer(Experiment(**settings, truncate=chunk, seed=seed))
            gradient = compare_truncation(inspect_trainer(trainer), k)
            angles.append(gradient.angle)
            ratios.append(gradient.ratio)
            for _ in range(UPDATES):
                next(trainer)
            errors.append(trainer.evaluate().held_out["mse"])
        table.add(k, statistics.median(angles), statistics.median(ratios), errors)
    return Result({"chunks": table})
