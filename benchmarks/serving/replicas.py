"""Two servers behind a real nginx, one is killed.

The configuration is deploy/nginx.conf with addresses of this machine in it. Told is how the readers were
spread, whether each stayed where it was, and how long those of the killed server were without an answer.
"""

import argparse
import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import websockets

from benchmarks._harness import programs
from benchmarks._harness.browser import ROOT, free_port, process
from benchmarks._harness.result import Figure, Result
from benchmarks._harness.visitors import Visitor

QUERY = "task=adding&length=10&hidden_size=8"


def configuration(folder: Path, port: int, replicas: list[str]) -> str:
    """deploy/nginx.conf, for servers of this machine and a user of this machine."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    servers = "\n".join(f"    server {r} max_fails=1 fail_timeout=5s;" for r in replicas)
    text, found = re.subn(r"(    server \w+:8501 [^\n]*\n)+", servers + "\n", text)
    assert found == 1
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    text = text.replace("include /etc/nginx/mime.types;", "")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"\n  {kind}_temp_path {folder / kind};" for kind in kinds)
    return text.replace("http {", f"http {{{places}", 1)


@contextlib.contextmanager
def nginx(replicas: list[str]) -> Iterator[str]:
    """A running nginx before the replicas (host:port): its address."""
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "nginx.conf").write_text(configuration(folder, port, replicas))
        extra = f"daemon off; pid {folder / 'pid'}; error_log {folder / 'log'};"
        if os.getuid() == 0:
            extra += " user root;"
        command = ["nginx", "-p", name, "-e", str(folder / "log"), "-c", str(folder / "nginx.conf")]
        program = programs.start([*command, "-g", extra], folder / "log")
        address = f"http://127.0.0.1:{port}"
        try:
            programs.wait_until(lambda: programs.is_healthy(address), program)
            yield address
        finally:
            programs.end(program)


def cookie(address: str) -> str:
    """What a first visit is given."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        told = answer.headers.get_all("Set-Cookie") or []
    return next(text.split(";")[0] for text in told if text.startswith("unrolled="))


async def reopened(visitor: Visitor) -> float:
    """As a browser does: tries again until the page is there -> seconds."""
    begun = time.monotonic()
    while True:
        try:
            await visitor.open()
            return time.monotonic() - begun
        except (TimeoutError, OSError, websockets.WebSocketException):
            await asyncio.sleep(0.2)


async def lesson(address: str, servers: list[subprocess.Popen], readers: int) -> dict[str, float]:
    """Opens, plays, kills the first server, plays on -> what was found."""
    visitors = [Visitor(address, f"{QUERY}&seed={k}", cookie(address)) for k in range(readers)]
    await asyncio.gather(*(v.open() for v in visitors))
    await asyncio.gather(*(v.pull(5) for v in visitors))
    servers[0].kill()
    servers[0].wait()
    await asyncio.sleep(0.5)
    lost = [v for v in visitors if not v.is_connected()]
    rest = [v for v in visitors if v.is_connected()]
    before = {v: (v.run, v.have) for v in rest}
    away = await asyncio.gather(*(reopened(v) for v in lost))
    await asyncio.gather(*(v.pull(5) for v in visitors))
    undisturbed = sum(v.run == run and v.have > have for v, (run, have) in before.items())
    trains = sum(v.have > 1 and not v.problem for v in visitors)
    await asyncio.gather(*(v.close() for v in visitors))
    return {
        "readers": readers,
        "of the server that was killed": len(lost),
        "of the other, whose runs went on": undisturbed,
        "longest until a page was there again": max(away, default=0.0),
        "who train afterwards": trains,
    }


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--readers", type=int, default=12)


def measure(arguments: argparse.Namespace) -> Result:
    """How the readers fared, as figures."""
    if shutil.which("nginx") is None:
        raise SystemExit("nginx: expected one on the PATH, got none. Install the package `nginx`.")
    with process() as (one, first), process() as (two, second):
        replicas = [a.removeprefix("http://").replace("localhost", "127.0.0.1") for a in (one, two)]
        with nginx(replicas) as address:
            measured = asyncio.run(lesson(address, [first, second], arguments.readers))
    names = ("readers", "lost", "undisturbed", "away", "train")
    forms = {"away": (".1f", "s")}
    return Result(
        figures={
            name: Figure(what, number, *forms.get(name, ()))
            for name, (what, number) in zip(names, measured.items(), strict=True)
        }
    )
