"""Random links, pages and controls, without a browser.

See tests/helpers/monkey.py for what is done. The first stack trace on a page ends it, with what led there.
"""

import argparse
import logging
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

from benchmarks._harness.result import Result, count_deeds
from tests.helpers.monkey import Monkey, cage

EACH = 100  # actions of one visitor's chance; then another


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--actions", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=3)


def measure(arguments: argparse.Namespace) -> Result:
    """deeds: how often what was done."""
    logging.disable(logging.WARNING)
    done: Counter[str] = Counter()
    with (
        warnings.catch_warnings(),
        tempfile.TemporaryDirectory() as folder,
        cage(Path(folder)),
    ):
        warnings.simplefilter("error")
        for k in range(-(-arguments.actions // EACH)):
            monkey = Monkey(arguments.seed * 10_000 + k)
            while sum(monkey.done.values()) < EACH:
                monkey.act()
            done += monkey.done
            print(f"{done.total():,} actions", file=sys.stderr, flush=True)
    return count_deeds(done)
