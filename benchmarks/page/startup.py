"""How long until something moves, beside an empty page of Streamlit's.

Cold: from the command to the first update on the screen. Warm: from opening the page in a running server with a fresh
browser profile; Play is pressed as soon as it is there. Again: the same browser opens it a second time. All take
turns, since another hour may be twice as slow.
"""

import argparse
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from benchmarks._harness.browser import DATA, MOVING, ROOT, chromium, server
from benchmarks._harness.result import Figure, Result
from dashboard.serving import programs

DRAWN = f"() => +({DATA})('drawn') >= 1"

EMPTY = 'import streamlit\nstreamlit.text("word")\n'


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--cold", type=int, default=3)


def visit(context: BrowserContext, address: str) -> tuple[float, float]:
    """Seconds from opening the page until its first frame is drawn, and until the first update is shown."""
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(DRAWN)
    drawn = time.perf_counter() - begun
    page.locator(".play").click()
    page.wait_for_function(MOVING)
    moving = time.perf_counter() - begun
    page.close()
    return drawn, moving


def visit_empty(browser: Browser, address: str) -> float:
    """Seconds from opening a page of one word until the word is there."""
    with browser.new_context() as context:
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.get_by_text("word").wait_for()
        return time.perf_counter() - begun


def start(browser: Browser, folder: str) -> tuple[float, float]:
    """Seconds from the command until the server answers, and until the first update is shown."""
    port = programs.free_port()
    address = f"http://localhost:{port}"
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(ROOT / "app.py"),
        f"--server.port={port}",
    ]
    begun = time.perf_counter()
    program = programs.start(command, Path(folder) / "log")
    try:
        programs.wait_until(lambda: urllib.request.urlopen(f"{address}/_stcore/health"), program)
        answers = time.perf_counter() - begun
        with browser.new_context() as context:
            visit(context, address)
        return answers, time.perf_counter() - begun
    finally:
        programs.end(program)


def measure(arguments: argparse.Namespace) -> Result:
    """Median seconds of the waits."""
    seconds: dict[str, list[float]] = {name: [] for name in TITLES}
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        app = Path(folder) / "empty.py"
        app.write_text(EMPTY)
        with server() as (address, _), server(app) as (empty, _):
            with browser.new_context() as context:
                visit(context, address)
            visit_empty(browser, empty)
            for k in range(arguments.rounds):
                if k < arguments.cold:
                    ready, cold = start(browser, folder)
                    add(seconds, ready=ready, cold=cold)
                add(seconds, empty=visit_empty(browser, empty))
                with browser.new_context() as context:
                    first, again = visit(context, address), visit(context, address)
                add(seconds, shown=first[0], warm=first[1], again=again[1])
    return Result(
        figures={
            name: Figure(title, statistics.median(seconds[name]), ".1f", "s")
            for name, title in TITLES.items()
        }
    )


TITLES = {
    "ready": "command until the server answers",
    "cold": "command until the first update moves",
    "shown": "page opened until the first frame is drawn, warm server",
    "warm": "page opened until the first update moves, warm server",
    "again": "the same for a browser that has been there",
    "empty": "an empty Streamlit page of one word, until the word is there",
}


def add(seconds: dict[str, list[float]], **measured: float) -> None:
    """Appends each measured time to the list of its name."""
    for name, value in measured.items():
        seconds[name].append(value)
