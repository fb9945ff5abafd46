"""The saved runs of one reader, in a folder whose name is the hash of the reader's key.

    store = Store(root, key)
    store.save("3f2a9c01", trainer, curves, name="LSTM, length 100")
    trainer, curves = store.open("3f2a9c01")

The hash does not reveal the key, so a list of the folders opens no run on the page. A run is a folder as in
`core.io.runs` with about.json in it: the name, the notes, the links. Every file is replaced in one move. A
deleted run is moved aside first and can be restored.
"""

import contextlib
import hashlib
import json
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..cells import CELL_TITLES
from ..common.checks import shorten
from ..common.files import (
    STALE_SECONDS,
    WriteError,
    atomic_folder,
    move_folder,
    remove_folder,
    remove_stale_parts,
    write_atomically,
)
from ..common.messages import say
from ..tasks import TASKS
from ..training.curves import Curves
from ..training.experiment import Experiment
from ..training.intervention_log import Interventions
from ..training.trainer import Trainer
from . import runs

BESIDE = Path(__file__).parents[2]  # where the app is, unless this package is installed
KEY_PATTERN = re.compile(r"[A-Za-z0-9_-]{16,64}")
RUN_PATTERN = re.compile(r"[0-9a-f]{8,32}")
ABOUT_FILE = "about.json"
DELETED_PREFIX = ".deleted-"
MAX_RUNS = 100
MAX_READER_BYTES = 512 * 2**20  # of one reader
MAX_UNNAMED_RUNS = 5  # newest runs without a name that are kept; older ones are removed
MAX_DELETED_RUNS = 10  # deleted runs that can be restored
MAX_NAME_CHARACTERS, MAX_NOTES_CHARACTERS = 80, 4000  # characters


@dataclass(frozen=True)
class SavedRun:
    """One saved run as a list shows it.

    saved: seconds since 1970. named: whether the reader gave it a name. held: the interventions in force.
    intervened: whether there are any, or some updates were made under one.
    """

    id: str
    name: str
    notes: str
    named: bool
    saved: float
    index: int
    query: dict[str, str]
    links: tuple[str, ...]
    interventions: Interventions
    intervened: bool


def new_key() -> str:
    """A random key that cannot be guessed."""
    return secrets.token_urlsafe(18)


