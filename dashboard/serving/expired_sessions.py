"""Readers who have closed their tab: after a while what they held is given back.

Streamlit keeps a session for `server.disconnectedSessionTTL` seconds, so that a lost connection finds its
run again. But it drops those whose time is over only when the next tab is closed; until then their
networks would take memory, and the classroom would count them.
"""

import asyncio
import gc
from typing import Any

from dashboard.serving.streamlit_private import is_open, waiting_sessions

CHECK_SECONDS = 5.0  # seconds from one look to the next


async def free_expired_sessions() -> None:
    """Looks again and again, on the server's own event loop, where sessions come and go."""
    before: dict[str, Any] = {}
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        now = waiting_sessions()
        gone = [
            session for name, session in before.items() if name not in now and not is_open(name)
        ]
        for session in gone:  # Streamlit's loop holds on to the last one until somebody comes
            session.session_state.clear()
        before = now
        if gone:
            gc.collect()  # networks are rings of objects; what was there at the start is frozen
