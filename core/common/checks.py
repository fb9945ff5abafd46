"""Checks at the border: each raises a ValueError that reads `what: expected X, got Y. What to do.`"""

import math
from collections.abc import Mapping

from .messages import say


def shorten(value: object) -> str:
    """What was given, as text that is safe and short enough to print in a message."""
    try:
        text = repr(value)
    except ValueError:  # Python refuses to print a whole number of more than 4300 digits
        text = "a very long number"
    return text if len(text) <= 60 else text[:57] + "..."


def integer(what: str, value: object, low: int, high: int, cure: str = "") -> int:
    """`value` as an int in [low, high]; a bool or a fraction is refused."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or not low <= value <= high:  # type: ignore[operator]
        raise ValueError(
            say(
                "{what}: expected a whole number from {low} to {high}, got {got}. {cure}",
                what=what,
                low=low,
                high=high,
                got=shorten(value),
                cure=cure or say("Choose one from {low} to {high}.", low=low, high=high),
            )
        )
    return int(value)  # type: ignore[call-overload]


def number_up_to(most: int, text: str) -> int:
    """The whole number from 1 to `most` that the text says; 0 where it says none."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return number if number <= most else 0


def named_texts(query: Mapping[str, object]) -> None:
    """ValueError where a link's names and values are no texts, as where a name stands there twice."""
    for name, text in query.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise ValueError(
                say(
                    "link: expected name=value pairs, got {got}={text}. "
                    "Each name may stand there once.",
                    got=shorten(name),
                    text=shorten(text),
                )
            )


def number(what: str, value: object, low: float, high: float, cure: str = "") -> float:
    """`value` as a finite float in [low, high]."""
    real = isinstance(value, int | float) and not isinstance(value, bool)
    if not real or not low <= value <= high or not math.isfinite(value):  # type: ignore[arg-type]
        raise ValueError(
            say(
                "{what}: expected a number from {low:g} to {high:g}, got {got}. {cure}",
                what=what,
                low=low,
                high=high,
                got=shorten(value),
                cure=cure or say("Choose one from {low:g} to {high:g}.", low=low, high=high),
            )
        )
    return float(value)  # type: ignore[arg-type]


def truth(what: str, value: object) -> bool:
    """`value` if it is True or False."""
    if not isinstance(value, bool):
        raise ValueError(
            say(
                "{what}: expected true or false, got {got}. Choose one.",
                what=what,
                got=shorten(value),
            )
        )
    return value


def choice(what: str, value: object, known: tuple[str, ...]) -> str:
    """`value` if it is one of the known words."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(
            say(
                "{what}: expected one of {known}, got {got}. Choose one of these.",
                what=what,
                known=", ".join(known),
                got=shorten(value),
            )
        )
    return value
