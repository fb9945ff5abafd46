"""The pictures of README and docs, taken anew from the running app: `python -m benchmarks.pictures`.

Each is a page as a reader has it after a minute, at its own size, stored as assets/<name>.png.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from benchmarks._harness.browser import DATA, ROOT, chromium, server

SETTLED = 1500  # milliseconds
NAMES = "task=names&cell=gru&hidden_size=24"
ADDING = "task=adding&cell=lstm&hidden_size=16&length=20"


@dataclass(frozen=True)
class Picture:
    """address: of the page, below the app's own. prepare: what a reader does there. size: of the screen, px."""

    address: str
    prepare: Callable[[Page], None]
    size: tuple[int, int] = (1440, 900)


def play_until(update: int) -> Callable[[Page], None]:
    """Plays until this update is shown, pauses, and lights a step."""

    def play(page: Page) -> None:
        speed = page.locator(".speed").first
        if speed.is_visible():  # on a phone it is folded away
            speed.select_option("600")
        page.locator(".play").first.click()
        page.wait_for_function(f"() => +({DATA})('update') >= {update}", timeout=300_000)
        page.locator(".play").first.click()
        page.keyboard.press("ArrowLeft")

    return play


def train(page: Page) -> None:
    """Trains the run of the page a few hundred updates."""
    for _ in range(3):
        page.get_by_role("button", name="Train 100").click()
        page.locator('[data-test-script-state="notRunning"]').wait_for()
        page.wait_for_timeout(SETTLED)


PICTURES = {
    "live": Picture("", play_until(1000)),
    "phone": Picture("", play_until(300), (390, 844)),
    "compare": Picture(f"compare?{ADDING}", play_until(600)),
    "unrolled": Picture(f"unrolled?{ADDING}", train),
    "gates": Picture(f"gates?{NAMES}", train),
    "gradients": Picture(f"gradients?{ADDING}", train),
    "architectures": Picture(f"architectures?{ADDING}", train),
}


def take(browser: Browser, address: str, name: str, picture: Picture) -> None:
    """Stores one picture."""
    width, height = picture.size
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        page.goto(f"{address}/{picture.address}")
        page.locator('[data-test-script-state="notRunning"]').wait_for()
        page.wait_for_timeout(SETTLED)
        picture.prepare(page)
        page.wait_for_timeout(SETTLED)
        page.screenshot(path=ROOT / "assets" / f"{name}.png")


if __name__ == "__main__":
    with chromium() as started, server() as (app, _):
        for each, wanted in PICTURES.items():
            take(started, app, each, wanted)
