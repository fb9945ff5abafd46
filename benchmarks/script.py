"""How far the exported script's losses are from the trainer's, task by task.

    python -m benchmarks.script [updates] [task ...]

The script runs in a process of its own that cannot import this project. Shown is the largest relative
difference up to an update; sums are taken in another order there, so it grows with training.
"""

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from core.io.export.script import as_zip
from core.tasks import TASKS
from core.training.trainer import Experiment, Trainer

UPDATES = 200


def main() -> None:
    updates = int(sys.argv[1]) if len(sys.argv) > 1 else UPDATES
    marks = sorted({min(updates, n) for n in (20, 100, updates)})
    print("| task | " + " | ".join(f"to update {n}" for n in marks) + " |")
    print("| --- |" + " ---: |" * len(marks))
    for task in sys.argv[2:] or TASKS:
        experiment = Experiment(task=task)
        trainer = Trainer(experiment)
        ours = [next(trainer).loss for _ in range(updates)]
        off = [abs(a - b) / abs(a) for a, b in zip(ours, run(experiment, updates), strict=True)]
        print(f"| {task} | " + " | ".join(f"{max(off[:n]):.0e}" for n in marks) + " |", flush=True)


def run(experiment: Experiment, updates: int) -> list[float]:
    """The losses of the exported script."""
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(as_zip(experiment, updates))).extractall(folder)
        command = [sys.executable, "-I", str(Path(folder) / "train.py")]
        subprocess.run(command, cwd="/", check=True, capture_output=True)
        lines = (Path(folder) / "losses.csv").read_text().splitlines()[1:]
        return [float(line.split(",")[1]) for line in lines]


if __name__ == "__main__":
    main()
