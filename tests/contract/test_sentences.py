"""Every sentence that a reader gets keeps its template and its values apart, so that it can be translated."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(path for room in ("core", "dashboard") for path in (ROOT / room).rglob("*.py"))
# What a command says in a terminal is English; of these errors no reader of a page hears.
COMMANDS = ("core/studies/__main__.py", "dashboard/serving/__main__.py", "dashboard/serving/nginx.py",
            "dashboard/serving/programs.py")  # fmt: skip
OF_PYTHON = (
    "AttributeError",
    "KeyError",
    "StopIteration",
    "KeyboardInterrupt",
    "NotImplementedError",
)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text("utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _raised(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield node.exc


def _function(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def is_glued(text: ast.expr) -> bool:
    """Whether a text that a reader gets is made of parts, or has no template: f"…", "…" + …, "…" % …, "…".format(…).

    What stands inside say(…) may be anything: values are values.
    """
    if isinstance(text, ast.JoinedStr):
        return True
    if isinstance(text, ast.Constant):
        return isinstance(text.value, str)
    if isinstance(text, ast.BinOp):
        return isinstance(text.op, ast.Add | ast.Mod)
    if isinstance(text, ast.IfExp):
        return is_glued(text.body) or is_glued(text.orelse)
    if isinstance(text, ast.BoolOp):
        return any(map(is_glued, text.values))
    if isinstance(text, ast.Call):
        return _function(text) in ("format", "join", "str", "replace", "sub")
    return False


@pytest.mark.parametrize(
    ("source", "glued"),
    [
        ('f"{name}: expected a number."', True),
        ('"expected a number."', True),
        ('"expected " + name', True),
        ('"expected %s" % name', True),
        ('"expected {}".format(name)', True),
        ("str(error)", True),
        ('say("expected {n}.", n=f"{n} steps")', False),
        ("sentence_of(error)", False),
        ("sentence", False),
    ],
)
def test_the_test_knows_a_glued_sentence(source: str, glued: bool) -> None:
    assert is_glued(ast.parse(source, mode="eval").body) is glued


def test_no_error_is_raised_with_a_glued_sentence() -> None:
    glued = [
        f"{_name(path)}:{error.lineno}"
        for path in FILES
        if _name(path) not in COMMANDS
        for error in _raised(path)
        if _function(error)[0].isupper()  # a class; a function says its sentence itself
        if _function(error) not in OF_PYTHON
        if any(map(is_glued, error.args))
    ]
    assert glued == []


def test_every_sentence_has_a_template_of_its_own() -> None:
    """say(f"…") would fill in the values before any translation could see the template."""
    files = [path for path in FILES if _name(path) not in COMMANDS]
    calls = [(_name(path), call) for path in files for call in _calls(path)]
    said = [(path, call) for path, call in calls if _function(call) in ("say", "_", "N_")]
    assert len(said) > 1000
    glued = [
        f"{path}:{call.lineno}"
        for path, call in said
        if call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
        if isinstance(call.func, ast.Name)
    ]
    assert glued == []


def test_the_pages_keep_the_sentence_of_an_error() -> None:
    """str(error) is English text alone: sentence_of(error) keeps the template, and the page translates it."""
    caught = {path: _caught(path) for path in FILES if _name(path).startswith("dashboard")}
    lost = [
        f"{_name(path)}:{call.lineno}"
        for path, names in caught.items()
        for call in _calls(path)
        if _name(path) not in COMMANDS and _function(call) == "str" and len(call.args) == 1
        if isinstance(call.args[0], ast.Name) and call.args[0].id in names
    ]
    assert lost == []


def _caught(path: Path) -> set[str]:
    handlers = ast.walk(ast.parse(path.read_text("utf-8")))
    names = {node.name for node in handlers if isinstance(node, ast.ExceptHandler) and node.name}
    return names | {"error"}
