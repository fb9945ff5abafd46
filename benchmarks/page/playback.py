"""How smoothly the Live page plays.

The LSTM on the adding task, T = 50, H = 32: six heatmaps, the network, the gradients and three curves
at 60 updates a second, in headless Chromium without a GPU.
"""

import statistics
import time
from argparse import Namespace

from playwright.sync_api import Response

from benchmarks._harness.browser import COUNT_FRAMES, DATA, MOVING, chromium, server
from benchmarks._harness.result import Figure, Result
from benchmarks._harness.tabs import PAUSE

SECONDS = 8
CLICKS = 20


def measure(_arguments: Namespace) -> Result:
    """Frames, pictures and updates a second, the wait for Pause and Play, and bytes for an update."""
    with server() as (address, _begun), chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        answers = list[int]()  # bytes of each answer of the run's stream

        def count(response: Response) -> None:
            if "/frames/" in response.url:
                answers.append(int(response.headers.get("content-length", 0)))

        page.on("response", count)
        page.goto(f"{address}/?task=adding&cell=lstm&hidden_size=32&length=50")
        page.locator(".player .speed").select_option("60")
        page.locator(".play").click()
        page.wait_for_function(MOVING)
        time.sleep(2)
        page.evaluate(COUNT_FRAMES)
        before = [float(page.evaluate(DATA, name)) for name in ("drawn", "update")]
        answers_before, begun = len(answers), time.perf_counter()
        time.sleep(SECONDS)
        passed = time.perf_counter() - begun
        after = [float(page.evaluate(DATA, name)) for name in ("drawn", "update")]
        drawn, updates = (b - a for a, b in zip(before, after, strict=True))
        screen = page.evaluate("window.shown") / passed
        sent = sum(answers[answers_before:])

        pauses = []
        for _ in range(CLICKS):
            page.wait_for_timeout(150)
            pauses.append(page.evaluate(PAUSE))
        for _ in range(5):  # full reruns, while it plays
            page.get_by_text("What you see, why it happens, what to try").click()
            page.wait_for_timeout(200)
            present = page.evaluate(DATA, "update")
            assert present is not None, "the player was gone during a rerun"
        mounts = int(page.evaluate(DATA, "mounts"))
    return Result(
        figures={
            "screen": Figure("frames the browser showed a second", screen, ".1f"),
            "drawn": Figure("pictures the player drew a second", drawn / passed, ".1f"),
            "played": Figure("updates played a second (60 asked)", updates / passed, ".1f"),
            "pause": Figure(
                f"Pause or Play, click to done, median of {CLICKS}",
                statistics.median(pauses),
                unit="ms",
            ),
            "remounts": Figure("remounts", mounts - 1),
            "sent": Figure("sent for each update", sent / updates / 1000, ".1f", "kB"),
        }
    )
