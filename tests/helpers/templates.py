"""A copy of the tree with the files of templates/ in the places and lines that they name."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = [
    "app.py",
    "assets",
    "core",
    "dashboard",
    "tests",
    "translations",
    "studies",
    "pyproject.toml",
]
PLACES = {
    "task.py": "core/tasks/parity.py",
    "cell.py": "core/cells/residual.py",
    "page": "dashboard/views/reach",
    "lesson": "assets/lessons/90_three_numbers",
}
FIRST_FILES = {"page": "page.py", "lesson": "lesson.yaml"}  # of a folder, where it says its place
# file -> (after what, the line of its template)
LINES = {
    "core/tasks/__init__.py": (r"TASKS: .*?\{", '"parity": Parity,'),
    "core/cells/__init__.py": (r"CELLS: .*?\{", '"residual": residual,'),
    "dashboard/navigation.py": (r"for page in \(", 'Page("reach", N_("Reach"), shows_a_run=True),'),
}
IMPORTS = {
    "core/tasks/__init__.py": "from .parity import Parity\n",
    "core/cells/__init__.py": "from .residual import residual\n",
}


def copy_tree_with_templates(folder: Path) -> None:
    """Puts the project into the folder, and a task, a cell and a page made of the templates into that."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder)
    for template, place in PLACES.items():
        source = ROOT / "templates" / template
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / place)
    for name, (after, line) in LINES.items():
        path = folder / name
        text = path.read_text("utf-8")
        place = re.search(after, text, re.DOTALL)
        assert place, f"{name} has no place for {line}"
        text = f"{text[: place.end()]}{line}{text[place.end() :]}"
        path.write_text(text.replace('"""\n\n', f'"""\n\n{IMPORTS.get(name, "")}', 1), "utf-8")
