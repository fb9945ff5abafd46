"""A component's message (`dashboard.session.controls.read_message`), checked: its sender need be no browser.

    pull = Message({"run": "abc", "have": 3, "n": 20})
    if (n := pull.integer("n", 1, MAX_UPDATES_PER_ANSWER)) is not None: ...

A value that makes no sense counts as absent; nothing here raises.
"""

from collections.abc import Mapping
from typing import Any


class Message:
    """One message, a JSON object."""

    def __init__(self, values: Mapping[str, Any]):
        self._values = values

    def integer(self, name: str, low: int, high: int) -> int | None:
        """The integer of that name, limited to low..high; None where it is absent or no integer."""
        value = self._values.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        return min(max(value, low), high)

    def texts(self, name: str) -> dict[str, str]:
        """The object of that name, of whose values all that are no texts are left out; {} where there is none."""
        values = self._values.get(name)
        if not isinstance(values, Mapping):
            return {}
        inner = Message(values)
        return {
            str(key): inner.text(key) for key, value in values.items() if isinstance(value, str)
        }

    def number(self, name: str, low: float, high: float) -> float:
        """The number of that name, limited to low..high; `low` where it is absent or no number."""
        value = self._values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            return low
        return float(min(max(value, low), high))

    def text(self, name: str, max_length: int = 10_000) -> str:
        """The text of that name, "" where there is none. Half of a surrogate pair, which JSON allows, becomes �."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return ""
        return value[:max_length].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
