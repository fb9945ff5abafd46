"""Readers who close their tab, and what the server still holds of them.

A server of its own; sessions train for a moment and close. Measured: how many runs, and how many bytes of
them, the server counts and holds while they are there, after they have left, and when the time in which a
lost connection would find its run again has passed. Nothing but the server's own process is asked.
"""

import argparse
import asyncio

from benchmarks._harness.browser import free_port
from benchmarks._harness.reporting_server import TTL, Server, server
from benchmarks._harness.result import Column, Figure, Result, Table
from benchmarks._harness.visitors import Visitor

QUERY = "task=names&hidden_size=64&batch_size=16"
UPDATES = 20


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


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sessions", type=int, default=12)


def measure(arguments: argparse.Namespace) -> Result:
    """moments: what the server holds before, while the readers are there, and after."""
    with server(free_port()) as there:
        moments = asyncio.run(watch(there, arguments.sessions))
    table = Table(
        [
            *(Column("moment"), Column("runs held", "d"), Column("runs counted", "d")),
            *(Column("counted", ".1f", "MB"), Column("the process", ".0f", "MB")),
        ]
    )
    for moment, said in moments.items():
        table.add(moment, said["runs"], said["counted"], said["bytes"] / 1e6, said["rss"] / 1e6)
    _, inside, after = moments.values()
    return Result(
        {"moments": table},
        {
            "readers": Figure("readers", arguments.sessions),
            "inside": Figure("runs held while they are there", inside["runs"]),
            "after": Figure("runs held after they have left", after["runs"]),
        },
    )
