"""What a gradient becomes on its way back through an untrained layer.

By how much the gradient's size changes in one step, the mean over 50 steps, and what of it is left
after them: the largest singular value of d state_T / d state_1, and for comparison what the recurrent
weights alone allow at most. H = 32, input from N(0, 1); medians over the seeds 0 to 9, with the
smallest and the largest of them. The same numbers as on the page Gradients.
"""

from argparse import Namespace

import numpy as np

from benchmarks._harness.result import Column, Result, Table
from core.analysis.untrained import UntrainedSetting, measure_layer

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


def measure(_arguments: Namespace) -> Result:
    """layers: a row for each."""
    table = Table(
        [
            *(Column("layer"), Column("factor for each step", ".3f")),
            *(Column("least", ".3f"), Column("most", ".3f")),
            *(Column("of 1 is left after 49 steps", ".1e"), Column("at most, from W", ".1e")),
        ]
    )
    for name, settings in ROWS.items():
        layers = [measure_layer(UntrainedSetting(seed=seed, **settings)) for seed in SEEDS]
        factors = sorted(layer.factor for layer in layers)
        left = [layer.norms[0] for layer in layers]
        middle = sorted(layers, key=lambda layer: layer.norms[0])[len(layers) // 2].by_weights
        bound = None if middle is None else float(middle[0])
        table.add(
            *(name, float(np.median(factors)), float(factors[0]), float(factors[-1])),
            *(float(np.median(left)), bound),
        )
    return Result({"layers": table})
