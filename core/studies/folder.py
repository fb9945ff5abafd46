"""A study on disk: finished points are there the moment they are finished, whatever happens next.

    study.json         what is asked
    points/<id>.json   a finished point each, written beside and moved into place: whole, or not there
    status.json        what the process that works on it is doing
    result.json        everything in one file, once the study is complete; this one can be passed on

One process works on a folder at a time: it holds `lock`, which the system takes back when it dies.
"""

import json
import os
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout

from ..common.files import PART, reason, write_atomically
from .grid import Point, Study

FORMAT = "unrolled-study-1"
LARGEST = 64 * 2**20  # bytes of a file that is opened
RESULT = ("solved", "updates", "value", "best", "seconds", "diverged")

Results = dict[str, dict[str, Any]]  # id of a point -> its result


class Trouble(Exception):
    """Why a study cannot start or go on: one sentence for the reader. Finished points are kept."""


class Folder:
    """The files of one study. Raises Trouble where the disk refuses, ValueError for foreign files."""

    def __init__(self, path: str | Path):
        self.path = Path(path)

    @property
    def points(self) -> Path:
        return self.path / "points"

    def study(self) -> Study:
        """What is asked here. ValueError or LookupError when the file is not a study's."""
        file = self.path / "study.json"
        return Study.from_dict(
            _read(file if os.path.isfile(file) else self.path / "result.json", "study")
        )

    def provenance(self) -> dict[str, str]:
        """How the points in `result.json` came to be: command, seconds, date, machine; {} without it."""
        file = self.path / "result.json"
        if not os.path.isfile(file):
            return {}
        names = ("command", "seconds", "date", "machine")
        return {name: str(_read(file, name)) for name in names}

    def prepare(self, study: Study) -> None:
        """Makes the folder and says in it what is asked; what a killed process left half is removed."""
        with _disk(self.path):
            self.points.mkdir(parents=True, exist_ok=True)
            for left in (*self.points.glob(f"{PART}*"), *self.path.glob(f"{PART}*")):
                left.unlink(missing_ok=True)
        described = {"format": FORMAT, "study": study.to_dict()}
        self._write(self.path / "study.json", json.dumps(described, indent=1))

    def keep(self, point: Point, result: Mapping[str, Any]) -> None:
        """Writes a finished point."""
        known = {"id": point.id, "row": point.row, "distance": point.distance, "seed": point.seed}
        self._write(self.points / f"{point.id}.json", json.dumps(known | dict(result)))

    def results(self, study: Study, known: Results | None = None) -> Results:
        """The finished points of `study`. Files that are damaged count as not there.

        known: what an earlier call gave; those are not read again.
        """
        wanted, found = {point.id for point in study.points}, dict(known or {})
        packed = self.path / "result.json"
        if os.path.isfile(packed) and not wanted <= found.keys():
            for result in _read(packed, "points"):
                if isinstance(result, Mapping) and result.get("id") in wanted and _whole(result):
                    found[result["id"]] = dict(result)
        there = (
            {file.stem for file in self.points.glob("*.json")}
            if os.path.isdir(self.points)
            else set()
        )
        for name in (wanted - found.keys()) & there:
            try:
                result = json.loads((self.points / f"{name}.json").read_bytes())
            except (OSError, ValueError):
                continue
            if _whole(result):
                found[name] = result
        return found

    def pack(self, study: Study, command: str, seconds: float) -> Path:
        """Writes `result.json`: the study, its points and how they came to be, for passing on."""
        file = self.path / "result.json"
        about = {
            "command": command,
            "seconds": round(seconds, 1),
            "date": time.strftime("%Y-%m-%d"),
            "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, torch {torch.__version__}",
        }
        self._write(file, as_file(study, self.results(study), about))
        return file

    @contextmanager
    def lock(self) -> Iterator[None]:
        """For the one process that works here. Trouble when there is one already."""
        with _disk(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / "lock")
        try:
            with _disk(self.path):
                lock.acquire(timeout=0)
        except Timeout:
            raise Trouble(
                f"study: expected nobody at work in {self.path}, got a process that is. "
                "Wait for it, or stop it first."
            ) from None
        try:
            yield
        finally:
            lock.release()

    @property
    def at_work(self) -> bool:
        """Whether a process works here just now."""
        if not os.path.exists(self.path / "lock"):
            return False
        lock = FileLock(self.path / "lock")
        try:
            with lock.acquire(timeout=0):
                return False
        except Timeout:
            return True
        except OSError:  # a folder that may not be written: nobody works there
            return False

    @property
    def status(self) -> dict[str, Any]:
        """What the process that works here, or worked here last, has said; {} when there was none."""
        try:
            found = json.loads((self.path / "status.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def say(self, **status: Any) -> None:
        """Writes the status."""
        self._write(self.path / "status.json", json.dumps(status))

    def _write(self, file: Path, text: str) -> None:
        with _disk(self.path):
            write_atomically(file, text.encode())


def as_file(study: Study, results: Results, about: Mapping[str, Any]) -> str:
    """A study and its finished points as the text of one file, a line for each point."""
    head = json.dumps({"format": FORMAT, **about, "study": study.to_dict()}, indent=1)
    points = [
        json.dumps({**results[point.id], "label": study.labels[point.row]})
        for point in study.points
        if point.id in results
    ]
    return head[:-2] + ',\n "points": [\n' + ",\n".join(points) + "\n]}\n"


def open_file(content: bytes) -> tuple[Study, Results, dict[str, Any]]:
    """(study, its finished points, how they came to be) of a `result.json` that somebody passed on.

    Raises ValueError or LookupError with a sentence for anything else.
    """
    if len(content) > LARGEST:
        raise ValueError(
            f"file: expected at most {LARGEST // 2**20} MiB, got {len(content):,} bytes. "
            "Choose the result.json of a study."
        )
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(
            f"file: expected a study in the format {FORMAT}, got something else. "
            "Choose the result.json of a study."
        )
    study = Study.from_dict(found.get("study"))
    wanted = {point.id for point in study.points}
    points = found.get("points", [])
    results = {
        p["id"]: p
        for p in (points if isinstance(points, list) else [])
        if isinstance(p, dict) and isinstance(p.get("id"), str) and p["id"] in wanted and _whole(p)
    }
    return study, results, {k: str(v) for k, v in found.items() if k not in ("study", "points")}


def _read(file: Path, part: str) -> Any:
    """A part of one of our files; ValueError when it is not one."""
    try:
        found = json.loads(file.read_bytes())
        if found["format"] != FORMAT:
            raise ValueError(found["format"])
        return found[part]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(
            f"study: expected a file in the format {FORMAT}, got {str(file)!r}. "
            "Choose the folder of a study."
        ) from error


def _whole(result: Any) -> bool:
    """Whether a result has everything it needs, of the right kind."""
    if not isinstance(result, Mapping) or not all(name in result for name in RESULT):
        return False
    numbers = [
        result["updates"],
        result["seconds"],
        *filter(None, (result["value"], result["best"])),
    ]
    return isinstance(result["solved"], bool) and all(
        isinstance(n, int | float) and not isinstance(n, bool) for n in numbers
    )


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    """Turns what the disk refuses into a sentence."""
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        raise Trouble(
            f"study: expected to write to {path}, got: {reason(error)}. "
            "Make room or choose another folder, and start again: finished points are kept."
        ) from error


def home() -> Path:
    """Where studies are kept that name no folder of their own."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "unrolled" / "studies"
