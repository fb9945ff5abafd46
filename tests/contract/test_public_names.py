"""What `core` exports: each name is the one its module defines, and none costs anything until it is used."""

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import core
import core.training
from core.io.watching import watch
from core.training.trainer import Trainer

ROOT = Path(__file__).parents[2]
PACKAGES = [core, core.training]

HEAVY = ["torch", "numpy", "pandas", "core.cells", "core.tasks"]
CHEAP = f"""
import json, sys
import core, core.training
before = [name for name in {HEAVY} if name in sys.modules]
core.watch
print(json.dumps([before, [name for name in {HEAVY} if name in sys.modules]]))
"""


def type_checking_imports(package) -> dict[str, str]:
    """Public name -> module it is imported from, as a type checker reads the package's file."""
    tree = ast.parse(Path(package.__file__).read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.name: "." + (node.module or "")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_public_name_is_the_thing_that_a_type_checker_sees(package):
    homes = type_checking_imports(package)
    assert sorted(homes) == sorted(package.__all__)
    for name, home in homes.items():
        assert getattr(package, name) is getattr(
            importlib.import_module(home, package.__name__), name
        )


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_dir_lists_the_public_names_and_a_wrong_one_is_refused(package):
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match=f"{package.__name__}.* has no attribute 'Trianer'"):
        _ = package.Trianer


def test_the_names_of_the_notebook_are_the_ones_in_use():
    assert core.watch is watch
    assert core.Trainer is core.training.Trainer is Trainer


def test_importing_core_imports_neither_torch_nor_any_room():
    run = subprocess.run(
        [sys.executable, "-c", CHEAP], cwd=ROOT, capture_output=True, text=True, check=True
    )
    before, after = json.loads(run.stdout)
    assert before == []
    assert {"torch", "numpy", "core.cells"} <= set(after)
