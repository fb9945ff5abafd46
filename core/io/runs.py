"""Saved runs: a folder with run.json (the description) and one .safetensors file (the numbers).

run.json names the file with the numbers and is written last, in one move: after any interruption the
folder holds the old run or the new one, never half of each. Loading executes nothing of it.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes

from ..common import stored_sentences
from ..common.checks import shorten
from ..common.files import (
    WriteError,
    describe_error,
    folder_lock,
    make_folder,
    remove_stale_parts,
    write_atomically,
)
from ..common.messages import say, sentence_of
from ..training import intervention_log, settings_log
from ..training.curves import Curves
from ..training.experiment import Experiment
from ..training.trainer import Trainer

FORMAT = "unrolled-run-4"
# Older formats -> the keys that were added since, with the value that a run of that format has.
NO_EARLIER_SETTINGS: dict[str, Any] = {"earlier": []}
NO_INTERVENTIONS: dict[str, Any] = {"held": {}, "under": [], **NO_EARLIER_SETTINGS}
ADDED_SINCE: dict[str, dict[str, Any]] = {
    "unrolled-run-1": {"metrics": [], **NO_INTERVENTIONS},
    "unrolled-run-2": NO_INTERVENTIONS,
    "unrolled-run-3": NO_EARLIER_SETTINGS,
}
DESCRIPTION_FILE = "run.json"
MAX_DESCRIPTION_CHARACTERS = 64 * 2**20  # characters of run.json, which includes the user's corpus


def save(trainer: Trainer, folder: str | Path, curves: Curves | None = None) -> Path:
    """Writes the run into `folder` (made if needed), over an older one -> the folder.

    A loaded run goes on bit for bit, under the same interventions. curves: its numbers so far, stored beside
    the weights. Raises core.common.files.WriteError (an OSError) with a sentence when the folder cannot be
    written; the older run is then still there.
    """
    curves = Curves() if curves is None else curves
    folder = Path(folder)
    make_folder(folder)
    numbers_file = f"state-{trainer.index:09d}-{os.urandom(4).hex()}.safetensors"
    state = {name: value.contiguous() for name, value in trainer.state_dict().items()}
    state |= {f"curves.{name}": value for name, value in curves.state_dict().items()}
    with folder_lock(folder):
        write_atomically(folder / numbers_file, to_bytes(state))
        about = {
            "format": FORMAT,
            "experiment": trainer.experiment.to_dict(),
            "probe": trainer.probe.text,
            "index": trainer.index,
            "diverged": trainer.diverged and stored_sentences.to_json(trainer.diverged),
            "metrics": curves.metrics,
            "held": intervention_log.to_json(intervention_log.interventions_of(trainer.model)),
            "under": trainer.intervention_log.to_json(),
            "earlier": trainer.settings_log,
            "state": numbers_file,
        }
        try:
            write_atomically(folder / DESCRIPTION_FILE, json.dumps(about, indent=1).encode())
        except WriteError:  # the old description stays, and does not name these numbers
            (folder / numbers_file).unlink(missing_ok=True)
            raise
        for old in folder.glob("state-*.safetensors"):
            if old.name != numbers_file:
                old.unlink(missing_ok=True)
        remove_stale_parts(folder)
    return folder


def load(folder: str | Path) -> Trainer:
    """The trainer that `save` wrote, ready to go on. ValueError for anything else."""
    return load_with_curves(folder)[0]


def load_with_curves(folder: str | Path) -> tuple[Trainer, Curves]:
    """The trainer that `save` wrote, and its curves. ValueError for anything else."""
    folder = Path(folder)
    with _reading(folder):
        about = read_description(folder)
        name = about["state"]
        if not re.fullmatch(r"state-[0-9]+-[0-9a-f]{8}\.safetensors", name):
            raise _broken(folder, say("a state named {name}", name=shorten(name)))
        try:
            state = load_file(folder / name)
        except (SafetensorError, OSError, ValueError) as error:
            raise _broken(
                folder, say("{file}: {problem}", file=name, problem=describe_error(error))
            ) from error
    trainer = Trainer(Experiment.from_dict(about["experiment"]), about["probe"])
    try:
        curve_tensors = {
            key[7:]: state.pop(key) for key in list(state) if key.startswith("curves.")
        }
        curves = Curves.from_state(curve_tensors, about["metrics"]) if curve_tensors else Curves()
        trainer.load_state_dict(state)
    except (ValueError, KeyError, RuntimeError) as error:
        raise _broken(
            folder, say("{file}: {problem}", file=name, problem=sentence_of(error))
        ) from error
    try:
        interventions, trainer.intervention_log = read_interventions(about)
        intervention_log.set_interventions(
            trainer.model.parts,
            intervention_log.check_interventions(trainer.model, interventions),
        )
        trainer.settings_log = settings_log.from_json(about["earlier"], trainer.experiment)
    except (ValueError, LookupError) as error:
        raise _broken(
            folder, say("{file}: {problem}", file=DESCRIPTION_FILE, problem=sentence_of(error))
        ) from error
    trainer.diverged = _read_sentence(folder, about["diverged"])
    return trainer, curves


def read_interventions(
    about: dict[str, Any],
) -> tuple[intervention_log.Interventions, intervention_log.InterventionLog]:
    """The interventions of a description: those in force, and those of its updates. ValueError for others."""
    return intervention_log.from_json(about["held"]), intervention_log.InterventionLog.from_json(
        about["under"]
    )


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    """Locks the folder, so that no save of another process moves the files away while they are read."""
    if not os.path.isdir(folder):  # no folder, or one that may not be read
        raise _broken(folder, say("no folder"))
    with ExitStack() as stack:
        try:
            stack.enter_context(folder_lock(folder))
        except OSError as error:
            raise _broken(folder, describe_error(error)) from error
        yield


def read_description(folder: Path) -> dict[str, Any]:
    """The description in run.json, with the keys of the present format. ValueError for another file."""
    try:
        with open(folder / DESCRIPTION_FILE, encoding="utf-8") as file:
            about = json.loads(file.read(MAX_DESCRIPTION_CHARACTERS))
    except (OSError, ValueError, RecursionError) as error:
        raise _broken(
            folder, say("{file}: {problem}", file=DESCRIPTION_FILE, problem=describe_error(error))
        ) from error
    format_name = about.get("format") if isinstance(about, dict) else None
    if isinstance(format_name, str) and format_name in ADDED_SINCE:
        about = ADDED_SINCE[format_name] | about
    elif format_name != FORMAT:
        raise _broken(
            folder,
            say(
                "a {file} of another format, {format}",
                file=DESCRIPTION_FILE,
                format=shorten(format_name),
            ),
        )
    types = {
        **{"experiment": dict, "state": str, "probe": str, "metrics": list},
        **{"held": dict, "under": list, "earlier": list},
        "diverged": str | dict | None,
    }
    for key, expected_type in types.items():
        if not isinstance(about.get(key), expected_type):
            raise _broken(folder, f"{key} = {shorten(about.get(key))}")
    return about


def _read_sentence(folder: Path, stored: Any) -> str | None:
    try:
        return stored and stored_sentences.from_json(stored)
    except ValueError as error:
        raise _broken(
            folder, say("{file}: {problem}", file=DESCRIPTION_FILE, problem=sentence_of(error))
        ) from error


def _broken(folder: Path, got: str) -> ValueError:
    return ValueError(
        say(
            "saved run {run!r}: expected a folder written by Unrolled, got {got}. Choose another run.",
            run=folder.name,
            got=got,
        )
    )
