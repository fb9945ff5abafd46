"""The app in a process that tells every half second what runs it holds."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks._harness.browser import ROOT
from dashboard.serving import programs

TTL = 4  # seconds, in place of those in .streamlit/config.toml


def report() -> None:
    """In the server: tells every half second what it holds."""
    from dashboard.serving.turns import scheduler
    from dashboard.session.live_run import LiveRun

    runs, begin = weakref.WeakSet[LiveRun](), LiveRun.__init__

    def counted(self: LiveRun, *args: Any, **more: Any) -> None:
        begin(self, *args, **more)
        runs.add(self)

    LiveRun.__init__ = counted
    while True:
        time.sleep(0.5)
        number, held = scheduler().reserved_memory()
        rss = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        said = {"counted": number, "bytes": held, "runs": len(runs), "rss": rss}
        print("REPORT", json.dumps(said), flush=True)


def serve(port: int) -> None:
    """The app, in a process that reports."""
    from streamlit.web.cli import main

    import dashboard.session.live_run  # noqa: F401 (before there are two threads that import)

    threading.Thread(target=report, daemon=True).start()
    options = {"port": port, "disconnectedSessionTTL": TTL}
    words = [word for name, value in options.items() for word in (f"--server.{name}", str(value))]
    main(["run", str(ROOT / "app.py"), *words])


class Server:
    """What the server's process last said."""

    def __init__(self, process: subprocess.Popen, port: int):
        self.process, self.address = process, f"http://localhost:{port}"
        self.said = dict.fromkeys(("counted", "bytes", "runs", "rss"), 0)
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            if line.startswith("REPORT"):
                self.said = json.loads(line.split(" ", 1)[1])

    def wait_for(self, runs: int, seconds: float) -> dict[str, int]:
        """What it says as soon as it holds no more than so many runs, or when the time is up."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and max(self.said["runs"], self.said["counted"]) > runs:
            time.sleep(0.1)
        return self.said


@contextmanager
def server(port: int, **environment: str) -> Iterator[Server]:
    """A server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        program = programs.start(
            [sys.executable, "-m", "benchmarks._harness.reporting_server", str(port)],
            Path(folder) / "log",
            **{"cwd": ROOT, "stdout": subprocess.PIPE, "text": True},
            env={**os.environ, **environment},
        )
        there = Server(program.process, port)
        assert program.process.stdout is not None
        try:
            programs.wait_until(lambda: programs.is_healthy(there.address), program)
            yield there
        finally:
            programs.end(program)
            there.listener.join(5)
            program.process.stdout.close()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
