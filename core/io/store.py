"""The saved runs of one reader: a folder of runs, found by a key that only the reader has.

    store = Store(root, key)
    store.save("3f2a9c01", trainer, curves, name="LSTM, length 100")
    trainer, curves = store.open("3f2a9c01")

On disk the key stands as its hash, so who can list the folder still cannot open a run on the page. A run
is a folder as in `core.io.runs`, with about.json beside it: the name, the notes, the links. Every file is
replaced in one move. What is deleted is moved aside first, and can be brought back.
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

from ..common.checks import shorten
from ..common.files import STALE, NotWritten, made_whole, move, remove, sweep, write_atomically
from ..training.curves import Curves
from ..training.experiment import Experiment
from ..training.intervention_log import Holding
from ..training.trainer import Trainer
from . import runs

BESIDE = Path(__file__).parents[2]  # where the app is, unless this package is installed
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
RUN = re.compile(r"[0-9a-f]{8,32}")
ABOUT = "about.json"
DELETED = ".deleted-"
MOST_RUNS = 100
MOST_BYTES = 512 * 2**20  # of one reader
AUTOMATIC = 5  # newest runs kept that nobody named; older ones make room
TRASH = 10  # deleted runs that can be brought back
MOST_NAME, MOST_NOTES = 80, 4000  # characters


@dataclass(frozen=True)
class Entry:
    """One saved run as a list shows it. saved: seconds since 1970. named: by the reader.

    held: what it is held under. intervened: whether it is, or some of its updates were made under anything.
    """

    id: str
    name: str
    notes: str
    named: bool
    saved: float
    index: int
    query: dict[str, str]
    links: tuple[str, ...]
    held: Holding
    intervened: bool


def new_key() -> str:
    """A key that nobody can guess."""
    return secrets.token_urlsafe(18)


class Store:
    """The runs of whoever has `key`, under the folder `root`. ValueError for what cannot be a key."""

    def __init__(self, root: str | Path, key: str):
        self.root = Path(root)
        self.folder = self.root / _hashed(key)

    def entries(self) -> list[Entry]:
        """Every run that can be read, the latest first."""
        if not os.path.isdir(self.folder):
            return []
        found = []
        for path in self._paths():
            if RUN.fullmatch(path.name):
                try:
                    found.append(_entry(path))
                except (ValueError, LookupError, OSError):
                    continue  # half a folder, or one of a newer version: not ours to show or delete
        return sorted(found, key=lambda entry: -entry.saved)

    def _paths(self) -> list[Path]:
        with contextlib.suppress(OSError):  # a folder that may not be read: nothing of it is shown
            return [*self.folder.iterdir()]
        return []

    def save(self, run: str, trainer: Trainer, curves: Curves, name: str | None = None) -> None:
        """Writes the run, over what it was. name: the reader's; None: it stays as it is.

        ValueError when the reader has too many runs, OSError when the disk refuses.
        """
        folder = self._path(run)
        if not os.path.exists(folder):
            self._make_room()
        runs.save(trainer, folder, curves)
        if name is not None:
            self.rename(run, name)

    def _make_room(self) -> None:
        entries = self.entries()
        for old in [e for e in entries if not e.named and not e.notes][AUTOMATIC - 1 :]:
            _removed(self.folder / old.id)
            entries.remove(old)
        self._sweep()
        size = sum(f.stat().st_size for f in self.folder.glob("*/*")) if entries else 0
        if len(entries) >= MOST_RUNS or size > MOST_BYTES:
            raise ValueError(
                f"runs: expected at most {MOST_RUNS} runs and {MOST_BYTES // 2**20} MiB, got "
                f"{len(entries)} and {size // 2**20} MiB. Delete some that you no longer need."
            )

    def _sweep(self) -> None:
        """Removes what a kill left: parts, and folders in which a first save never ended."""
        sweep(self.folder)
        for path in self.folder.glob("*"):
            begun = RUN.fullmatch(path.name) and not os.path.exists(path / runs.DESCRIPTION)
            if begun and time.time() - path.stat().st_mtime > STALE:
                _removed(path)

    def open(self, run: str) -> tuple[Trainer, Curves]:
        """The run, ready to go on. ValueError with a sentence when it cannot be read."""
        folder = self._existing(run)
        try:
            return runs.load_with_curves(folder)
        except ValueError:  # another tab may have replaced it between two reads
            return runs.load_with_curves(folder)

    def rename(self, run: str, name: str) -> None:
        """Gives the run a name; "" takes it away, and the run counts as saved by itself."""
        self._tell(run, name=_text("name", name, MOST_NAME))

    def note(self, run: str, notes: str) -> None:
        """Keeps the reader's notes on the run."""
        self._tell(run, notes=_text("notes", notes, MOST_NOTES))

    def delete(self, run: str) -> None:
        """Moves the run aside; `undo` brings it back, until many others were deleted."""
        folder = self._existing(run)
        aside = self.folder / f"{DELETED}{run}"
        if os.path.exists(aside):
            remove(aside)
        move(folder, aside)
        os.utime(aside)
        old = sorted(self.folder.glob(f"{DELETED}*"), key=lambda path: -path.stat().st_mtime)
        for path in old[TRASH:]:
            _removed(path)

    def undo(self, run: str) -> None:
        """Brings a deleted run back. LookupError when it is gone for good."""
        aside, folder = self.folder / f"{DELETED}{_checked(run)}", self._path(run)
        if not os.path.isdir(aside) or os.path.exists(folder):
            raise LookupError(f"run: expected one that was deleted, got {run!r}. It is not there.")
        move(aside, folder)

    def share(self, run: str) -> str:
        """A token for a link: whoever has it may open a copy of the run as it is now."""
        trainer, curves = self.open(run)
        token = new_key()
        entry = _entry(self._existing(run))
        with made_whole(folder_of(self.root, "shared", token)) as part:
            runs.save(trainer, part, curves)
            write_atomically(part / ABOUT, _about(entry.name, "", ()))
        self._tell(run, links=(*entry.links, token))
        return token

    def unshare(self, run: str) -> None:
        """Ends all links to the run."""
        for token in _entry(self._existing(run)).links:
            folder = folder_of(self.root, "shared", token)
            if os.path.exists(folder):  # it may not while a link says that it ended, and does not
                remove(folder)
        self._tell(run, links=())

    def _tell(self, run: str, **changes: Any) -> None:
        folder = self._existing(run)
        told = _read_about(folder) | changes
        write_atomically(folder / ABOUT, _about(**told))

    def _path(self, run: str) -> Path:
        return self.folder / _checked(run)

    def _existing(self, run: str) -> Path:
        folder = self._path(run)
        if not os.path.isdir(folder):
            raise LookupError(f"run: expected one of your saved runs, got {run!r}. Choose another.")
        return folder


