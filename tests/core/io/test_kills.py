"""A process that writes gets SIGKILL: the state before or the new one is there, whole."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_the_old_or_the_new_state_is_there():
    command = [sys.executable, "-m", "benchmarks", "hardening.kills", "--times", "27"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("| 3 |") >= 9, "each of nine kinds three times"
