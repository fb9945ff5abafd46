"""Numbers in a text that a reader types."""

import math
import re

from ...common.messages import say


def parse_numbers(what: str, text: str, count: int, low: float, high: float) -> list[float]:
    """Exactly `count` numbers from `low` to `high`, with spaces or semicolons between them.

    Raises ValueError with a sentence that names `what` and the first part that is wrong.
    """
    words = [word for word in re.split(r"[\s;]+", text) if word]
    if len(words) != count:
        raise ValueError(
            say(
                "{what}: expected {count} numbers with spaces between, got {got}. "
                "Type {count} of them.",
                what=what,
                count=count,
                got=len(words),
            )
        )
    values = []
    for word in words:
        try:
            value = float(word) if re.fullmatch(r"[-+.\deE]{1,30}", word) else math.nan
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise ValueError(
                say(
                    "{what}: expected numbers from {low:g} to {high:g}, got {got!r}. Change it.",
                    what=what,
                    low=low,
                    high=high,
                    got=word[:40],
                )
            )
        values.append(value)
    return values
