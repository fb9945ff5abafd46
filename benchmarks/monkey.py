"""Random links, pages and controls, without a browser: python -m benchmarks.monkey [--actions 3000] [--seed 1]

See tests/helpers/monkey.py for what is done. The first stack trace on a page ends it, with what led there.
"""

import argparse
import logging
import tempfile
import warnings
from collections import Counter
from pathlib import Path

from tests.helpers.monkey import Monkey, cage

EACH = 100  # actions of one visitor's chance; then another


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--actions", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    warnings.simplefilter("error")
    logging.disable(logging.WARNING)
    done: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, cage(Path(folder)):
        for k in range(-(-args.actions // EACH)):
            monkey = Monkey(args.seed * 10_000 + k)
            while sum(monkey.done.values()) < EACH:
                monkey.act()
            done += monkey.done
            print(f"{done.total():,} actions", flush=True)
    print("| what was done | times |\n| --- | ---: |")
    for what, times in done.most_common():
        print(f"| {what} | {times:,} |")


if __name__ == "__main__":
    main()
