"""A study on disk: finished points are there the moment they are finished, whatever happens next.

    study.json         the study
    points/<id>.json   a finished point each, written atomically
    status.json        the state of the process that works on it
    result.json        everything in one file, once the study is complete; made to be passed on

One process works on a folder at a time: it holds `lock`, which the system frees when the process ends.
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

from ..common.files import PART_PREFIX, describe_error, write_atomically
from ..common.messages import say
from ..common.stored_sentences import from_json, to_json
from .grid import Point, Study

FORMAT = "unrolled-study-1"
MAX_FILE_BYTES = 64 * 2**20  # bytes of a file that a reader opens
RESULT_NAMES = ("solved", "updates", "value", "best", "seconds", "diverged")

Results = dict[str, dict[str, Any]]  # id of a point -> its result


class StudyError(Exception):
    """A study cannot start or go on; the text is a sentence for the reader. Finished points are kept."""


class Folder:
    """The files of one study. Raises StudyError where the disk refuses, ValueError for foreign files."""

    def __init__(self, path: str | Path):
        self.path = Path(path)

    @property
    def points(self) -> Path:
        """The folder of the finished points."""
        return self.path / "points"

    def study(self) -> Study:
        """The study of this folder. ValueError or LookupError when the file is not one."""
        file = self.path / "study.json"
        return Study.from_dict(
            _read(file if os.path.isfile(file) else self.path / "result.json", "study")
        )

    def provenance(self) -> dict[str, str]:
        """The provenance of `result.json`: command, seconds, date, machine; {} without such a file."""
        file = self.path / "result.json"
        if not os.path.isfile(file):
            return {}
        names = ("command", "seconds", "date", "machine")
        return {name: str(_read(file, name)) for name in names}

    def prepare(self, study: Study) -> None:
        """Makes the folder and writes study.json; removes parts that a killed process left."""
        with _disk_errors(self.path):
            self.points.mkdir(parents=True, exist_ok=True)
            for left in (*self.points.glob(f"{PART_PREFIX}*"), *self.path.glob(f"{PART_PREFIX}*")):
                left.unlink(missing_ok=True)
        description = {"format": FORMAT, "study": study.to_dict()}
        self._write(self.path / "study.json", json.dumps(description, indent=1))

    def keep(self, point: Point, result: Mapping[str, Any]) -> None:
        """Writes a finished point."""
        known = {"id": point.id, "row": point.row, "distance": point.distance, "seed": point.seed}
        self._write(self.points / f"{point.id}.json", json.dumps(known | dict(result)))

    def results(self, study: Study, known: Results | None = None) -> Results:
        """The finished points of `study`, id -> result. Damaged files are ignored.

        known: the results of an earlier call; they are not read again.
        """
        wanted, results = {point.id for point in study.points}, dict(known or {})
        packed = self.path / "result.json"
        if os.path.isfile(packed) and not wanted <= results.keys():
            for result in _read(packed, "points"):
                if isinstance(result, Mapping) and result.get("id") in wanted and _whole(result):
                    results[result["id"]] = dict(result)
        stored = (
            {file.stem for file in self.points.glob("*.json")}
            if os.path.isdir(self.points)
            else set()
        )
        for name in (wanted - results.keys()) & stored:
            try:
                result = json.loads((self.points / f"{name}.json").read_bytes())
            except (OSError, ValueError):
                continue
            if _whole(result):
                results[name] = result
        return results

    def pack(self, study: Study, command: str, seconds: float) -> Path:
        """Writes `result.json` with the study, its points and their provenance -> its path."""
        file = self.path / "result.json"
        about = {
            "command": command,
            "seconds": round(seconds, 1),
            "date": time.strftime("%Y-%m-%d"),
            "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, torch {torch.__version__}",
        }
        self._write(file, to_file_text(study, self.results(study), about))
        return file

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Locks the folder for this process inside the block. StudyError when another process has it."""
        with _disk_errors(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / "lock")
        try:
            with _disk_errors(self.path):
                lock.acquire(timeout=0)
        except Timeout:
            raise StudyError(
                say(
                    "study: expected no other process at work in {path}, got one. "
                    "Wait for it, or stop it first.",
                    path=self.path,
                )
            ) from None
        try:
            yield
        finally:
            lock.release()

    @property
    def at_work(self) -> bool:
        """Whether a process works here now."""
        if not os.path.exists(self.path / "lock"):
            return False
        lock = FileLock(self.path / "lock")
        try:
            with lock.acquire(timeout=0):
                return False
        except Timeout:
            return True
        except OSError:  # a folder that may not be written: no process works there
            return False

    @property
    def status(self) -> dict[str, Any]:
        """The status that the latest process here wrote; {} when there was none."""
        try:
            status = json.loads((self.path / "status.json").read_bytes())
            return {
                name: from_json(value) if isinstance(value, dict) else value
                for name, value in status.items()
            }
        except (OSError, ValueError, AttributeError):
            return {}

    def say(self, **status: Any) -> None:
        """Writes the status."""
        stored = {
            name: to_json(value) if isinstance(value, str) else value
            for name, value in status.items()
        }
        self._write(self.path / "status.json", json.dumps(stored))

    def _write(self, file: Path, text: str) -> None:
        with _disk_errors(self.path):
            write_atomically(file, text.encode())


