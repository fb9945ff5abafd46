"""Stand-ins for a training, for tests of the machinery around it: short, and they leave a trace.

`UNROLLED_TRACE` names a file to which each writes a line when it begins and one when it ends.
"""

import hashlib
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from core.studies import Study

SMALL = Study("two_sequence", {"RNN": {"cell": "rnn"}}, (5, 6), tuple(range(1, 21)), 100)


def trace(word: str, order: dict[str, Any]) -> None:
    path = os.environ.get("UNROLLED_TRACE")
    if path:
        e = order["experiment"]
        with Path(path).open("a") as file:
            file.write(f"{word} {e['length']}-{e['seed']} {os.getpid()}\n")


def short(order: dict[str, Any], seconds: float = 0.02) -> dict[str, Any]:
    """A result that depends on the order alone."""
    trace("begin", order)
    time.sleep(seconds)
    number = int(hashlib.sha256(json.dumps(order, sort_keys=True).encode()).hexdigest()[:6], 16)
    trace("end", order)
    return {
        **{"solved": number % 3 > 0, "updates": number % 97, "value": number / 2**24},
        **{"best": None, "seconds": seconds, "diverged": None},
    }


def longer(order: dict[str, Any]) -> dict[str, Any]:
    return short(order, 0.1)


def once_deadly(order: dict[str, Any]) -> dict[str, Any]:
    """The first worker that meets seed 7 is killed there."""
    mark = Path(os.environ["UNROLLED_TRACE"]).with_suffix(".dead")
    if order["experiment"]["seed"] == 7 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return short(order)


def deadly(order: dict[str, Any]) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("not reached")


def failing(order: dict[str, Any]) -> dict[str, Any]:
    if order["experiment"]["seed"] == 3:
        raise ValueError("data: expected some, got none. Bring some.")
    return short(order)
