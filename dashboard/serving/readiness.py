"""Whether the server has imported what its pages need, which takes it seconds: torch alone takes two.

It answers before that: a browser gets Streamlit's own scripts meanwhile, and the page its frame. A page waits here
rather than at an import: two threads that import the same modules can see each other's halves.
"""

import sys
import threading
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

SWITCH_SECONDS = (
    5e-4  # in place of Python's 5 ms: an answer waits for the thread that imports at each step
)

_ready = threading.Event()
_ready.set()  # without a server nothing is prepared


def is_ready() -> bool:
    """Whether pages need not wait."""
    return _ready.is_set()


def wait_until_ready() -> None:
    """Returns once what is being prepared is there, or has failed: then the page's own import says why."""
    _ready.wait()


def prepare(work: Callable[[], None]) -> None:
    """Does `work` in a thread of its own; until its end the server is not ready. An error of it is Python's to show."""
    _ready.clear()

    def run() -> None:
        interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            work()
        finally:
            sys.setswitchinterval(interval)
            _ready.set()

    threading.Thread(target=run, name="prepare", daemon=True).start()


async def send_readiness(_: Request) -> Response:
    """200 once the server is ready, 503 before; Streamlit's own /_stcore/health says that it answers."""
    return PlainTextResponse("ready") if is_ready() else PlainTextResponse("starting", 503)
