"""What the first updates of a fresh process import: nothing that takes a second and is not needed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.tasks import TASKS
from core.training.optim import OPTIMIZERS

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
# torch's compiler with its algebra, and libraries for a reader's own data and for other sources of digits.
UNNEEDED = ["torch._dynamo", "torch._inductor", "sympy", "sklearn", "scipy", "pandas", "pyarrow"]
FIRST_UPDATES = f"""
import json, sys
from core import Experiment, Trainer
imported = dict()
for settings in json.loads(sys.argv[1]):
    assert next(Trainer(Experiment(**settings))).evaluation is not None
    for name in {UNNEEDED}:
        if name in sys.modules:
            imported.setdefault(name, settings)
print(json.dumps(imported))
"""


def test_no_first_update_imports_what_it_does_not_need():
    runs = [{"optimizer": name} for name in OPTIMIZERS] + [{"task": name} for name in TASKS]
    process = subprocess.run(
        [sys.executable, "-c", FIRST_UPDATES, json.dumps(runs)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(process.stdout) == {}
