"""CELLS is the only list of cells: nothing else names one, so that a new cell is one file and one line."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.cells import CELLS

ROOT = Path(__file__).parents[2]
# Where a cell may be named: the registry, ready-made experiments, and the tasks' own defaults.
ALLOWED = (
    "core/cells/",
    "core/training/presets.py",
)
NAMES = {*CELLS, *(name.upper() for name in CELLS)}
IN_QUOTES = re.compile(rf"""["'`](?:{"|".join(map(re.escape, sorted(NAMES)))})["'`]""")


def sources(ending: str) -> list[str]:
    folders = (ROOT / "core", ROOT / "dashboard")
    paths = (path for folder in folders for path in folder.rglob(f"*.{ending}"))
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


def literals(text: str, task: bool) -> Iterator[tuple[int, str]]:
    """(line, name) of every string that is the name of a cell; a task may say which one it begins with."""
    tree = ast.parse(text)
    defaults = {
        id(part)
        for node in ast.walk(tree)
        if task and isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "defaults"
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        named = isinstance(node, ast.Constant) and node.value in NAMES
        if named and id(node) not in defaults:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", sources("py"))
def test_no_cell_is_named(path):
    if path.startswith(ALLOWED):
        return
    text = (ROOT / path).read_text("utf-8")
    named = [*literals(text, path.startswith("core/tasks/"))]
    assert not named, (
        f"{path}: expected no name of a cell, got {named}. Ask the cell: its options, gates, states, title."
    )


def test_no_cell_is_named_in_javascript():
    named = {}
    for path in sources("js"):
        text = (ROOT / path).read_text("utf-8")
        if match := IN_QUOTES.search(text):
            named[path] = match[0]
    assert not named, f"expected no name of a cell, got {named}. Send what the page needs to know."


@pytest.mark.parametrize(
    ("text", "task", "names"),
    [
        ('if cell.name == "lstm": pass', False, ["lstm"]),
        ('TITLES = {"gru": "GRU"}', False, ["gru", "GRU"]),
        ('"An lstm, in a sentence."', False, []),
        ('class T:\n    defaults: ClassVar = {"cell": "rnn"}', True, []),
        ('class T:\n    defaults: ClassVar = {"cell": "rnn"}', False, ["rnn"]),
        ('class T:\n    other: ClassVar = {"cell": "rnn"}', True, ["rnn"]),
    ],
)
def test_the_search_sees_a_name(text, task, names):
    assert [name for _, name in literals(text, task)] == names
