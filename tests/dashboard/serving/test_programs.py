"""A program that is started is waited for until it answers, however long that takes."""

import sys
from pathlib import Path

import pytest

from dashboard.serving import programs

pytestmark = pytest.mark.long

LATE = """
import pathlib, sys, time
time.sleep(4)
pathlib.Path(sys.argv[1]).touch()
time.sleep(600)
"""


@pytest.fixture
def start(tmp_path):
    """Runs a script with arguments; all that were started end with the test."""
    started = []

    def run(script: str, *words: object) -> programs.Program:
        command = [sys.executable, "-c", script, *map(str, words)]
        started.append(programs.start(command, tmp_path / f"log {len(started)}"))
        return started[-1]

    yield run
    programs.end(*started)


def test_one_that_is_slower_than_a_few_seconds_is_waited_for(start, tmp_path):
    ready: Path = tmp_path / "ready"
    program = start(LATE, ready)
    assert not ready.exists()
    programs.wait_until(ready.exists, program)
    assert ready.exists()
    assert program.process.poll() is None


def test_one_that_dies_is_said_with_its_output_and_not_waited_for(start):
    alive = start("import time; time.sleep(600)")
    dead = start("import sys; print('the port is taken'); sys.exit('and so I end')")
    with pytest.raises(RuntimeError, match=r"got its end with exit code 1\. (?s:.+)") as error:
        programs.wait_until(lambda: False, alive, dead, seconds=1e9)
    assert "the port is taken" in str(error.value)
    assert "and so I end" in str(error.value)


def test_one_that_never_answers_is_said_with_its_output(start, tmp_path):
    ready: Path = tmp_path / "ready"
    program = start(
        "import pathlib, sys, time; print('I think', flush=True);"
        "pathlib.Path(sys.argv[1]).touch(); time.sleep(600)",
        ready,
    )
    programs.wait_until(ready.exists, program)
    with pytest.raises(RuntimeError, match=r"got none within 0\.2 seconds\. (?s:.+)I think"):
        programs.wait_until(lambda: False, program, seconds=0.2)


def test_a_port_where_nobody_listens_is_no_answer_yet(start, tmp_path):
    ready, port = tmp_path / "port", 0
    program = start(
        "import pathlib, socket, sys, time; s = socket.create_server(('127.0.0.1', 0));"
        "p = pathlib.Path(sys.argv[1]); p.with_suffix('.part').write_text(str(s.getsockname()[1]));"
        "p.with_suffix('.part').rename(p); time.sleep(600)",
        ready,
    )

    def answers() -> bool:
        nonlocal port
        port = int(ready.read_text())  # an OSError at first
        return programs.listens(port)

    programs.wait_until(answers, program)
    programs.end(program)
    with pytest.raises(OSError, match="refused"):
        programs.listens(port)
