"""Saved runs: a folder with run.json (what it is) and one .safetensors file (where it stands).

run.json names the file with the numbers and is written last, in one move: whatever is interrupted,
the folder holds the old run or the new one, never half of each. Nothing in it is executed on loading.
"""

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes

from core.checks import shorten
from core.experiment import Experiment
from core.training import Trainer

FORMAT = "unrolled-run-1"
DESCRIPTION = "run.json"
MOST = 64 * 2**20  # characters of run.json, the user's own corpus included


def save(trainer: Trainer, folder: str | Path) -> Path:
    """Writes the run into `folder` (made if needed), over an older one -> the folder.

    Loading it goes on bit for bit. OSError when the folder cannot be written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    numbers = f"state-{trainer.index:09d}-{os.urandom(4).hex()}.safetensors"
    state = {name: value.contiguous() for name, value in trainer.state_dict().items()}
    _write(folder / numbers, to_bytes(state))
    about = {
        "format": FORMAT,
        "experiment": trainer.experiment.to_dict(),
        "probe": trainer.probe.text,
        "index": trainer.index,
        "diverged": trainer.diverged,
        "state": numbers,
    }
    _write(folder / DESCRIPTION, json.dumps(about, indent=1).encode())
    for old in folder.glob("state-*.safetensors"):
        if old.name != numbers:
            old.unlink(missing_ok=True)
    return folder


def load(folder: str | Path) -> Trainer:
    """The trainer that `save` wrote, ready to go on. ValueError for anything else."""
    folder = Path(folder)
    about = _read_description(folder)
    name = about["state"]
    if not isinstance(name, str) or not re.fullmatch(
        r"state-[0-9]+-[0-9a-f]{8}\.safetensors", name
    ):
        raise _broken(folder, f"a state named {shorten(name)}")
    trainer = Trainer(Experiment.from_dict(about["experiment"]), about["probe"])
    try:
        trainer.load_state_dict(load_file(folder / name))
    except (SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
        raise _broken(folder, f"{name}: {error}") from error
    trainer.diverged = about["diverged"]
    return trainer


def _read_description(folder: Path) -> dict[str, Any]:
    try:
        with open(folder / DESCRIPTION, encoding="utf-8") as file:
            about = json.loads(file.read(MOST))
    except (OSError, ValueError, RecursionError) as error:
        raise _broken(folder, f"{DESCRIPTION}: {error}") from error
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise _broken(folder, f"a {DESCRIPTION} of another format")
    types = {"experiment": dict, "state": str, "probe": str, "diverged": str | None}
    for key, kind in types.items():
        if not isinstance(about.get(key), kind):
            raise _broken(folder, f"{key} = {shorten(about.get(key))}")
    return about


def _broken(folder: Path, got: str) -> ValueError:
    return ValueError(
        f"saved run {folder.name!r}: expected a folder written by Unrolled, got {got}. "
        "Choose another run."
    )


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, also when the machine stops in between."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            part.close()
            os.replace(part.name, path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
