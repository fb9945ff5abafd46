"""Is a deep network better at the same number of weights?

One, two and three layers with about as many parameters as one layer of 16 units, on the air's grade
eight hours ahead; five seeds, 3000 updates each, as many processes as there are cores.
"""

import statistics
from argparse import Namespace

from joblib import Parallel, delayed

from benchmarks._harness.result import Column, Result, Table
from core.analysis.parameters import count_parameters
from core.training.trainer import Experiment, Trainer

SIZES = {"rnn": {1: 16, 2: 11, 3: 9}, "gru": {1: 16, 2: 11, 3: 9}}
SEEDS, UPDATES = 5, 3000


def reached(cell: str, layers: int, hidden: int, seed: int) -> float:
    """Held-out accuracy."""
    trainer = Trainer(
        Experiment("air_quality", cell=cell, num_layers=layers, hidden_size=hidden, seed=seed)
    )
    for _ in range(UPDATES):
        next(trainer)
    return trainer.evaluate().held_out["accuracy"]


def measure(_arguments: Namespace) -> Result:
    """networks: a row for each cell and number of layers."""
    table = Table(
        [
            *(Column("cell"), Column("layers x units"), Column("parameters", "d")),
            *(Column("held-out accuracy, median", ".3f"), Column("five seeds", ".3f")),
        ]
    )
    for cell, sizes in SIZES.items():
        for layers, hidden in sizes.items():
            accuracies = list(
                Parallel(n_jobs=-1)(
                    delayed(reached)(cell, layers, hidden, seed) for seed in range(1, SEEDS + 1)
                )
            )
            e = Experiment("air_quality", cell=cell, num_layers=layers, hidden_size=hidden)
            median = statistics.median(accuracies)
            table.add(cell, f"{layers} x {hidden}", count_parameters(e), median, sorted(accuracies))
    return Result({"networks": table})
