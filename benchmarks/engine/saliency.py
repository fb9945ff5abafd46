"""Which inputs mattered: what it costs against recorded updates, and how often the input that decides is found.

T = 200, H = 128, the task adding with its default batch, float32, one thread; all sides take turns, CPU time, medians.

    updates      two updates of the trainer, everything recorded
    integrated   integrated gradients of the last loss, its path read in one pass
    gradient     gradient times input of the last loss, with a pass of its own

planted: sequences of twelve letters, one of which decides; see tests/helpers/planted.py.
"""

import argparse

from benchmarks._harness.interleave import cpu_times, milliseconds, ratio
from benchmarks._harness.result import Column, Figure, Result, Table
from core.analysis.inspection import inspect_trainer
from core.analysis.saliency import GRADIENT, INTEGRATED, LOSS, Explained, measure_saliency
from core.cells import CELLS
from core.training.trainer import Experiment, Trainer
from tests.helpers.planted import train_planted

T, H = 200, 128


def sides(cell: str) -> dict:
    trainer = Trainer(Experiment("adding", cell=cell, hidden_size=H, length=T))
    next(trainer)
    trainer.evaluate_every = 10**9  # its updates are timed alone
    explained = Explained(LOSS, T - 1)

    def updates() -> None:
        next(trainer)
        next(trainer)

    def measured(method: str) -> None:
        measure_saliency(inspect_trainer(trainer), explained, method)

    return {
        "updates": updates,
        "integrated": lambda: measured(INTEGRATED),
        "gradient": lambda: measured(GRADIENT),
    }


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=int, default=20, help="of each cell")


def measure(arguments: argparse.Namespace) -> Result:
    """costs, planted: a row for each cell."""
    costs = Table(
        [
            *(Column("cell"), Column("two updates", ".0f", "ms")),
            *(Column("integrated gradients", ".0f", "ms"), Column("of two updates", ".2f")),
            *(Column("gradient × input", ".0f", "ms"), Column("of two updates ", ".2f")),
        ]
    )
    planted = Table([Column("cell"), Column(INTEGRATED, "d"), Column("gradient × input", "d")])
    for cell in CELLS:
        times = cpu_times(sides(cell), 10, least=10)
        costs.add(
            *(cell, milliseconds(times, "updates")),
            *(milliseconds(times, "integrated"), ratio(times, "integrated", "updates")),
            *(milliseconds(times, "gradient"), ratio(times, "gradient", "updates")),
        )
        networks = [train_planted(cell, seed) for seed in range(arguments.runs)]
        found = [sum(n.finds(method) for n in networks) for method in (INTEGRATED, GRADIENT)]
        planted.add(cell, *found)
    return Result(
        {"costs": costs, "planted": planted}, {"runs": Figure("runs of each cell", arguments.runs)}
    )
