"""Is a deep network better at the same number of weights? python -m benchmarks.deep

One, two and three layers with about as many parameters as one layer of 16 units, on the air's grade
eight hours ahead; five seeds, 3000 updates each, as many processes as there are cores.
"""

import statistics

from joblib import Parallel, delayed

from core.analysis.parameters import count
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


def main() -> None:
    print("| cell | layers x units | parameters | held-out accuracy, median | five seeds |")
    print("| --- | --- | ---: | ---: | --- |")
    for cell, sizes in SIZES.items():
        for layers, hidden in sizes.items():
            found = list(
                Parallel(n_jobs=-1)(
                    delayed(reached)(cell, layers, hidden, seed) for seed in range(1, SEEDS + 1)
                )
            )
            e = Experiment("air_quality", cell=cell, num_layers=layers, hidden_size=hidden)
            print(
                f"| {cell} | {layers} x {hidden} | {count(e)} | {statistics.median(found):.3f} "
                f"| {', '.join(f'{value:.3f}' for value in sorted(found))} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
