"""A task is one file and one line in its registry: no other code names one."""

import ast
from pathlib import Path

from core.tasks import TASKS

ROOT = Path(__file__).parents[2]
# Experiments to choose from may name the task they are of.
MAY = (
    "core/tasks/",
    "core/training/presets.py",
    "core/training/language_presets.py",
    "dashboard/views/architectures/page.py",
)
WORDS = {
    "names",
    "text",
    "words",
}  # of which other things bear the name too: looked at beside a task only
FIRST_TASK = "Option('task', 'choice', 'names'"  # the field's default


def naming(tree: ast.AST) -> list[ast.Constant]:
    """The string literals of a module that are a task's name."""
    found = []
    for parent in ast.walk(tree):
        for child in ast.iter_child_nodes(parent):
            if not isinstance(child, ast.Constant) or child.value not in TASKS:
                continue
            if child.value not in WORDS or beside_a_task(parent, child):
                found.append(child)
    return found


def beside_a_task(parent: ast.AST, name: ast.Constant) -> bool:
    """Whether the literal stands where a task's name does, and nothing else's."""
    match parent:
        case ast.Compare() | ast.keyword(arg="task") | ast.Subscript(value=ast.Name(id="TASKS")):
            return True
        case ast.Call(func=ast.Name(id="Experiment")):
            return True
        case ast.Call(func=ast.Name(id="Option"), args=[ast.Constant(value="task"), *_]):
            return not ast.unparse(parent).startswith(FIRST_TASK)
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return any(
                isinstance(key, ast.Constant) and key.value == "task" and value is name
                for key, value in pairs
            )
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            return all(isinstance(each, ast.Constant) and each.value in TASKS for each in elements)
    return False


def test_no_code_outside_the_tasks_names_one():
    files = [*ROOT.glob("core/**/*.py"), *ROOT.glob("dashboard/**/*.py")]
    named = []
    for file in sorted(files):
        path = file.relative_to(ROOT).as_posix()
        if not path.startswith(MAY):
            tree = ast.parse(file.read_text("utf-8"))
            named += [f"{path}:{name.lineno}: {name.value!r}" for name in naming(tree)]
    assert named == []


def test_a_name_is_seen_where_it_is_meant():
    for code in (
        "if name in ('load', 'air_quality'): pass",
        "Experiment(task='names')",
        "Experiment('text')",
        "TASKS['names']",
        "FIRST = {'task': 'text'}",
        "if experiment.task == 'text': pass",
        "ANYTHING = ('text', 'names')",
        "LAST = ['adding']",
    ):
        assert naming(ast.parse(code)), code
    for code in ("{'text': 3}", "about['names']", "name in ('x', 'text')", "f(title='text')"):
        assert not naming(ast.parse(code)), code
