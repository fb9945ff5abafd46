"""Checks at the border: each raises a ValueError that reads `what: expected X, got Y. What to do.`"""

import math


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
            f"{what}: expected a whole number from {low} to {high}, got {shorten(value)}. "
            + (cure or f"Choose one from {low} to {high}.")
        )
    return int(value)  # type: ignore[call-overload]


def number(what: str, value: object, low: float, high: float, cure: str = "") -> float:
    """`value` as a finite float in [low, high]."""
    real = isinstance(value, int | float) and not isinstance(value, bool)
    if not real or not low <= value <= high or not math.isfinite(value):  # type: ignore[arg-type]
        raise ValueError(
            f"{what}: expected a number from {low:g} to {high:g}, got {shorten(value)}. "
            + (cure or f"Choose one from {low:g} to {high:g}.")
        )
    return float(value)  # type: ignore[arg-type]


def truth(what: str, value: object) -> bool:
    """`value` if it is True or False."""
    if not isinstance(value, bool):
        raise ValueError(f"{what}: expected true or false, got {shorten(value)}. Choose one.")
    return value


def choice(what: str, value: object, known: tuple[str, ...]) -> str:
    """`value` if it is one of the known words."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(
            f"{what}: expected one of {', '.join(known)}, got {shorten(value)}. Choose one of these."
        )
    return value
