"""Real browser tabs among the readers of benchmarks/serving/classroom.py."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright

from benchmarks._harness.browser import DATA, FLAGS, MOVING
from dashboard.serving.programs import START_SECONDS

SPEEDS = (5, 15, 30, 60)  # that the page offers
PAUSE = """() => new Promise(done => {
  let root;
  for (const host of document.querySelectorAll("*")) root ||= host.shadowRoot?.querySelector(".player");
  const wanted = root.dataset.status === "paused" ? "playing" : "paused", begun = performance.now();
  root.querySelector(".play").click();
  const look = () => (wanted === "paused") === (root.dataset.status === "paused")
    ? done(performance.now() - begun) : requestAnimationFrame(look);
  look();
})"""


@asynccontextmanager
async def chromium(wanted: bool) -> AsyncIterator[Browser | None]:
    """Headless Chromium of this machine, where it is wanted."""
    if not wanted:
        yield None
        return
    path = shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=FLAGS, timeout=1000 * START_SECONDS
        )
        yield browser
        await browser.close()


class Tab:
    """One tab that plays. shown: updates a second; pauses: seconds from a press of Pause or Play to its effect."""

    def __init__(self, page: Page):
        self.page, self.shown, self.drawn, self.pauses = page, 0.0, 0.0, list[float]()

    @classmethod
    async def open(cls, browser: Browser, address: str, speed: float) -> "Tab":
        """speed: updates a second; it plays at the next that the page offers."""
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(address)
        await page.locator(".player .speed").select_option(
            str(next(s for s in SPEEDS if s >= speed))
        )
        await page.locator(".play").click()
        await page.wait_for_function(MOVING)
        return cls(page)

    async def _number(self, name: str) -> float:
        return float(await self.page.evaluate(DATA, name))

    async def play(self, end: float) -> None:
        """Until time.monotonic() is `end`; now and then Pause is pressed, and Play."""
        before, begun = [await self._number(n) for n in ("update", "drawn")], time.monotonic()
        while time.monotonic() < end - 1:
            await asyncio.sleep(4.0)
            for _ in range(2):
                self.pauses.append(await self.page.evaluate(PAUSE) / 1e3)
        passed = time.monotonic() - begun
        after = [await self._number(n) for n in ("update", "drawn")]
        self.shown, self.drawn = ((b - a) / passed for a, b in zip(before, after, strict=True))
