"""What a newcomer sees, and when: an empty cache, a running server, the app's own address.

A watcher in the page notes when each thing is there for the first time; Play is pressed as soon as it is. Medians over
visits, each with a fresh browser profile. With --pictures FOLDER other visits, in which nothing is pressed or watched,
leave a picture at 1, 2, 3 and 5 seconds.
"""

import argparse
import statistics
import time
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks._harness.browser import chromium, server
from benchmarks._harness.result import Figure, Result

SCREEN = {"width": 1440, "height": 900}
MARKS = (1, 2, 3, 5)  # seconds
# A test in the page for each thing; `find` looks into components, too.
SEEN = {
    "menu": "document.querySelector('[data-testid=stTopNavLinkContainer], [data-testid=stTopNavLink]')",
    "sentence": "find('.sentence')?.textContent",
    "play": "find('.play')?.getBoundingClientRect().width",
    "rows": "find('.player')?.dataset.drawn >= 1",
    "moving": "find('.player')?.dataset.update >= 1",
    "hundred": "find('.player')?.dataset.update >= 100",
}
TITLES = {
    "menu": "the menu of the pages",
    "sentence": "the sentence that says what runs",
    "play": "Play",
    "rows": "the rows with the untrained network's numbers",
    "moving": "the first update after Play",
    "hundred": "update 100",
}
WATCH = f"""
window.seen = {{}};
const find = selector => {{
  for (const host of document.querySelectorAll('.stBidiComponent *, .stBidiComponent')) {{
    const element = host.shadowRoot?.querySelector(selector);
    if (element) return element;
  }}
  return null;
}};
const tests = {{ {", ".join(f"{name}: () => {test}" for name, test in SEEN.items())} }};
setInterval(() => {{
  for (const [name, test] of Object.entries(tests))
    if (!(name in seen) && test()) {{
      seen[name] = performance.now() / 1000;
      if (name === 'rows') find('.play').click();
    }}
}}, 20);
"""


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--pictures", type=Path, default=None)


def visit(browser: Browser, address: str) -> dict[str, float]:
    """Seconds from the request of the page until each thing of SEEN is there."""
    with browser.new_context(viewport=SCREEN) as context:
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(address, wait_until="commit")
        page.wait_for_function("() => 'hundred' in seen")
        return page.evaluate("seen")


def picture(browser: Browser, address: str, folder: Path, seconds: int) -> None:
    """Leaves a picture of the page so many seconds after it was asked for."""
    with browser.new_context(viewport=SCREEN) as context:
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.wait_for_timeout(max(0, 1000 * (seconds - (time.perf_counter() - begun))))
        page.screenshot(path=folder / f"first-visit-{seconds}s.png")


def measure(arguments: argparse.Namespace) -> Result:
    """Median seconds until each thing is on the screen."""
    with chromium() as browser, server() as (address, _):
        visit(browser, address)  # the server has imported everything
        visits = [visit(browser, address) for _ in range(arguments.rounds)]
        if arguments.pictures:
            arguments.pictures.mkdir(parents=True, exist_ok=True)
            for seconds in MARKS:
                picture(browser, address, arguments.pictures, seconds)
    return Result(
        figures={
            name: Figure(title, statistics.median(seen[name] for seen in visits), ".1f", "s")
            for name, title in TITLES.items()
        }
    )
