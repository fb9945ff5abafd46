"""Two servers behind a real nginx, one is killed.

The configuration is deploy/nginx.conf with addresses of this machine in it. Told is how the readers were
spread, whether each stayed where it was, and how long those of the killed server were without an answer.
"""

import argparse
import asyncio
import subprocess
import time
import urllib.request

import websockets

from benchmarks._harness.browser import process
from benchmarks._harness.nginx import nginx
from benchmarks._harness.result import Figure, Result
from benchmarks._harness.visitors import Visitor
from dashboard.serving.nginx import find_nginx

QUERY = "task=adding&length=10&hidden_size=8"


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
    try:
        find_nginx()
    except RuntimeError as error:
        raise SystemExit(str(error)) from error
    with (
        process() as (one, first),
        process() as (two, second),
        nginx([one, two]) as address,
    ):
        measured = asyncio.run(lesson(address, [first, second], arguments.readers))
    names = ("readers", "lost", "undisturbed", "away", "train")
    forms = {"away": (".1f", "s")}
    return Result(
        figures={
            name: Figure(what, number, *forms.get(name, ()))
            for name, (what, number) in zip(names, measured.items(), strict=True)
        }
    )
