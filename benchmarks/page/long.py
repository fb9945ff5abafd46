"""A run of an hour.

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

from benchmarks._harness.browser import DATA, MOVING, chromium, server
from benchmarks._harness.processes import resident
from benchmarks._harness.result import Column, Figure, Result, Table
from core.training.trainer import Experiment, Trainer
from dashboard.player.pull import Pull
from dashboard.serving.scheduler import SLICE_SECONDS, TimeSlice
from dashboard.session.live_run import LiveRun

MINUTE = 600  # updates
ASKED = 16  # frames for one answer
WATCHED = 10.0  # seconds
PATIENCE = 3600.0  # seconds for the hour's updates
GAPS = """() => { window.gaps = []; let last = performance.now();
  const look = now => { window.gaps.push(now - last); last = now; requestAnimationFrame(look); };
  requestAnimationFrame(look); }"""


def minute(live: LiveRun) -> tuple[float, int]:
    """Plays a minute -> (CPU milliseconds for each update, bytes of the answer that says only how it stands)."""
    begun, end = time.thread_time(), live.trainer.index + MINUTE
    while live.trainer.index < end:
        slice_ = TimeSlice(time.monotonic, time.monotonic(), SLICE_SECONDS)
        live.answer(Pull(live.id, live.total, ASKED), slice_)
    took = time.thread_time() - begun
    live.drop_frames_before(live.total)
    return 1e3 * took / MINUTE, len(live.data())


def watch(page) -> tuple[float, float, float, float, float]:
    """Plays at 60 a second for a while -> a row of the table."""
    number = lambda name: float(page.evaluate(DATA, name))  # noqa: E731
    page.locator(".player .speed").select_option("60")
    page.wait_for_timeout(2000)
    drawn, update, begun = number("drawn"), number("update"), time.perf_counter()
    page.evaluate("window.gaps = []")
    page.wait_for_timeout(1000 * WATCHED)
    passed, gaps = time.perf_counter() - begun, sorted(page.evaluate("window.gaps"))
    heap = page.evaluate("performance.memory.usedJSHeapSize") / 2**20
    rates = (number("drawn") - drawn) / passed, (number("update") - update) / passed
    return update, *rates, gaps[int(0.99 * len(gaps))], heap


def browser(updates: int, task: str) -> Table:
    table = Table(
        [
            *(Column("update", ".0f"), Column("drawn a second", ".1f")),
            Column("played a second (60 asked)", ".1f"),
            *(
                Column("99 % of the screen's frames within", ".0f", "ms"),
                Column("memory", ".0f", "MiB"),
            ),
        ]
    )
    with server() as (address, _), chromium() as started:
        page = started.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/?task={task}")
        page.locator(".play").click()
        page.wait_for_function(MOVING)
        page.evaluate(GAPS)
        table.add(*watch(page))
        page.locator(".player .speed").select_option(label="fast")
        end = time.monotonic() + PATIENCE
        while float(page.evaluate(DATA, "update")) < updates and time.monotonic() < end:
            page.wait_for_timeout(1000)
        table.add(*watch(page))
    return table


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--task", default="echo")


def measure(arguments: argparse.Namespace) -> Result:
    """server: a row for some of the minutes; browser: before and after them."""
    logging.disable(logging.WARNING)  # Streamlit's, that no page is there
    live = LiveRun(Trainer(Experiment(task=arguments.task)))
    minutes = Table(
        [
            *(Column("minute", "d"), Column("CPU for an update", ".2f", "ms")),
            *(Column("bytes of an empty answer", ",d"), Column("memory", ".0f", "MiB")),
        ]
    )
    for k in range(1, arguments.minutes + 1):
        took, size = minute(live)
        if k <= 3 or k % 10 == 0 or k == arguments.minutes:
            gc.collect()
            minutes.add(k, took, size, resident())
    watched = browser(arguments.minutes * MINUTE, arguments.task)
    took, memory = ([row[k] for row in minutes.rows] for k in (1, 3))
    (_, drawn, _, _, heap), (_, drawn_late, _, _, heap_late) = watched.rows
    return Result(
        {"server": minutes, "browser": watched},
        {
            "least": Figure("fastest update", min(took), ".1f", "ms"),
            "most": Figure("slowest update", max(took), ".1f", "ms"),
            "memory": Figure("memory of the server at first", memory[0], unit="MiB"),
            "memory_late": Figure("memory of the server at the end", memory[-1], unit="MiB"),
            "drawn": Figure("pictures a second at first", drawn),
            "drawn_late": Figure("pictures a second at the end", drawn_late),
            "heap": Figure("memory of the page at first", heap, unit="MiB"),
            "heap_late": Figure("memory of the page at the end", heap_late, unit="MiB"),
        },
    )