def to_file_text(study: Study, results: Results, about: Mapping[str, Any]) -> str:
    """A study and its finished points as the text of one file, a line for each point."""
    head = json.dumps({"format": FORMAT, **about, "study": study.to_dict()}, indent=1)
    points = [
        json.dumps({**results[point.id], "label": study.labels[point.row]})
        for point in study.points
        if point.id in results
    ]
    return head[:-2] + ',\n "points": [\n' + ",\n".join(points) + "\n]}\n"


def parse_file(content: bytes) -> tuple[Study, Results, dict[str, Any]]:
    """(study, its finished points, their provenance) in the bytes of a `result.json`.

    Raises ValueError or LookupError with a sentence for anything else.
    """
    if len(content) > MAX_FILE_BYTES:
        raise ValueError(
            say(
                "file: expected at most {most} MiB, got {got:,} bytes. "
                "Choose the result.json of a study.",
                most=MAX_FILE_BYTES // 2**20,
                got=len(content),
            )
        )
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(
            say(
                "file: expected a study in the format {format}, got something else. "
                "Choose the result.json of a study.",
                format=FORMAT,
            )
        )
    study = Study.from_dict(data.get("study"))
    wanted = {point.id for point in study.points}
    points = data.get("points", [])
    results = {
        p["id"]: p
        for p in (points if isinstance(points, list) else [])
        if isinstance(p, dict) and isinstance(p.get("id"), str) and p["id"] in wanted and _whole(p)
    }
    return study, results, {k: str(v) for k, v in data.items() if k not in ("study", "points")}


def _read(file: Path, key: str) -> Any:
    """The value of `key` in a file of this format. ValueError for another file."""
    try:
        content = json.loads(file.read_bytes())
        if content["format"] != FORMAT:
            raise ValueError(content["format"])
        return content[key]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(
            say(
                "study: expected a file in the format {format}, got {got!r}. "
                "Choose the folder of a study.",
                format=FORMAT,
                got=str(file),
            )
        ) from error


def _whole(result: Any) -> bool:
    """Whether a result has everything it needs, of the right kind."""
    if not isinstance(result, Mapping) or not all(name in result for name in RESULT_NAMES):
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
def _disk_errors(path: Path) -> Iterator[None]:
    """Turns an OSError inside the block into StudyError with a sentence."""
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        raise StudyError(
            say(
                "study: expected to write to {path}, got: {reason}. "
                "Make room or choose another folder, and start again: finished points are kept.",
                path=path,
                reason=describe_error(error),
            )
        ) from error


def studies_folder() -> Path:
    """The folder of the studies that name no folder of their own."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "unrolled" / "studies"
