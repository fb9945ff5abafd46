"""How far the exported script's losses are from the trainer's, task by task.

The script runs in a process of its own that cannot import this project. Shown is the largest relative
difference up to an update; sums are taken in another order there, so it grows with training.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from benchmarks._harness.result import Column, Result, Table
from core.io.export.script import as_zip
from core.tasks import TASKS
from core.training.trainer import Experiment, Trainer


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--updates", type=int, default=100)
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS))


def measure(arguments: argparse.Namespace) -> Result:
    """differences: a row for each task."""
    updates = arguments.updates
    marks = sorted({min(updates, n) for n in (20, 100, updates)})
    table = Table([Column("task"), *(Column(f"to update {n}", ".0e") for n in marks)])
    for task in arguments.tasks:
        experiment = Experiment(task=task)
        trainer = Trainer(experiment)
        ours = [next(trainer).loss for _ in range(updates)]
        off = [abs(a - b) / abs(a) for a, b in zip(ours, run(experiment, updates), strict=True)]
        table.add(task, *(max(off[:n]) for n in marks))
    return Result({"differences": table})


def run(experiment: Experiment, updates: int) -> list[float]:
    """The losses of the exported script."""
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(as_zip(experiment, updates))).extractall(folder)
        command = [sys.executable, "-I", str(Path(folder) / "train.py")]
        subprocess.run(command, cwd="/", check=True, capture_output=True)
        lines = (Path(folder) / "losses.csv").read_text().splitlines()[1:]
        return [float(line.split(",")[1]) for line in lines]
