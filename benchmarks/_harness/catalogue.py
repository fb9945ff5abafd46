"""Which benchmarks there are, and which commands the documents take their figures from."""

import ast
import importlib
import re
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
GROUPS = ("engine", "learning", "page", "serving", "hardening")

# What is stored in benchmarks/results and stands in the documents, in the order in which it is measured.
# With any other option a benchmark prints its result and stores nothing.
COMMANDS = (
    "engine.length",
    "engine.operations",
    "engine.step",
    "engine.step --float64",
    "engine.keeping",
    "engine.corpus",
    "engine.monitor",
    "engine.sampling",
    "engine.saliency",
    "page.playback",
    "page.startup",
    "page.first_visit",
    "page.lockstep",
    "page.elsewhere",
    "page.wide",
    "page.microscope",
    "page.gradients",
    "page.opening",
    "page.script",
    "learning.gates",
    "learning.vanishing",
    "learning.cliff",
    "learning.truncation",
    "learning.batching",
    "learning.deep",
    "learning.course",
    "learning.presets",
    "learning.watched",
    "learning.diagnosis",
    "serving.study",
    "serving.leaving",
    "serving.replicas",
    "serving.classroom",
    "serving.classroom --busy",
    "serving.classroom --speed 30",
    "serving.classroom --giant",
    "serving.classroom --browsers 2",
    "serving.classroom --plotly",
    "page.long",
    "hardening.monkey",
    "hardening.clicking",
    "hardening.kills",
    "hardening.fuzz",
)


def key(command: str) -> str:
    """The name of a command's result: "engine.step --float64" -> "engine.step.float64"."""
    return re.sub(r" +-*", ".", command.strip())


def names() -> list[str]:
    """Every benchmark as GROUP.MODULE."""
    folder = ROOT / "benchmarks"
    return [
        f"{group}.{file.stem}" for group in GROUPS for file in sorted((folder / group).glob("*.py"))
    ]


def first_line(name: str) -> str:
    """The first line of a benchmark's docstring, without importing it."""
    group, module = name.split(".")
    source = (ROOT / "benchmarks" / group / f"{module}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").split("\n")[0]


def load(name: str) -> ModuleType:
    """The module of a benchmark. Raises LookupError with a sentence for an unknown name."""
    if name not in names():
        raise LookupError(
            f"benchmark: expected one of {', '.join(names())}, got {name!r}. See python -m benchmarks --list."
        )
    return importlib.import_module(f"benchmarks.{name}")
