"""A run of the page ends only when what it has drawn is on its way to the browser.

Streamlit's run draws in a thread of its own, faster than the server's event loop takes the elements over. A
question from a part of the page that arrives in between begins another run, and whatever the loop has not
taken yet is forgotten: a page that is half there, or blank.
"""

import asyncio
import threading
from contextlib import suppress

MAX_WAIT_SECONDS = 1.0  # seconds to wait for a loop that has much else to do
_loops: list[asyncio.AbstractEventLoop] = []


def register_loop() -> None:
    """Called once, on the server's event loop."""
    _loops[:] = [asyncio.get_running_loop()]


def wait_for_delivery() -> None:
    """Waits until the loop has taken over everything so far. Without a server there is nothing to wait for."""
    taken = threading.Event()
    with suppress(RuntimeError):  # the server is going down
        for loop in _loops:
            loop.call_soon_threadsafe(taken.set)
            taken.wait(MAX_WAIT_SECONDS)
