"""Readers who close their tab: python -m benchmarks.leaving [--sessions 20]

A server of its own; sessions train for a moment and close. Printed: how many runs, and how many bytes of
them, the server counts and holds while they are there, after they have left, and when the time in which a
lost connection would find its run again has passed. Nothing but the server's own process is asked.
"""

import argparse
import asyncio
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

from benchmarks import processes
from benchmarks.visitors import Visitor

ROOT = Path(__file__).parents[1]
TTL = 4  # seconds, in place of those in .streamlit/config.toml
QUERY = "task=names&hidden_size=64&batch_size=16"
UPDATES = 20


def report() -> None:
    """In the server: tells every half second what it holds."""
    from dashboard.serving.turns import room
    from dashboard.session.live_run import Live

    runs, begin = weakref.WeakSet[Live](), Live.__init__

    def counted(self: Live, *args: Any, **more: Any) -> None:
        begin(self, *args, **more)
        runs.add(self)

    Live.__init__ = counted
    while True:
        time.sleep(0.5)
        number, held = room().held()
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
        program = processes.start(
            [sys.executable, "-m", "benchmarks.leaving", "--serve", str(port)],
            Path(folder) / "log",
            **{"cwd": ROOT, "stdout": subprocess.PIPE, "text": True},
            env={**os.environ, **environment},
        )
        there = Server(program.process, port)
        assert program.process.stdout is not None
        try:
            processes.wait_until(lambda: processes.is_healthy(there.address), program)
            yield there
        finally:
            processes.end(program)
            there.listener.join(5)
            program.process.stdout.close()


async def visit(address: str, sessions: int) -> list[Visitor]:
    """So many readers, each with a run of some updates."""
    visitors = [Visitor(address, QUERY) for _ in range(sessions)]
    for visitor in visitors:
        await visitor.open()
        await visitor.pull(UPDATES)
    return visitors


async def watch(there: Server, sessions: int) -> dict[str, dict[str, int]]:
    """Moment -> what the server says."""
    while not there.said["rss"]:
        await asyncio.sleep(0.1)
    found = {"before": there.said}
    visitors = await visit(there.address, sessions)
    await asyncio.sleep(1.5)
    found[f"{sessions} readers"] = there.said
    for visitor in visitors:
        await visitor.close()
    found["they have left, and their time is over"] = await asyncio.to_thread(
        there.wait_for, 0, TTL + 20
    )
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        return serve(args.serve)
    from benchmarks.browser import free_port

    with server(free_port()) as there:
        found = asyncio.run(watch(there, args.sessions))
    print(
        "| | runs held | runs counted | MB counted | MB of the process |\n| --- | ---: | ---: | ---: | ---: |"
    )
    for moment, said in found.items():
        numbers = [
            said["runs"],
            said["counted"],
            f"{said['bytes'] / 1e6:.1f}",
            f"{said['rss'] / 1e6:.0f}",
        ]
        print(f"| {moment} | " + " | ".join(map(str, numbers)) + " |")
    return None


if __name__ == "__main__":
    main()
