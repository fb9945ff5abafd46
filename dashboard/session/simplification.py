"""The page, simplified by the link that a teacher made: controls hidden or locked, a sentence above the page, large type.

    ?task=names&hide=seed,dropout&lock=task&say=Which+cell+is+best%3F&big=1

It simplifies the page for a lesson. It is no protection: a reader can change the link.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.session.state import state

PARAMETERS = ("hide", "lock", "say", "big")  # of the link
NAME = re.compile(r"[a-z_]{1,40}")
MAX_NAMES, MAX_SAY_CHARACTERS = 60, 300


@dataclass(frozen=True)
class Simplification:
    """hide, lock: names of controls, as in the link. say: plain text. big: large type."""

    hide: frozenset[str] = field(default_factory=frozenset)
    lock: frozenset[str] = field(default_factory=frozenset)
    say: str = ""
    big: bool = False

    @property
    def guided(self) -> bool:
        """Whether any control is hidden or locked: then no other button may change settings either."""
        return bool(self.hide or self.lock)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Simplification":
        """What a link simplifies; parts of it that make no sense are ignored."""
        names = [
            frozenset(
                name for name in query.get(key, "").split(",")[:MAX_NAMES] if NAME.fullmatch(name)
            )
            for key in ("hide", "lock")
        ]
        say = "".join(sign for sign in query.get("say", "") if sign.isprintable())
        return cls(names[0], names[1], say[:MAX_SAY_CHARACTERS].strip(), query.get("big") == "1")

    def to_query(self) -> dict[str, str]:
        """Its part of a link."""
        parts = {"hide": ",".join(sorted(self.hide)), "lock": ",".join(sorted(self.lock))}
        parts |= {"say": self.say, "big": "1" if self.big else ""}
        return {name: value for name, value in parts.items() if value}


@dataclass
class SimplificationState:
    """How the pages of this session are simplified."""

    simplification: Simplification = field(default_factory=Simplification)


def simplification() -> Simplification:
    """As the link says that the session was opened with."""
    return state(SimplificationState).simplification