class Store:
    """The runs of the reader with `key`, in the folder `base`. ValueError for an impossible key."""

    def __init__(self, base: str | Path, key: str):
        self.root = Path(base)
        self.folder = self.root / _hash_key(key)

    def entries(self) -> list[SavedRun]:
        """Every readable run, the latest first."""
        if not os.path.isdir(self.folder):
            return []
        entries = []
        for path in self._paths():
            if RUN_PATTERN.fullmatch(path.name):
                try:
                    entries.append(_entry(path))
                except (ValueError, LookupError, OSError):
                    continue  # half a folder, or one of a newer version: neither shown nor deleted
        return sorted(entries, key=lambda entry: -entry.saved)

    def _paths(self) -> list[Path]:
        with contextlib.suppress(OSError):  # a folder that may not be read is shown empty
            return [*self.folder.iterdir()]
        return []

    def save(self, run: str, trainer: Trainer, curves: Curves, name: str | None = None) -> None:
        """Writes the run over its older state. name: given by the reader; None: it stays as it is.

        Raises ValueError when the reader has too many runs, OSError when the disk refuses.
        """
        folder = self._path(run)
        if not os.path.exists(folder):
            self._make_room()
        runs.save(trainer, folder, curves)
        if name is not None:
            self.rename(run, name)

    def _make_room(self) -> None:
        entries = self.entries()
        for old in [e for e in entries if not e.named and not e.notes][MAX_UNNAMED_RUNS - 1 :]:
            _try_to_remove(self.folder / old.id)
            entries.remove(old)
        self._remove_leftovers()
        size = sum(f.stat().st_size for f in self.folder.glob("*/*")) if entries else 0
        if len(entries) >= MAX_RUNS or size > MAX_READER_BYTES:
            raise ValueError(
                say(
                    "Saved runs: expected at most {most} runs and {most_mib} MiB, got "
                    "{got} and {mib} MiB. Delete some that you no longer need.",
                    most=MAX_RUNS,
                    most_mib=MAX_READER_BYTES // 2**20,
                    got=len(entries),
                    mib=size // 2**20,
                )
            )

    def _remove_leftovers(self) -> None:
        """Removes what killed processes left: parts, and folders of a first save that did not end."""
        remove_stale_parts(self.folder)
        for path in self.folder.glob("*"):
            unfinished = RUN_PATTERN.fullmatch(path.name) and not os.path.exists(
                path / runs.DESCRIPTION_FILE
            )
            if unfinished and time.time() - path.stat().st_mtime > STALE_SECONDS:
                _try_to_remove(path)

    def open(self, run: str) -> tuple[Trainer, Curves]:
        """The run and its curves, ready to go on. ValueError with a sentence when it cannot be read."""
        folder = self._existing(run)
        try:
            return runs.load_with_curves(folder)
        except ValueError:  # another tab may have replaced it between two reads
            return runs.load_with_curves(folder)

    def rename(self, run: str, name: str) -> None:
        """Gives the run a name; "" removes it, and the run counts as saved automatically."""
        self._update_about(run, name=_text("Name", name, MAX_NAME_CHARACTERS))

    def note(self, run: str, notes: str) -> None:
        """Stores the reader's notes on the run."""
        self._update_about(run, notes=_text("Notes", notes, MAX_NOTES_CHARACTERS))

    def delete(self, run: str) -> None:
        """Moves the run aside; `undo` restores it while it is among the latest deleted ones."""
        folder = self._existing(run)
        aside = self.folder / f"{DELETED_PREFIX}{run}"
        if os.path.exists(aside):
            remove_folder(aside)
        move_folder(folder, aside)
        os.utime(aside)
        old = sorted(self.folder.glob(f"{DELETED_PREFIX}*"), key=lambda path: -path.stat().st_mtime)
        for path in old[MAX_DELETED_RUNS:]:
            _try_to_remove(path)

    def undo(self, run: str) -> None:
        """Restores a deleted run. LookupError when it is no longer there."""
        aside, folder = self.folder / f"{DELETED_PREFIX}{_check_run(run)}", self._path(run)
        if not os.path.isdir(aside) or os.path.exists(folder):
            raise LookupError(
                say("run: expected one that was deleted, got {got!r}. It is not there.", got=run)
            )
        move_folder(aside, folder)

    def share(self, run: str) -> str:
        """Copies the run as it is now -> a token for a link that opens the copy."""
        trainer, curves = self.open(run)
        token = new_key()
        entry = _entry(self._existing(run))
        with atomic_folder(token_folder(self.root, "shared", token)) as copy_folder:
            runs.save(trainer, copy_folder, curves)
            write_atomically(copy_folder / ABOUT_FILE, _about(entry.name, "", ()))
        self._update_about(run, links=(*entry.links, token))
        return token

    def unshare(self, run: str) -> None:
        """Ends all links to the run."""
        for token in _entry(self._existing(run)).links:
            folder = token_folder(self.root, "shared", token)
            if os.path.exists(
                folder
            ):  # a link must not stay open when it was ended: WriteError if the folder cannot be removed
                remove_folder(folder)
        self._update_about(run, links=())

    def _update_about(self, run: str, **changes: Any) -> None:
        folder = self._existing(run)
        about = _read_about(folder) | changes
        write_atomically(folder / ABOUT_FILE, _about(**about))

    def _path(self, run: str) -> Path:
        return self.folder / _check_run(run)

    def _existing(self, run: str) -> Path:
        folder = self._path(run)
        if not os.path.isdir(folder):
            raise LookupError(
                say("run: expected one of your saved runs, got {got!r}. Choose another.", got=run)
            )
        return folder


