"""A run of an hour: python -m benchmarks.long [--minutes 60]

Minutes are simulated by updates: a minute is the 600 that a reader who plays at ten a second sees.

In the server: the run trains and is asked for frames as by its player. Told are the milliseconds of CPU
an answer's update takes, the bytes of an answer's head, and the memory. The first minute has evaluations
that the others do not; compare the second with the last.

In the browser: the page plays as fast as it can until the hour is over; before and after, ten seconds at 60
updates a second. Told are the pictures drawn a second, the longest time between two, and the page's memory.
"""

import argparse
import gc
import logging
import time
from pathlib import Path

from benchmarks.browser import DATA, MOVING, chromium, server
from core.training.trainer import Experiment, Trainer
from dashboard.session.live_run import Live

MINUTE = 600  # updates
ASKED = 16  # frames for one answer
WATCHED = 10.0  # seconds
PATIENCE = 3600.0  # seconds for the hour's updates
GAPS = """() => { window.gaps = []; let last = performance.now();
  const look = now => { window.gaps.push(now - last); last = now; requestAnimationFrame(look); };
  requestAnimationFrame(look); }"""


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


def watch(page) -> str:
    """Plays at 60 a second for a while -> a row of the table."""
    number = lambda name: float(page.evaluate(DATA, name))  # noqa: E731
    page.locator(".player select").first.select_option("60")
    page.wait_for_timeout(2000)
    drawn, update, begun = number("drawn"), number("update"), time.perf_counter()
    page.evaluate("window.gaps = []")
    page.wait_for_timeout(1000 * WATCHED)
    passed, gaps = time.perf_counter() - begun, sorted(page.evaluate("window.gaps"))
    heap = page.evaluate("performance.memory.usedJSHeapSize") / 2**20
    return (
        f"| {update:.0f} | {(number('drawn') - drawn) / passed:.1f} | {(number('update') - update) / passed:.1f} "
        f"| {gaps[int(0.99 * len(gaps))]:.0f} ms | {heap:.0f} MiB |"
    )


def browser(updates: int, task: str) -> None:
    with server() as (address, _), chromium() as started:
        page = started.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/?task={task}")
        page.locator(".play").click()
        page.wait_for_function(MOVING)
        page.evaluate(GAPS)
        print(
            "| update | drawn a second | played a second (60 asked) | 99 % of the screen's frames within | memory |"
        )
        print("| ---: | ---: | ---: | ---: | ---: |")
        print(watch(page), flush=True)
        page.locator(".player select").first.select_option(label="fast")
        end = time.monotonic() + PATIENCE
        while float(page.evaluate(DATA, "update")) < updates and time.monotonic() < end:
            page.wait_for_timeout(1000)
        print(watch(page), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--task", default="names")
    args = parser.parse_args()
    logging.disable(logging.WARNING)  # Streamlit's, that no page is there
    live = Live(Trainer(Experiment(task=args.task)))
    print(
        "| minute | CPU for an update | bytes of an empty answer | memory |\n| ---: | ---: | ---: | ---: |"
    )
    for k in range(1, args.minutes + 1):
        took, size = minute(live)
        if k <= 3 or k % 10 == 0 or k == args.minutes:
            gc.collect()
            print(f"| {k} | {took:.2f} ms | {size:,} | {resident():.0f} MiB |", flush=True)
    print()
    browser(args.minutes * MINUTE, args.task)


if __name__ == "__main__":
    main()
