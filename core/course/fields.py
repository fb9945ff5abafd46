"""The mappings of a lesson's file: each key is asked for by name, and every complaint says where it stands.

fields = Fields("assets/lessons/03_x/lesson.yaml, steps.check", {"number": {…}})
fields.text("unit")     ValueError: "assets/lessons/03_x/lesson.yaml, steps.check.unit: expected …, got …. …"
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..common.checks import shorten
from ..common.messages import Sentence, say

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MAX_TEXT_CHARACTERS, MAX_ITEMS, MAX_NUMBER = 2000, 40, 1e12


def misfit(place: str, expected: Sentence, got: object, cure: Sentence) -> ValueError:
    """The error that says what was expected at this place, and what stands there."""
    return ValueError(
        say(
            "{place}: expected {expected}, got {got}. {cure}",
            place=place,
            expected=expected,
            got=shorten(got),
            cure=cure,
        )
    )


@dataclass(frozen=True)
class Fields:
    """A mapping of a file. place: the file and the keys that lead here."""

    place: str
    values: Mapping[str, Any]

    def at(self, name: str) -> str:
        """Where the value of this key stands."""
        return f"{self.place}.{name}" if "," in self.place else f"{self.place}, {name}"

    def only(self, *names: str) -> "Fields":
        """Itself, if it has no other keys than these."""
        for name in self.values:
            if name not in names:
                expected = say("one of {names}", names=", ".join(names))
                raise misfit(self.place, expected, name, say("Use one of these keys."))
        return self

    def has(self, name: str) -> bool:
        """Whether there is such a key."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """A line of printable text."""
        value = self.values.get(name, default)
        if (
            not isinstance(value, str)
            or len(value) > MAX_TEXT_CHARACTERS
            or not value.isprintable()
        ):
            expected = say("a line of at most {most} characters", most=MAX_TEXT_CHARACTERS)
            raise misfit(self.at(name), expected, value, say("Put it in quotation marks."))
        return value

    def name(self, name: str, default: str | None = None) -> str:
        """A name: small letters, digits and _."""
        return as_name(self.at(name), self.values.get(name, default))

    def one_of(self, name: str, known: Sequence[str], default: str | None = None) -> str:
        """One of the known words."""
        value = self.values.get(name, default)
        if not isinstance(value, str) or value not in known:
            expected = say("one of {names}", names=", ".join(known))
            raise misfit(self.at(name), expected, value, say("Write one of these."))
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A finite number."""
        return as_number(self.at(name), self.values.get(name, default))

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from low to high."""
        return as_whole(self.at(name), self.values.get(name, default), low, high)

    def truth(self, name: str, default: bool = False) -> bool:
        """True or false."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise misfit(
                self.at(name), say("true or false"), value, say("Write one of the two words.")
            )
        return value

    def mapping(self, name: str) -> "Fields":
        """The mapping below this key; an empty one where nothing stands there."""
        return as_fields(self.at(name), {} if self.values.get(name) is None else self.values[name])

    def listed(self, name: str, low: int = 0, high: int = MAX_ITEMS) -> list[Any]:
        """The list below this key, of low to high items."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not low <= len(value) <= high:
            expected = say("a list of {low} to {high} items", low=low, high=high)
            raise misfit(self.at(name), expected, value, say("Write it as [one, two]."))
        return value

    def names(self, name: str, low: int, high: int) -> list[str]:
        """A list of names, no two the same."""
        names = [as_name(self.at(name), item) for item in self.listed(name, low, high)]
        if len(set(names)) < len(names):
            cure = say("Write each of them once.")
            raise misfit(self.at(name), say("names that differ"), names, cure)
        return names

    def pair(self, name: str) -> list[float]:
        """A list of two numbers that differ."""
        low, high = (as_number(self.at(name), item) for item in self.listed(name, 2, 2))
        if low == high:
            raise misfit(
                self.at(name), say("two numbers that differ"), [low, high], say("Change one.")
            )
        return [low, high]

    def exactly_one(self, *names: str) -> str:
        """The one of these keys that is there."""
        present = [name for name in names if name in self.values]
        if len(present) != 1:
            expected = say("exactly one of {names}", names=", ".join(names))
            raise misfit(self.place, expected, present, say("Write one of these keys."))
        return present[0]


def as_fields(place: str, value: object) -> Fields:
    """`value` as the mapping at this place, with names as keys."""
    if (
        not isinstance(value, dict)
        or len(value) > MAX_ITEMS
        or not all(isinstance(key, str) for key in value)
    ):
        expected = say("keys with their values, {most} at most", most=MAX_ITEMS)
        raise misfit(place, expected, value, say("Write each as key: value."))
    return Fields(place, value)


def as_name(place: str, value: object) -> str:
    """`value` if it is a name."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        expected = say("a name of small letters, digits and _")
        raise misfit(place, expected, value, say("Begin it with a letter."))
    return value


def as_number(place: str, value: object) -> float:
    """`value` as a finite number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not -MAX_NUMBER <= value <= MAX_NUMBER or not math.isfinite(value):  # type: ignore[operator]
        raise misfit(place, say("a number"), value, say("Write it as 0.5 or 1e-6."))
    return value  # type: ignore[return-value]


def as_whole(place: str, value: object, low: int, high: int) -> int:
    """`value` as a whole number from low to high."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        expected = say("a whole number from {low} to {high}", low=low, high=high)
        raise misfit(place, expected, value, say("Write one."))
    return value


def each(items: list[Any], place: str, read: Callable[[Fields], Any]) -> list[Any]:
    """What `read` makes of every mapping of a list; the place counts from 1."""
    return [read(as_fields(f"{place}[{k}]", item)) for k, item in enumerate(items, 1)]
