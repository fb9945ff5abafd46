"""A training that runs elsewhere, as its monitor writes it into a folder.

    for run in list_monitored(runs_folder()):
        run.about.name, run.state.name, run.updates[-1]
    run.refresh()                               # what has come since; cheap where nothing has
    frame = run.read(run.updates[-1])
    frame.recordings["encoder"]["f"].grads      # [T, 1, H]
    run.numbers[137]["loss"]

The folder may be in the making, cut off at any byte, or somebody else's: what cannot be read is not there.
"""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...common.checks import shorten
from ...common.messages import say
from ...common.stored_sentences import from_json
from .about import About
from .frame import Frame
from .layout import (
    ABOUT_FILE,
    KEY_PATTERN,
    MAX_FRAME_BYTES,
    MAX_LINE_BYTES,
    MAX_TEXT_BYTES,
    MAX_UPDATE,
    NUMBERS_FILE,
    STATE_FILE,
    frame_file,
    live_folder,
    update_of,
)

SILENT_SECONDS = 15.0  # without a sign of life; a monitor gives one every 2 seconds
MAX_CHUNK_BYTES = 2**22  # of numbers.jsonl that one refresh reads
PROBE = "probe"  # the key of what was found in the probe, in a line of numbers.jsonl

Statistics = dict[str, dict[str, float]]  # layer such as "encoder 0 forward" -> name -> number


@dataclass(frozen=True)
class State:
    """name: "running", "ended", or "silent", which means: no sign of life for SILENT_SECONDS, and no end.

    since: seconds since 1970 of the last sign of life. update: the newest update. sentences: what went wrong, and
    how the training went on.
    """

    name: str
    since: float
    update: int = 0
    sentences: tuple[str, ...] = ()


class MonitoredRun:
    """The run in `folder`. LookupError where there is none (yet).

    updates: those that can be read, ascending. After the first refresh(): numbers: update -> {"loss": ...}, of all
    updates; statistics: update -> what was found in the probe (core.io.monitor.statistics), also of updates whose
    recordings were removed.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.key = self.folder.name
        self.updates: list[int] = []
        self.numbers: dict[int, dict[str, float]] = {}
        self.statistics: dict[int, Statistics] = {}
        self._seen: dict[str, object] = {}
        self._offset, self._file = 0, -1
        try:
            self.about = About.from_bytes(_read(self.folder / ABOUT_FILE))
        except (OSError, ValueError) as error:
            raise LookupError(
                say(
                    "run: expected the folder of a watched training, got {got}. Choose another run.",
                    got=shorten(self.key),
                )
            ) from error
        self.state = self._written = State("silent", self.about.started)
        self._refresh_files()

    def refresh(self) -> bool:
        """Reads what has come since the last time -> whether anything has."""
        return self._read_numbers() | self._refresh_files()

    def _refresh_files(self) -> bool:
        changed = False
        if self._has_changed("."):
            updates = sorted(_updates_in(self.folder))
            changed, self.updates = updates != self.updates, updates
        if self._has_changed(ABOUT_FILE):
            try:
                self.about = About.from_bytes(_read(self.folder / ABOUT_FILE))
                changed = True
            except (OSError, ValueError):
                pass  # the former one counts on
        former, self.state = self.state, self._read_state()
        return changed or former != self.state

    def read(self, index: int) -> Frame:
        """The recorded update. LookupError where it is not there (any more), or cannot be read."""
        try:
            return Frame.from_bytes(_read(self.folder / frame_file(index), MAX_FRAME_BYTES))
        except (OSError, ValueError) as error:
            raise LookupError(
                say(
                    "update: expected one that is recorded, got {got}. Choose another one.",
                    got=index,
                )
            ) from error

    def _has_changed(self, name: str) -> bool:
        try:
            stat = os.stat(self.folder / name)
            now = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        except OSError:
            now = None
        changed, self._seen[name] = now != self._seen.get(name), now
        return changed

    def _read_numbers(self) -> bool:
        """Reads whole lines that were appended; from the start where the file was replaced."""
        try:
            with open(self.folder / NUMBERS_FILE, "rb") as file:
                stat = os.fstat(file.fileno())
                if stat.st_ino != self._file or stat.st_size < self._offset:
                    self._offset, self._file = 0, stat.st_ino
                    self.numbers, self.statistics = {}, {}
                if stat.st_size == self._offset:
                    return False
                file.seek(self._offset)
                chunk = file.read(MAX_CHUNK_BYTES)
        except OSError:
            return False
        whole = chunk.rfind(b"\n") + 1
        if not whole and len(chunk) > MAX_LINE_BYTES:
            whole = len(chunk)  # no line is that long
        self._offset += whole
        for line in chunk[:whole].splitlines():
            self._add_line(line)
        return whole > 0

    def _add_line(self, line: bytes) -> None:
        try:
            if len(line) > MAX_LINE_BYTES:
                return
            data = json.loads(line)
            update, probe = data.pop("update"), data.pop(PROBE, None)
            if type(update) is not int or not 0 <= update <= MAX_UPDATE:
                return
            numbers = _floats(data)
            statistics = (
                None if probe is None else {str(key): _floats(own) for key, own in probe.items()}
            )
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return  # a torn line, and whatever was written behind it
        for kept in (self.numbers, self.statistics):
            while kept and next(reversed(kept)) >= update:
                kept.popitem()
        self.numbers[update] = numbers
        if statistics is not None:
            self.statistics[update] = statistics

    def _read_state(self) -> State:
        path = self.folder / STATE_FILE
        if self._has_changed(STATE_FILE):
            try:
                data, since = json.loads(_read(path)), os.stat(path).st_mtime
                sentences = tuple(from_json(sentence) for sentence in data["sentences"])
                self._written = State(
                    "ended" if data["state"] == "ended" else "running",
                    since,
                    int(data["update"]),
                    sentences,
                )
            except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
                self._written = State("silent", self.about.started)
        written = self._written
        if written.name == "running" and time.time() - written.since > SILENT_SECONDS:
            return State("silent", written.since, written.update, written.sentences)
        return written


def list_monitored(root: str | Path) -> list[MonitoredRun]:
    """Every watched training in the folder of runs: those that run first, then the one of the latest sign of life."""
    runs = []
    try:
        folders = [*live_folder(root).iterdir()]
    except OSError:
        return []
    for folder in folders:
        if KEY_PATTERN.fullmatch(folder.name):
            try:
                runs.append(MonitoredRun(folder))
            except LookupError:
                continue
    return sorted(runs, key=lambda run: (run.state.name != "running", -run.state.since))


def _read(path: Path, most: int = MAX_TEXT_BYTES) -> bytes:
    with open(path, "rb") as file:
        return file.read(most + 1)


def _updates_in(folder: Path) -> list[int]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [update for name in names if (update := update_of(name)) is not None]


def _floats(data: dict[str, Any]) -> dict[str, float]:
    return {str(name): float(value) for name, value in data.items()}