def shared(root: str | Path, token: str) -> tuple[Trainer, Curves, Entry]:
    """The copy that a link leads to. LookupError when there is none (any more)."""
    folder = folder_of(root, "shared", token)
    if not os.path.isdir(folder):
        raise LookupError(
            "link: expected one to a shared run, got one that leads to none. Ask for a new link."
        )
    return *runs.load_with_curves(folder), _entry(folder)


def folder_of(root: str | Path, kind: str, token: str) -> Path:
    """Where what a link with this token leads to is kept. ValueError for what cannot be a token."""
    return Path(root) / kind / _hashed(token)


def _removed(folder: Path) -> None:
    """Makes room, where that can be."""
    with contextlib.suppress(NotWritten):
        remove(folder)


def _hashed(key: object) -> str:
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise ValueError(
            f"key: expected 16 to 64 letters, digits, - and _, got {shorten(key)}. Use the whole link."
        )
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _checked(run: object) -> str:
    if not isinstance(run, str) or not RUN.fullmatch(run):
        raise LookupError(
            f"run: expected one of your saved runs, got {shorten(run)}. Choose another."
        )
    return run


def _entry(folder: Path) -> Entry:
    told, about = runs.read_description(folder), _read_about(folder)
    experiment = Experiment.from_dict(told["experiment"])
    held, under = runs.interventions(told)
    return Entry(
        folder.name,
        about["name"] or f"{experiment.task} · {experiment.cell}",
        about["notes"],
        bool(about["name"]),
        (folder / runs.DESCRIPTION).stat().st_mtime,
        int(told["index"]),
        experiment.to_query(),
        tuple(about["links"]),
        held,
        bool(held or under),
    )


def _about(name: str, notes: str, links: tuple[str, ...]) -> bytes:
    return json.dumps({"name": name, "notes": notes, "links": links}).encode()


def _read_about(folder: Path) -> dict[str, Any]:
    """Name, notes and links; empty where about.json is missing or broken, for the run is still whole."""
    empty: dict[str, Any] = {"name": "", "notes": "", "links": []}
    try:
        told = json.loads((folder / ABOUT).read_bytes()[:100_000])
        found = empty | {name: told[name] for name in empty}
        if not all(isinstance(found[name], str) for name in ("name", "notes")):
            return empty
        return found | {"links": [t for t in found["links"] if KEY.fullmatch(t)]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return empty


def _text(what: str, text: object, most: int) -> str:
    if not isinstance(text, str) or len(text) > most:
        raise ValueError(
            f"{what}: expected text of at most {most} characters, got {shorten(text)}. Shorten it."
        )
    return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable()).strip()


def root() -> Path:
    """Where runs are kept: the folder in the environment variable UNROLLED_RUNS, or runs/ beside the app.

    ValueError where neither is there: the package is installed, and the app is elsewhere.
    """
    folder = os.environ.get("UNROLLED_RUNS")
    if folder:
        return Path(folder)
    if not (BESIDE / "app.py").is_file():
        raise ValueError(
            "UNROLLED_RUNS: expected the folder where the app keeps its runs, got nothing. "
            "Set this environment variable to the folder runs beside the app's app.py."
        )
    return BESIDE / "runs"
