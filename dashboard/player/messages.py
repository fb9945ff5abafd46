"""What a component asks (`dashboard.session.controls.asked`), read as if anybody had written it: who speaks to the server need be no browser.

    pull = Message({"run": "abc", "have": 3, "n": 20})
    if (n := pull.whole("n", 1, MOST)) is not None: ...

What makes no sense is no question; nothing here raises.
"""

from collections.abc import Mapping
from typing import Any


class Message:
    """One message, a JSON object."""

    def __init__(self, values: Mapping[str, Any]):
        self._values = values

    def integer(self, name: str, low: int, high: int) -> int | None:
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
