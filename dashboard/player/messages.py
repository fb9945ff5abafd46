"""What a component asks, read as if anybody had written it: who speaks to the server need be no browser.

    pull = asked("player", "pull", live.id)
    if pull is not None and (n := pull.whole("n", 1, MOST)) is not None: ...

What makes no sense is no question; nothing here raises.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st


class Message:
    """One message, a JSON object."""

    def __init__(self, values: Mapping[str, Any]):
        self._values = values

    def whole(self, name: str, low: int, high: int) -> int | None:
        """The whole number of that name, brought between low and high; None: it is none."""
        value = self._values.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        return min(max(value, low), high)

    def text(self, name: str, most: int = 10_000) -> str:
        """The text of that name, "" where there is none. Halves of signs, which JSON allows, become �."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return ""
        return value[:most].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def asked(component: str, event: str, run: str | None = None) -> Message | None:
    """What the component of this key asks now, about this run (None: it need not name one); else None.

    There is also none when the reader has just gone to another page, where there is no such component.
    """
    message = getattr(st.session_state.get(component), event, None)
    if not isinstance(message, Mapping):
        return None
    return Message(message) if run is None or message.get("run") == run else None
