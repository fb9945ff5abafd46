"""Names of unequal length, padded or in buckets; and how a loss jitters.

Padded, a batch has names of all lengths, each padded to the longest that there may be; in buckets, a batch
has names of one length and no padding. Both draw every name equally often. The time is the CPU time of an
update, both sides interleaved; accuracy is held out, three seeds.

Jitter is how far the loss of a batch lies from the mean of the WINDOW batches around it: the root mean
square over the last half of the run, and its share of the mean loss there.
"""

import statistics
from argparse import Namespace

import numpy as np

from benchmarks._harness.interleave import cpu_times, milliseconds
from benchmarks._harness.result import Column, Result, Table
from core.common.threads import limit_to_one_thread
from core.training.trainer import Experiment, Trainer

NETWORKS = {
    "GRU 64, Adam 0.003, batch 32": ({}, 1200),
    "RNN 16, SGD 0.02, batch 8": (
        {"cell": "rnn", "hidden_size": 16, "optimizer": "sgd", "learning_rate": 0.02}
        | {"batch_size": 8, "clipping": "off"},
        6000,
    ),
}
RATES, UPDATES, WINDOW = (0.02, 0.5), 6000, 101


def train(experiment: Experiment, updates: int) -> tuple[list[float], float]:
    """(the loss of each batch, the held-out accuracy at the end)."""
    trainer = Trainer(experiment)
    losses = [step.loss for step, _ in zip(trainer, range(updates), strict=False)]
    return losses, trainer.evaluate().held_out["accuracy"]


def jitter(losses: list[float]) -> tuple[float, float]:
    """(root mean square distance from the running mean, the mean loss), of the last half."""
    late = np.array(losses[len(losses) // 2 :])
    around = np.convolve(late, np.full(WINDOW, 1 / WINDOW), "valid")
    off = late[WINDOW // 2 : -(WINDOW // 2)] - around
    return float(np.sqrt((off**2).mean())), float(late.mean())


def measure(_arguments: Namespace) -> Result:
    """batchings: time and accuracy; jitters: of the loss, at two learning rates."""
    limit_to_one_thread()
    return Result({"batchings": batchings(), "jitters": jitters()})


def batchings() -> Table:
    table = Table(
        [
            *(Column("network"), Column("updates", "d"), Column("batching")),
            *(Column("an update", ".2f", "ms"), Column("held-out accuracy", ".3f")),
            Column("three seeds", ".3f"),
        ]
    )
    for name, (options, updates) in NETWORKS.items():
        ways = {way: Experiment("names", batching=way, **options) for way in ("padded", "buckets")}
        trainers = {way: Trainer(e) for way, e in ways.items()}
        times = cpu_times({way: lambda t=t: next(t) for way, t in trainers.items()}, 4.0, 100)
        for way, e in ways.items():
            accuracies = [train(e.but(seed=seed), updates)[1] for seed in (1, 2, 3)]
            median = statistics.median(accuracies)
            table.add(name, updates, way, milliseconds(times, way), median, accuracies)
    return table


def jitters() -> Table:
    table = Table(
        [
            *(Column("learning rate", "g"), Column("batching"), Column("mean loss", ".2f")),
            *(Column("jitter", ".2f"), Column("share", ".0%"), Column("held-out accuracy", ".3f")),
        ]
    )
    options, _ = NETWORKS["RNN 16, SGD 0.02, batch 8"]
    for rate in RATES:
        for way in ("padded", "buckets"):
            e = Experiment("names", batching=way, **options | {"learning_rate": rate})
            runs = [train(e.but(seed=seed), UPDATES) for seed in (1, 2, 3)]
            off, mean = (
                statistics.median(each) for each in zip(*(jitter(r[0]) for r in runs), strict=True)
            )
            accuracy = statistics.median(run[1] for run in runs)
            table.add(rate, way, mean, off, off / mean, accuracy)
    return table
