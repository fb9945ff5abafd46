"""Whether each example answers the sequence rightly that it shows at first, on three seeds.

An example is trained up to the update at which its sentence says to look, from its own seed and the two after it.
A number counts as right within TOLERANCE of the target, in the units in which it is trained; answers at every step
where all of them are.
"""

import argparse
import sys

import numpy as np

from benchmarks._harness.claims import SEEDS, Run, train
from benchmarks._harness.result import Column, Result, Table
from benchmarks.learning.presets import CLAIMS
from core.common.threads import limit_to_one_thread
from core.tasks.base import UNKNOWN
from core.tasks.task_types import Binary, Regression
from core.training.presets import PRESETS

TOLERANCE = 0.1
NEEDED = 2  # of three seeds
# What comes next in a text or melody has no one right answer; these five do not learn, which is their point.
HAS_NO_ANSWER = ("melody", "characters", "chinese", "words")
DOES_NOT_LEARN = (
    *("vanishing", "exploding", "agreement_rnn", "agreement_adam_lstm", "entities_forward"),
)


def is_right(run: Run, reads: str) -> bool:
    """Whether the network answers this sequence rightly; its probe afterwards is as before."""
    trainer = run.trainer
    before = trainer.probe
    trainer.set_probe(reads or None)
    look, y, task = trainer.look(), trainer.probe.batch.y, trainer.task
    trainer.probe = before
    if isinstance(task, Regression):
        return look.loss**0.5 <= TOLERANCE
    targets = y.numpy().reshape(-1)
    answers = np.asarray(look.output, dtype=float).reshape(-1, task.output_size)[-len(targets) :]
    if isinstance(task, Binary):
        return bool(((answers.reshape(-1) > 0.5) == (targets > 0.5)).all())
    known = targets != UNKNOWN
    return bool((answers.argmax(-1) == targets)[known].all())


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--examples", nargs="+", default=list(PRESETS), choices=list(PRESETS))


def measure(arguments: argparse.Namespace) -> Result:
    """sequences: a row for each example whose watched sequence can be answered rightly."""
    limit_to_one_thread()
    table = Table(
        [
            *(Column("example"), Column("updates", "d"), Column("sequence")),
            *(Column("right", "d"), Column("of seeds", "d")),
        ]
    )
    for name in arguments.examples:
        if name not in (*HAS_NO_ANSWER, *DOES_NOT_LEARN):
            table.add(name, *watch(name))
            print(table.rows[-1], file=sys.stderr, flush=True)
    return Result({"sequences": table})


def watch(name: str) -> tuple[int, str, int, int]:
    """The updates of an example, the sequence, how many seeds answer it rightly, and of how many."""
    preset = PRESETS[name]
    updates = max(claim.updates for claim in CLAIMS[name])
    base = preset.experiment
    runs = [train(base.but(seed=base.seed + k), updates) for k in range(SEEDS)]
    sequence = preset.reads or "the task's own"
    return updates, sequence, sum(is_right(run, preset.reads) for run in runs), SEEDS
