"""A process that writes is killed at a random moment.

A child, a copy of this process, writes without end, one state after the other; after a random time it gets
SIGKILL. Then what is in the folder is read: it must be the last state that the child had finished, or the one
it was writing, whole. So for every kind of write that the project has (benchmarks/_harness/writers.py), in turns.
"""

import argparse
import os
import random
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import IO

import torch

from benchmarks._harness.result import Column, Figure, Result, Table
from benchmarks._harness.writers import KINDS
from core.common.files import PART_PREFIX

MOMENT = 0.06  # seconds after a child's first word, at most


def start(kind: str, folder: Path) -> tuple[int, IO[bytes]]:
    """A child that writes -> (its process, what it says). It is a copy: nothing has to be imported."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        os.close(reading)
        os.close(writing)
        try:
            for state in KINDS[kind].write(folder):
                os.write(1, f"{state}\n".encode())
        finally:
            os._exit(1)
    os.close(writing)
    return child, os.fdopen(reading, "rb")


def kill_once(kind: str, folder: Path, moment: float) -> tuple[int, int, int]:
    """Kills a child so many seconds after its first word -> (states told, state found, parts left)."""
    child, says = start(kind, folder)
    with says:
        told = int(says.readline())
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
        rest = says.read().split()
    os.waitpid(child, 0)
    told = int(rest[-1]) if rest else told
    return told, KINDS[kind].read(folder, told), len(list(folder.rglob(f"{PART_PREFIX}*")))


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--times", type=int, default=1008)
    parser.add_argument("--seed", type=int, default=1)


def measure(arguments: argparse.Namespace) -> Result:
    """writes: a row for each kind. Ends with a sentence where a state was lost."""
    torch.set_num_threads(1)
    chance, counts = random.Random(arguments.seed), {kind: Counter[str]() for kind in KINDS}
    for k in range(arguments.times):
        kind = list(KINDS)[k % len(KINDS)]
        with tempfile.TemporaryDirectory() as name:
            told, state, parts = kill_once(kind, Path(name), chance.uniform(0, MOMENT))
        if state not in (told, told + 1):
            raise SystemExit(
                f"{kind}: expected state {told} or {told + 1}, got {state}. Mend how it is written."
            )
        counts[kind]["kills"] += 1
        counts[kind]["parts"] += parts > 0
        counts[kind]["early"] += state > told
    table = Table(
        [
            *(Column("what was written"), Column("kills", "d")),
            Column("with a part left behind", "d"),
            Column("the state being written was there already", "d"),
        ]
    )
    for kind, count in counts.items():
        table.add(kind, count["kills"], count["parts"], count["early"])
    return Result(
        {"writes": table}, {"kills": Figure("kills, no state lost", arguments.times, ",.0f")}
    )
