"""How long until something moves.

Cold: from the command to the first update on the screen. Warm: from opening the page in a running
server with a fresh browser profile. Play is pressed as soon as it can be.
"""

import statistics
import tempfile
import time
from argparse import Namespace
from pathlib import Path

from benchmarks._harness.browser import MOVING, chromium, server
from benchmarks._harness.result import Figure, Result


def visit(browser, address: str) -> tuple[float, float]:
    """Seconds from opening the page until Play is there, and until the first update is shown."""
    page = browser.new_context().new_page()
    begun = time.perf_counter()
    page.goto(address)
    page.locator(".play").wait_for()
    there = time.perf_counter() - begun
    page.locator(".play").click()
    page.wait_for_function(MOVING)
    moving = time.perf_counter() - begun
    page.close()
    return there, moving


def visit_empty(browser, address: str) -> float:
    """Seconds from opening a page of one word until the word is there."""
    page = browser.new_context().new_page()
    begun = time.perf_counter()
    page.goto(address)
    page.get_by_text("word").wait_for()
    passed = time.perf_counter() - begun
    page.close()
    return passed


def measure(_arguments: Namespace) -> Result:
    """Median seconds of five waits."""
    cold, ready, warm, shown = [], [], [], []
    with chromium() as browser:
        for _ in range(3):
            with server() as (address, begun):
                ready.append(time.perf_counter() - begun)
                visit(browser, address)
                cold.append(time.perf_counter() - begun)
                for _ in range(3):
                    there, moving = visit(browser, address)
                    shown.append(there)
                    warm.append(moving)
        with tempfile.TemporaryDirectory() as folder:
            app = Path(folder) / "empty.py"
            app.write_text('import streamlit\nstreamlit.text("word")\n')
            with server(app) as (address, _):
                empty = [visit_empty(browser, address) for _ in range(5)]
    medians = {
        "ready": ("command until the server answers (torch is imported by then)", ready),
        "cold": ("command until the first update moves", cold),
        "shown": ("page opened until Play is there, warm server", shown),
        "warm": ("page opened until the first update moves, warm server", warm),
        "empty": ("the same for an empty Streamlit page of one word", empty),
    }
    return Result(
        figures={
            name: Figure(title, statistics.median(seconds), ".1f", "s")
            for name, (title, seconds) in medians.items()
        }
    )
