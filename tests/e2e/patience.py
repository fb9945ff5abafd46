"""For what a page shows a moment later than the picture it was waited for."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from playwright.sync_api import Error, Page

T = TypeVar("T")
TRIES, PAUSE = 150, 200  # milliseconds between two of them: half a minute


def until(page: Page, check: Callable[[], T]) -> T:
    """What `check` returns, once it no longer fails; the failure itself, if that lasts."""
    for _ in range(TRIES):
        with suppress(AssertionError, Error):
            return check()
        page.wait_for_timeout(PAUSE)
    return check()
