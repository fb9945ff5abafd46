"""Sessions whose tab is closed: after a while their memory is freed.

Streamlit keeps a session for `server.disconnectedSessionTTL` seconds, so that a lost connection finds its
run again. But it drops expired ones only when the next tab is closed; until then their networks would take
memory, and the scheduler would count them.
"""

import asyncio
import gc
from typing import Any

from dashboard.serving.streamlit_private import is_open, waiting_sessions

CHECK_SECONDS = 5.0  # from one check to the next


async def free_expired_sessions() -> None:
    """Checks every CHECK_SECONDS, for ever, on the server's own event loop, where sessions come and go."""
    before: dict[str, Any] = {}
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        now = waiting_sessions()
        expired = [
            session for name, session in before.items() if name not in now and not is_open(name)
        ]
        for (
            session
        ) in expired:  # Streamlit's loop refers to the last one until the next reader comes
            session.session_state.clear()
        before = now
        if expired:
            gc.collect()  # networks are rings of objects; gc.freeze spares what was there at the start
