"""The messages that stand in the source: every text that a function for readers is called with.

_("{n} updates", n=3)   N_("Live")   say("{what}: expected …")   count(n, "1 network", "{n} networks")
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from translations.message import Message

ROOT = Path(__file__).parents[1]
ROOMS = ("core", "dashboard")
# function -> which of its arguments are messages
KEYWORDS = {"_": (0,), "N_": (0,), "say": (0,), "count": (1, 2), "Remedy": (0,)}
OWN = ("core/common/messages.py", "dashboard/common/i18n.py")  # they pass on what others say


def read_source() -> Iterator[Message]:
    """Every message of the program, file by file."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            yield from read_messages(path.read_text("utf-8"), name)


def read_messages(source: str, where: str) -> Iterator[Message]:
    """The messages of one file, in their order.

    >>> [message.text for message in read_messages('_("one " "two")', "x.py")]
    ['one two']
    """
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        yield from (Message(text, where) for text in _texts(call))


def _texts(call: ast.Call) -> Iterator[str]:
    function = call.func.id if isinstance(call.func, ast.Name) else ""
    for place in KEYWORDS.get(function, ()):
        if place < len(call.args):
            yield from _literals(call.args[place])


def _literals(node: ast.expr) -> Iterator[str]:
    """A text, or both of a choice between two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
