"""`make test` runs all its parts, whichever fails, and says so with its exit code."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# In place of pytest: notes which half it was asked for, and ends as the test wants that half to end.
STUB = """#!/bin/sh
case "$*" in
  *"--ignore tests/e2e"*) half=units ;;
  *--last-failed*) half=alone ;;
  *tests/e2e*) half=browser ;;
  *) half="$*" ;;
esac
echo "$half" >> {folder}/ran
exit "$(cat {folder}/$half)"
"""


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize(
    ("player", "units", "browser", "alone", "ran", "fails"),
    [
        pytest.param(0, 0, 0, 0, ["units", "browser"], False, id="all pass"),
        pytest.param(0, 1, 0, 0, ["units", "browser"], True, id="a unit test fails"),
        pytest.param(0, 0, 1, 0, ["units", "browser", "alone"], False, id="it passes alone"),
        pytest.param(0, 0, 1, 1, ["units", "browser", "alone"], True, id="it fails alone too"),
        pytest.param(
            0, 1, 1, 0, ["units", "browser", "alone"], True, id="units, and it passes alone"
        ),
        pytest.param(0, 2, 1, 1, ["units", "browser", "alone"], True, id="both fail"),
        pytest.param(0, 1, 2, 3, ["units", "browser", "alone"], True, id="both fail otherwise"),
        pytest.param(1, 0, 0, 0, ["units", "browser"], True, id="a test of the player fails"),
    ],
)
def test_all_parts_run_whichever_fails(tmp_path, player, units, browser, alone, ran, fails):
    for half, code in {
        "player": player,
        "units": units,
        "browser": browser,
        "alone": alone,
    }.items():
        (tmp_path / half).write_text(str(code))
    stub = tmp_path / "pytest"
    stub.write_text(STUB.format(folder=tmp_path))
    stub.chmod(0o755)
    # `-o .venv/dev`: no environment is set up, however old this one is
    command = ["make", "-f", str(ROOT / "Makefile"), "-o", ".venv/dev", "test"]
    command += [f"PYTEST={stub}", f"PLAYER={stub} player"]
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS")}
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env=environment | {"LC_ALL": "C"}
    )
    assert (tmp_path / "ran").read_text().split() == ["player", *ran], done.stderr
    assert (done.returncode != 0) == fails
    if fails:
        assert f"Error {max(player, units, alone)}" in done.stderr, "the worst of them"
