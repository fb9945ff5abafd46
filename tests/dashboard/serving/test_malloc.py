"""Memory that is freed: large blocks go back to the machine, small ones stay for the next update."""

import subprocess
import sys

import pytest

from dashboard.serving.malloc import LARGE_BYTES

PROGRAM = """
import resource, sys
import numpy as np
from dashboard.serving.malloc import give_back_large_blocks

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

if not give_back_large_blocks():
    sys.exit("no glibc")
before = None
for k in range(200):
    if k == 100:
        before = faults()
    np.ones(int(sys.argv[1]), np.uint8)
print((faults() - before) / 100)
"""


def faults_of_a_block(size: int) -> float:
    """Pages that the machine clears for a block that is taken, filled and freed, again and again."""
    program = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(size)], capture_output=True, text=True, check=False
    )
    if "no glibc" in program.stderr:
        pytest.skip("needs glibc")
    return float(program.stdout)


def test_a_small_block_is_taken_from_what_was_freed():
    assert faults_of_a_block(LARGE_BYTES // 2) < 5


def test_a_large_block_goes_back():
    assert faults_of_a_block(LARGE_BYTES + 4096) > 100
