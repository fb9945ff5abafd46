"""Exported scripts, run in a process that cannot import this project."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from core.io.export.script import as_zip
from core.training.experiment import Experiment

RUN = """
import runpy, sys
for folder in sys.argv[1:]:
    runpy.run_path(folder + "/train.py", run_name="__main__")
assert not {"core", "dashboard"} & set(sys.modules)
"""


def script_losses(
    folder: Path, experiments: Mapping[str, Experiment], updates: int
) -> dict[str, list[float]]:
    """The losses that the script of each experiment writes; all run in one process."""
    for name, experiment in experiments.items():
        with zipfile.ZipFile(io.BytesIO(as_zip(experiment, updates))) as archive:
            archive.extractall(folder / name)
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN, *(str(folder / name) for name in experiments)],
        cwd=elsewhere,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    losses = {}
    for name in experiments:
        first, *lines = (folder / name / "losses.csv").read_text().splitlines()
        assert first == "update,loss"
        losses[name] = [float(line.split(",")[1]) for line in lines]
    assert done.stdout.split()[1] == repr(next(iter(losses.values()))[0])
    return losses
