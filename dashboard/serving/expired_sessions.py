"""Readers who have closed their tab: after a while what they held is given back.

Streamlit keeps a session for `server.disconnectedSessionTTL` seconds, so that a lost connection finds its
run again. But it drops those whose time is over only when the next tab is closed; until then their
networks would take memory, and the classroom would count them.
"""

import asyncio
import gc
from typing import Any

from streamlit import runtime

EVERY = 5.0  # seconds from one look to the next


async def watch() -> None:
    """Looks again and again, on the server's own event loop, where sessions come and go."""
    before: dict[str, Any] = {}
    while True:
        await asyncio.sleep(EVERY)
        now = waiting()
        gone = [
            session for name, session in before.items() if name not in now and not _active(name)
        ]
        for session in gone:  # Streamlit's loop holds on to the last one until somebody comes
            session.session_state.clear()
        before = now
        if gone:
            gc.collect()  # networks are rings of objects; what was there at the start is frozen


def waiting() -> dict[str, Any]:
    """Name -> session of each closed tab that may still come back; those whose time is over are dropped.

    Streamlit has no public way to ask. Where its parts have other names one day, nothing is dropped
    early, and tests/dashboard/serving/test_expired_sessions.py says so.
    """
    if not runtime.exists():
        return {}
    manager: Any = getattr(runtime.get_instance(), "_session_mgr", None)
    storage = getattr(manager, "_session_storage", None)
    len(getattr(storage, "_cache", ()))  # a question that drops what is over
    return {info.session.id: info.session for info in storage.list()} if storage else {}


def _active(name: str) -> bool:
    return runtime.get_instance().is_active_session(name)
