"""Numbers that a reader types."""

import math
import re


def numbers(what: str, text: str, count: int, low: float, high: float) -> list[float]:
    """Exactly `count` numbers from `low` to `high`, with spaces or semicolons between them.

    Raises ValueError with a sentence that names `what` and the first part that is wrong.
    """
    parts = [part for part in re.split(r"[\s;]+", text) if part]
    if len(parts) != count:
        raise ValueError(
            f"{what}: expected {count} numbers with spaces between, got {len(parts)}. "
            f"Type {count} of them."
        )
    found = []
    for part in parts:
        try:
            value = float(part) if re.fullmatch(r"[-+.\deE]{1,30}", part) else math.nan
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise ValueError(
                f"{what}: expected numbers from {low:g} to {high:g}, got {part[:40]!r}. Change it."
            )
        found.append(value)
    return found
