"""Programs that are started, and waited for until they answer.

    program = start([sys.executable, "-m", "dask", "scheduler"], folder / "scheduler.log")
    wait_until(lambda: listens(8786), program)
    ...
    end(program)

A start takes as long as it takes: on a new machine every module is compiled first.
"""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_SECONDS = 120.0  # nothing takes so long to start, unless it hangs
PAUSE_SECONDS = 0.05  # between two questions
END_SECONDS = 20.0  # from SIGTERM to SIGKILL


@dataclass(frozen=True)
class Program:
    """A process, and the file that it writes to."""

    process: subprocess.Popen
    log: Path


def start(command: Sequence[str], log: Path, **how: Any) -> Program:
    """Starts it, with all its output in `log`. how: as for subprocess.Popen."""
    with log.open("w") as out:
        streams: dict[str, Any] = {"stdout": out, "stderr": out} | how
        return Program(subprocess.Popen(command, **streams), log)


def wait_until(
    answers: Callable[[], object], *programs: Program, seconds: float = START_SECONDS
) -> None:
    """Returns once `answers` gives something true; an OSError of it is no answer yet.

    RuntimeError with the output of a program that ended, at once, or of all when the time is up.
    """
    deadline = time.monotonic() + seconds
    while True:
        with suppress(OSError):
            if answers():
                return
        for program in programs:
            code = program.process.poll()
            if code is not None:
                raise _no_answer(f"its end with exit code {code}", program)
        if time.monotonic() > deadline:
            raise _no_answer(f"none within {seconds:g} seconds", *programs)
        time.sleep(PAUSE_SECONDS)


def free_port() -> int:
    """A port of this machine that nobody uses at present."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def end(*programs: Program) -> None:
    """Ends them: gently, and after END_SECONDS by force."""
    for program in programs:
        program.process.terminate()
    for program in programs:
        try:
            program.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            program.process.kill()
            program.process.wait()


def listens(port: int) -> bool:
    """Whether something on this machine takes connections there. OSError when nothing does."""
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        return True


def is_healthy(address: str) -> bool:
    """Whether the app at http://host:port says that it is ready: torch is imported. OSError when it does not.

    Another app of Streamlit's, which has no such address, answers with its page. It is asked directly, even where
    programs are to reach the web through a proxy.
    """
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"{address}/ready", timeout=5) as answer:
        return answer.status == 200


def _no_answer(got: str, *programs: Program) -> RuntimeError:
    outputs = "\n".join(program.log.read_text() for program in programs)
    names = ", ".join(str(program.process.args) for program in programs)
    return RuntimeError(
        f"start: expected an answer of {names}, got {got}. Read its output:\n{outputs}"
    )
