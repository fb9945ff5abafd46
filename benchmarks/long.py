"""A run of an hour: python -m benchmarks.long [--minutes 60]

Minutes are simulated by updates: a minute is the 600 that a reader who plays at ten a second sees. The
run trains and is asked for frames as by its player; told are, of the first minute, the one after it and
the last: the milliseconds of CPU an answer's update takes, the bytes of an answer's head, and the memory.
The first minute has evaluations that the others do not; compare the second with the last.
"""

import argparse
import gc
import time
from pathlib import Path

from core.training import Experiment, Trainer
from dashboard.live import Live

MINUTE = 600  # updates
ASKED = 16  # frames for one answer


def resident() -> float:
    """MiB of memory of this process."""
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) / 1024


def minute(live: Live) -> tuple[float, int]:
    """Plays a minute -> (CPU milliseconds for each update, bytes of the answer that says only how it stands)."""
    begun, end = time.thread_time(), live.trainer.index + MINUTE
    while live.trainer.index < end:
        live.answer(live.total, ASKED, 1)
        live.data()
    took = time.thread_time() - begun
    live.forget(live.total)
    return 1e3 * took / MINUTE, len(live.data())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--task", default="names")
    args = parser.parse_args()
    live = Live(Trainer(Experiment(task=args.task)))
    print(
        "| minute | CPU for an update | bytes of an empty answer | memory |\n| ---: | ---: | ---: | ---: |"
    )
    for k in range(1, args.minutes + 1):
        took, size = minute(live)
        if k <= 3 or k % 10 == 0 or k == args.minutes:
            gc.collect()
            print(f"| {k} | {took:.2f} ms | {size:,} | {resident():.0f} MiB |", flush=True)


if __name__ == "__main__":
    main()
