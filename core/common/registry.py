"""A dictionary of named things that explains a wrong name."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from .messages import say

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """Name -> thing, in menu order. A wrong name raises LookupError with the known names.

    `kind` is the word used in messages: "cell", "task".
    """

    def __init__(self, kind: str, entries: dict[str, T]):
        self.kind = kind
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> T:
        if name in self._entries:
            return self._entries[name]
        raise LookupError(unknown_name(self.kind, name, self._entries))

    def __contains__(self, name: object) -> bool:  # Mapping's own relies on KeyError
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def unknown_name(kind: str, name: object, known: Mapping[str, object] | list[str]) -> str:
    """The sentence for a name that is not there: what was given, what is known, the nearest."""
    near = difflib.get_close_matches(str(name)[:60], list(known), n=1)
    values = {"what": kind, "known": ", ".join(known), "got": str(name)[:60]}
    if not near:
        return say("{what}: expected one of {known}, got {got!r}.", **values)
    return say(
        "{what}: expected one of {known}, got {got!r}. Did you mean {near!r}?",
        near=near[0],
        **values,
    )
