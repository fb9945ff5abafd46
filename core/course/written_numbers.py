"""Numbers as the texts of lessons have them: rounded and written as the browser does (dashboard/player/web/numbers.js).

A share of 0.4925 is 49.3 % in the text, in the dots below it and in the picture beside it; Python's own formats take the
even neighbour of a number that lies in the middle, 49.2.
"""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

NO_BREAK = "\u00a0"  # a blank at which no line ends
LEAST, MOST = 1e-4, 1e6  # what is smaller or not so small is a power of ten
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def write_number(value: float, form: str = "number") -> str:
    """A number as an English text has it. form: percent, number, scientific or whole."""
    sign = "−" if value < 0 else ""
    return sign + _WRITERS[form](abs(value))


def _short(value: float) -> str:
    """With two or three digits: "0.0021", "0.167", "6.46", "1,840"."""
    if not math.isfinite(value) or (value and not LEAST <= value < MOST):
        return _power_of_ten(value)
    if value >= 100:
        return _whole(value)
    digits = _significant(value, 2 if value < 0.1 else 3)
    shortest = repr(value).removesuffix(".0")
    return shortest if len(shortest) < len(digits) else digits


def _power_of_ten(value: float) -> str:
    if not value or not math.isfinite(value):
        return f"{value:.3g}"
    mantissa, _, exponent = f"{_round(value, 2):.1e}".partition("e")
    return f"{mantissa}{NO_BREAK}×{NO_BREAK}10{str(int(exponent)).translate(_RAISED)}"


def _whole(value: float) -> str:
    return f"{int(Decimal(value).to_integral_value(ROUND_HALF_UP)):,}"


def _round(value: float, digits: int) -> Decimal:
    """To so many significant digits, and up in the middle, as JavaScript's toPrecision."""
    exact = Decimal(value)
    return exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), ROUND_HALF_UP)


def _significant(value: float, digits: int) -> str:
    """With its zeros behind the point: "8.60"."""
    if not value:
        return "0"
    rounded = _round(value, digits)
    decimals = max(0, digits - 1 - rounded.adjusted())
    return f"{rounded:.{decimals}f}"


_WRITERS: dict[str, Callable[[float], str]] = {
    "percent": lambda share: f"{_short(100 * share)}{NO_BREAK}%",
    "number": _short,
    "scientific": _power_of_ten,
    "whole": _whole,
}
