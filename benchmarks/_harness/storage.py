"""Results on disk: benchmarks/results/NAME.json, with the command, day, commit and machine they come from."""

import json
import os
import platform
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from benchmarks._harness.catalogue import ROOT, key
from benchmarks._harness.result import Result

FOLDER = ROOT / "benchmarks" / "results"


@dataclass(frozen=True)
class Stored:
    """A result and where it comes from. note: what else a reader has to know, such as that it was transcribed."""

    command: str
    date: str
    commit: str
    machine: str
    note: str
    result: Result

    def to_json(self) -> str:
        """As the file has it: a line for each row of a table and for each figure."""
        head = {
            name: getattr(self, name) for name in ("command", "date", "commit", "machine", "note")
        }
        data = head | self.result.to_dict()
        levels = {"tables": 3, "figures": 1}
        lines = [f' "{name}": {_json(part, levels.get(name, 0), 1)}' for name, part in data.items()]
        return "{\n" + ",\n".join(lines) + "\n}\n"


def _json(value: Any, levels: int, depth: int) -> str:
    """JSON with a line for each item of the first levels; what is deeper stays on its line."""
    if not levels or not value:
        return json.dumps(value, ensure_ascii=False)
    indent = "\n" + " " * (depth + 1)
    if isinstance(value, dict):
        items = [f'"{name}": {_json(each, levels - 1, depth + 1)}' for name, each in value.items()]
        return "{" + indent + f",{indent}".join(items) + indent[:-1] + "}"
    items = [_json(each, levels - 1, depth + 1) for each in value]
    return "[" + indent + f",{indent}".join(items) + indent[:-1] + "]"


@dataclass(frozen=True)
class Start:
    """What is known before a benchmark begins, and may have changed when it ends."""

    commit: str
    note: str

    @classmethod
    def now(cls) -> "Start":
        """The commit, and whether the machine has other work."""
        busy = os.getloadavg()[0] > 1.5 * (os.cpu_count() or 1)
        return cls(commit(), "while other work ran on the machine" if busy else "")


def save(command: str, start: Start, result: Result, folder: Path = FOLDER) -> Path:
    """Writes the result of a command that ran just now -> its file."""
    stored = Stored(
        f"python -m benchmarks {command}",
        time.strftime("%Y-%m-%d"),
        start.commit,
        machine(),
        start.note,
        result,
    )
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{key(command)}.json"
    file.write_text(stored.to_json(), encoding="utf-8")
    return file


def read_all(folder: Path = FOLDER) -> dict[str, Stored]:
    """Name -> result."""
    return {file.stem: read(file) for file in sorted(folder.glob("*.json"))}


def read(file: Path) -> Stored:
    """One result."""
    data = json.loads(file.read_text(encoding="utf-8"))
    result = Result.from_dict({name: data.pop(name) for name in ("tables", "figures")})
    return Stored(**data, result=result)


def commit() -> str:
    """The commit that is checked out; where the app differs from it, that is said."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    if head.returncode:
        return "no commit"
    changes = [*git, "status", "--porcelain", "--", "app.py", "core", "dashboard"]
    changed = subprocess.run(changes, capture_output=True, text=True).stdout.strip()
    return head.stdout.strip() + (" with changes" if changed else "")


def machine() -> str:
    """The processor and the versions that times depend on, in words."""
    cores = os.cpu_count()
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    return f"{_processor()}, {cores} cores, {versions}"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.is_file() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
