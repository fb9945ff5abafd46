"""Shares and sizes as they are printed in a sentence."""

import math

from .messages import say

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def write_percent(share: float) -> str:
    """A share from 0 to 1 as a whole percentage: "78 %"."""
    return f"{100 * share:.0f} %"


def write_share(share: float) -> str:
    """A part of a peak: "78 %", "0.3 %", and below a thousandth as a power of ten, "10⁻⁶"."""
    if share >= 0.01:
        return write_percent(share)
    return f"{100 * share:.1g} %" if share >= 0.001 else write_size(share)


def write_size(size: float) -> str:
    """A size with two digits, "0.27", "5100"; beyond four decades a power of ten: "10¹⁰"."""
    if not math.isfinite(size):
        return "∞" if size > 0 else say("not known")
    if size == 0 or 1e-3 <= size < 1e4:
        return f"{float(f'{size:.2g}'):g}"
    return "10" + f"{round(math.log10(size))}".translate(SUPERSCRIPTS)