def open_shared(base: str | Path, token: str) -> tuple[Trainer, Curves, SavedRun]:
    """The shared copy of a link: trainer, curves, entry. LookupError when there is none (any more)."""
    folder = token_folder(base, "shared", token)
    if not os.path.isdir(folder):
        raise LookupError(
            say(
                "link: expected one to a shared run, got one that leads to none. Ask for a new link."
            )
        )
    return *runs.load_with_curves(folder), _entry(folder)


def token_folder(base: str | Path, kind: str, token: str) -> Path:
    """The folder of a link with this token. ValueError for an impossible token."""
    return Path(base) / kind / _hash_key(token)


def _try_to_remove(folder: Path) -> None:
    """Removes the folder if the disk allows it."""
    with contextlib.suppress(WriteError):
        remove_folder(folder)


def _hash_key(key: object) -> str:
    if not isinstance(key, str) or not KEY_PATTERN.fullmatch(key):
        raise ValueError(
            say(
                "key: expected 16 to 64 letters, digits, - and _, got {got}. Use the whole link.",
                got=shorten(key),
            )
        )
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _check_run(run: object) -> str:
    if not isinstance(run, str) or not RUN_PATTERN.fullmatch(run):
        raise LookupError(
            say(
                "run: expected one of your saved runs, got {got}. Choose another.", got=shorten(run)
            )
        )
    return run


def _entry(folder: Path) -> SavedRun:
    description, about = runs.read_description(folder), _read_about(folder)
    experiment = Experiment.from_dict(description["experiment"])
    interventions, log = runs.read_interventions(description)
    return SavedRun(
        folder.name,
        about["name"] or f"{TASKS[experiment.task].title} · {CELL_TITLES[experiment.cell]}",
        about["notes"],
        bool(about["name"]),
        (folder / runs.DESCRIPTION_FILE).stat().st_mtime,
        int(description["index"]),
        experiment.to_query(),
        tuple(about["links"]),
        interventions,
        bool(interventions or log),
    )


def _about(name: str, notes: str, links: tuple[str, ...]) -> bytes:
    return json.dumps({"name": name, "notes": notes, "links": links}).encode()


def _read_about(folder: Path) -> dict[str, Any]:
    """Name, notes and links; empty where about.json is missing or broken, because the run is intact."""
    empty: dict[str, Any] = {"name": "", "notes": "", "links": []}
    try:
        data = json.loads((folder / ABOUT_FILE).read_bytes()[:100_000])
        about = empty | {name: data[name] for name in empty}
        if not all(isinstance(about[name], str) for name in ("name", "notes")):
            return empty
        return about | {"links": [t for t in about["links"] if KEY_PATTERN.fullmatch(t)]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return empty


def _text(what: str, text: object, most: int) -> str:
    if not isinstance(text, str) or len(text) > most:
        raise ValueError(
            say(
                "{what}: expected text of at most {most} characters, got {got}. Shorten it.",
                what=what,
                most=most,
                got=shorten(text),
            )
        )
    return "".join(
        character for character in text if character in "\n\t" or character.isprintable()
    ).strip()


def runs_folder() -> Path:
    """Where runs are kept: the folder in the environment variable UNROLLED_RUNS, or runs/ beside the app.

    ValueError where neither is there: the package is installed, and the app is elsewhere.
    """
    folder = os.environ.get("UNROLLED_RUNS")
    if folder:
        return Path(folder)
    if not (BESIDE / "app.py").is_file():
        raise ValueError(
            say(
                "UNROLLED_RUNS: expected the folder where the app keeps its runs, got nothing. "
                "Set this environment variable to the folder runs beside the app's app.py."
            )
        )
    return BESIDE / "runs"
