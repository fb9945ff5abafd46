"""One direction of imports: core knows no browser."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_core_imports_neither_streamlit_nor_plotly():
    code = (
        "import sys, pkgutil, importlib, core\n"
        "for module in pkgutil.walk_packages(core.__path__, 'core.'):\n"
        "    importlib.import_module(module.name)\n"
        "found = {'streamlit', 'plotly', 'dashboard'} & {name.split('.')[0] for name in sys.modules}\n"
        "assert not found, found\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
