"""For what a page shows a moment later than the picture it was waited for."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from playwright.sync_api import Error, Page

T = TypeVar("T")
LONGEST, PAUSE = 30.0, 200  # seconds; milliseconds between two tries


def until(page: Page, check: Callable[[], T]) -> T:
    """What `check` returns, once it no longer fails; the failure itself, if that lasts."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        with suppress(AssertionError, Error):
            return check()
        page.wait_for_timeout(PAUSE)
    return check()
