"""A rerun of the page ends only when its elements are on their way to the browser.

Streamlit runs the script in a thread of its own, which draws faster than the server's event loop takes the
elements over. A message from a component that arrives in between starts another rerun, and Streamlit drops the
elements that the loop has not taken yet: the page is half there, or blank.
"""

import asyncio
import threading
from contextlib import suppress

MAX_WAIT_SECONDS = 1.0  # for a loop that has much else to do
_loops: list[asyncio.AbstractEventLoop] = []


def register_loop() -> None:
    """Notes the running loop as the server's. Called once, on that loop. RuntimeError outside of one."""
    _loops[:] = [asyncio.get_running_loop()]


def wait_for_delivery() -> None:
    """Waits, MAX_WAIT_SECONDS at most, until the loop has taken over everything so far; without a server not at all."""
    taken = threading.Event()
    with suppress(RuntimeError):  # the server is going down
        for loop in _loops:
            loop.call_soon_threadsafe(taken.set)
            taken.wait(MAX_WAIT_SECONDS)
