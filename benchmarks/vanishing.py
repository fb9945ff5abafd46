"""What a gradient becomes on its way back through an untrained layer: python -m benchmarks.vanishing

By how much the gradient's size changes in one step, the mean over 50 steps, and what of it is left
after them: the largest singular value of d state_T / d state_1, and for comparison what the recurrent
weights alone allow at most. H = 32, input from N(0, 1); medians over the seeds 0 to 9, with the
smallest and the largest of them. The same numbers as on the page Gradients.
"""

import numpy as np

from core.analysis.untrained import Bench, Measured, measure

SEEDS = range(10)
LINEAR = {"cell": "rnn", "activation": "identity"}
ROWS = {
    "RNN, identity, W = 0.9 I": {**LINEAR, "initialization": "identity", "spectral_radius": 0.9},
    "RNN, identity, radius 0.9": {**LINEAR, "spectral_radius": 0.9},
    "RNN, identity, radius 1": {**LINEAR, "spectral_radius": 1.0},
    "RNN, identity, radius 1.1": {**LINEAR, "spectral_radius": 1.1},
    "RNN, tanh, radius 0.5": {"cell": "rnn", "spectral_radius": 0.5},
    "RNN, tanh, radius 1": {"cell": "rnn", "spectral_radius": 1.0},
    "RNN, tanh, radius 1.5": {"cell": "rnn", "spectral_radius": 1.5},
    "RNN, tanh, orthogonal": {
        "cell": "rnn",
        "spectral_radius": None,
        "initialization": "orthogonal",
    },
    "RNN, sigmoid, radius 1": {"cell": "rnn", "activation": "sigmoid"},
    "LSTM as torch begins": {"cell": "lstm", "spectral_radius": None},
    "LSTM, forget bias −1": {"cell": "lstm", "spectral_radius": None, "forget_bias": -1.0},
    "LSTM, forget bias 1": {"cell": "lstm", "spectral_radius": None, "forget_bias": 1.0},
    "LSTM, forget bias 2": {"cell": "lstm", "spectral_radius": None, "forget_bias": 2.0},
    "LSTM, forget bias 3": {"cell": "lstm", "spectral_radius": None, "forget_bias": 3.0},
    "GRU as torch begins": {"cell": "gru", "spectral_radius": None},
}


def bound(found: Measured) -> str:
    return "" if found.by_weights is None else f"{found.by_weights[0]:.1e}"


def main() -> None:
    print("| layer | factor for each step | of 1 is left after 49 steps | at most, from W |")
    print("| --- | ---: | ---: | ---: |")
    for name, settings in ROWS.items():
        found = [measure(Bench(seed=seed, **settings)) for seed in SEEDS]
        factors = sorted(each.factor for each in found)
        middle = sorted(found, key=lambda each: each.norms[0])[len(found) // 2]
        print(
            f"| {name} | {np.median(factors):.3f} ({factors[0]:.3f} to {factors[-1]:.3f}) "
            f"| {np.median([each.norms[0] for each in found]):.1e} | {bound(middle)} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
