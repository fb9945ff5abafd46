"""A browser in which somebody clicks at random.

Headless Chromium on a server of its own; links, buttons, tabs, sliders, canvases and keys on every page.
Ends with what was done when a page shows a stack trace, throws an error, or does not answer any more.
"""

import argparse
import random
import tempfile
import time
from collections import Counter

from playwright.sync_api import Error, Page

from benchmarks._harness.browser import chromium, process
from benchmarks._harness.result import Result, count_deeds

PAGES = ("", "compare", "unrolled", "gates", "gradients", "memory", "architectures", "yours")
SETTINGS = (
    "task=names&hidden_size=8",
    "task=adding&length=10&hidden_size=6&cell=lstm",
    "task=text",
)
CHOICES = {
    "button": "button:visible",
    "tab": "[role=tab]:visible",
    "radio": "[role=radio]:visible, label[data-baseweb=radio]:visible",
    "checkbox": "label[data-baseweb=checkbox]:visible",
    "slider": "[role=slider]:visible",
    "canvas": "canvas:visible",
    "number": "input[type=number]:visible",
    "text": "input[type=text]:visible, textarea:visible",
}
NEVER = ("Start", "Resume")  # a study would compute for minutes
KEYS = ("Space", "ArrowRight", "ArrowLeft", "Home", "End", "Escape", "Tab", "Enter")
PATIENCE = 2_000  # milliseconds for one deed; whatever is in the way is left alone


class Clicker:
    """One reader. done: how often it did what; story: the last deeds."""

    def __init__(self, page: Page, address: str, seed: int):
        self.page, self.address, self.chance = page, address, random.Random(seed)
        self.done: Counter[str] = Counter()
        self.story: list[str] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.dismiss())
        self.open()

    def open(self) -> None:
        """A page by its address."""
        place = f"/{self.chance.choice(PAGES)}?{self.chance.choice(SETTINGS)}"
        self.story.append(f"open {place}")
        self.page.goto(self.address + place)
        self.page.locator(".stMainBlockContainer").wait_for(timeout=60_000)

    def act(self) -> None:
        """Does one thing, and looks."""
        if self.chance.random() < 0.04:
            self.open()
        else:
            what = self.chance.choice([*CHOICES, "key"])
            try:
                self._use(what)
            except Error:  # covered, gone or disabled: a reader could not do it either
                self.done["was not possible"] += 1
        self.look()

    def _use(self, what: str) -> None:
        chance = self.chance
        if what == "key":
            self.page.keyboard.press(chance.choice(KEYS))
            self.done[what] += 1
            return
        found = self.page.locator(CHOICES[what])
        if not (number := found.count()):
            return
        one = found.nth(chance.randrange(number))
        name = (one.get_attribute("aria-label") or one.inner_text(timeout=PATIENCE))[:40]
        if name.strip() in NEVER:
            return
        self.story = [*self.story[-30:], f"{what} {name!r}"]
        if what in ("number", "text"):
            one.fill(
                chance.choice(["3", "0", "-1", "1e9", "<b>x</b>", "", "hello"]), timeout=PATIENCE
            )
            one.press("Enter", timeout=PATIENCE)
        elif what == "slider":
            one.press(chance.choice(["ArrowLeft", "ArrowRight", "End"]), timeout=PATIENCE)
        else:
            one.click(timeout=PATIENCE)
        self.done[what] += 1

    def look(self) -> None:
        """AssertionError when something of ours is broken."""
        shown = self.page.locator(".stException").all_inner_texts()
        assert not shown, "\n".join([*self.story, *shown])
        assert not self.errors, "\n".join([*self.story, *self.errors])

    def still_answers(self) -> None:
        """A click on another page still leads there."""
        self.page.goto(f"{self.address}/architectures")
        self.page.locator(".stMainBlockContainer h4, .stMainBlockContainer p").first.wait_for(
            timeout=60_000
        )
        self.look()


def click(page: Page, address: str, seconds: float, seed: int) -> Counter[str]:
    """Clicks for so long -> what was done."""
    clicker, end = Clicker(page, address, seed), time.monotonic() + seconds
    while time.monotonic() < end:
        clicker.act()
    clicker.still_answers()
    return clicker.done


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int, default=1)


def measure(arguments: argparse.Namespace) -> Result:
    """deeds: how often what was done."""
    with (
        tempfile.TemporaryDirectory() as folder,
        process(UNROLLED_RUNS=folder, XDG_DATA_HOME=folder) as (address, _server),
        chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        done = click(page, address, arguments.seconds, arguments.seed)
    return count_deeds(done)
