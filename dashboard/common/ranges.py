"""Axes and ranges of colours that follow the data, both ways: pure numbers, for the player and the figures.

Ends are round: whole decades of a logarithmic scale, one of a few round numbers on a linear one. What is
followed over many pictures (`FollowedDecades`, `FollowedEnd`) grows at once, and shrinks only when the latest
pictures need clearly less, so that nothing jumps while a run is played.
"""

import math
from collections import deque
from typing import NamedTuple

import numpy as np

PICTURES = 12  # the latest ones, whose data a followed range holds
DECADE_SLACK = 0.25  # decades by which the data must clear an end before it moves inwards
END_SLACK = 1.2  # the same, as a factor, of the end of a linear range
LEAST_DECADES = 2  # of a logarithmic axis
MAX_LINEAR_RATIO = 20  # sizes that differ by more are drawn on a logarithmic axis
ROUND_NUMBERS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)  # ends of linear ranges, times powers of ten
ROUNDING = 1e-6  # decades: 1e-7 in float32 is 10^-7


class Decades(NamedTuple):
    """A logarithmic scale from 10^(top - decades) to 10^top."""

    top: int
    decades: int

    @property
    def bottom(self) -> int:
        """The exponent at which it begins."""
        return self.top - self.decades


class Extent(NamedTuple):
    """The smallest and the largest of some sizes; (inf, 0) of none."""

    least: float
    most: float

    def __or__(self, other: "Extent") -> "Extent":
        return Extent(min(self.least, other.least), max(self.most, other.most))


NOTHING = Extent(math.inf, 0.0)


def extent_of(*arrays: np.ndarray) -> Extent:
    """The extent of the sizes of all numbers that are finite and not 0."""
    extent = NOTHING
    for array in arrays:
        sizes = np.abs(array[np.isfinite(array) & (array != 0)]).astype(np.float64)
        if sizes.size:
            extent |= Extent(float(sizes.min()), float(sizes.max()))
    return extent


def decades_of(*arrays: np.ndarray, least: Decades | None = None) -> Decades:
    """The whole decades that hold the sizes of all finite numbers that are not 0.

    least: what they hold besides; without it they are LEAST_DECADES at least.
    """
    extent = extent_of(*arrays)
    if extent.most == 0:
        return least or Decades(1, LEAST_DECADES)
    bottom, top = _floor(extent.least), _ceil(extent.most)
    if least is not None:
        bottom, top = min(bottom, least.bottom), max(top, least.top)
    return _at_least(bottom, top)


def round_end(largest: float) -> float:
    """The smallest round number that is not below `largest`; 1 where that is 0."""
    if largest == 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    # A float32 just above a round number is that number.
    number = next((n for n in ROUND_NUMBERS if largest <= n * power * (1 + 1e-6)), 10.0)
    return float(f"{number * power:.1e}")


def needs_logarithm(values: np.ndarray) -> bool:
    """Whether sizes differ by so much that a linear axis would show most of them as 0."""
    if (values[np.isfinite(values)] < 0).any():
        return False
    extent = extent_of(values)
    return extent.most > MAX_LINEAR_RATIO * extent.least


class FollowedDecades:
    """The decades of the latest pictures of something."""

    def __init__(self) -> None:
        self._latest = deque[Extent](maxlen=PICTURES)
        self._ends: tuple[int, int] | None = None  # bottom, top

    def follow(self, extent: Extent) -> None:
        """Takes the extent of one more picture."""
        self._latest.append(extent)
        needed = NOTHING
        for each in self._latest:
            needed |= each
        if needed.most == 0:
            return
        bottom, top = _floor(needed.least), _ceil(needed.most)
        if self._ends is not None:
            slack = 10.0**DECADE_SLACK
            bottom = min(bottom, max(self._ends[0], _floor(needed.least / slack)))
            top = max(top, min(self._ends[1], _ceil(needed.most * slack)))
        self._ends = bottom, top

    def __or__(self, other: "FollowedDecades") -> "FollowedDecades":
        """What holds both."""
        both = FollowedDecades()
        ends = [each._ends for each in (self, other) if each._ends is not None]
        if ends:
            both._ends = min(bottom for bottom, _ in ends), max(top for _, top in ends)
        return both

    @property
    def decades(self) -> Decades:
        """The present scale."""
        return Decades(1, LEAST_DECADES) if self._ends is None else _at_least(*self._ends)


class FollowedEnd:
    """The end of a range that is symmetric about 0, of the latest pictures of something."""

    def __init__(self) -> None:
        self._latest = deque[float](maxlen=PICTURES)
        self.end = 1.0

    def follow(self, largest: float) -> None:
        """Takes the largest finite size of one more picture."""
        is_first = not self._latest
        self._latest.append(largest)
        needed = max(self._latest)
        if is_first or needed > self.end:
            self.end = round_end(needed)
        else:
            self.end = min(self.end, round_end(END_SLACK * needed))


def _floor(size: float) -> int:
    return math.floor(math.log10(max(size, 5e-324)) + ROUNDING)


def _ceil(size: float) -> int:
    return math.ceil(math.log10(max(size, 5e-324)) - ROUNDING)


def _at_least(bottom: int, top: int) -> Decades:
    """With LEAST_DECADES, by more of them at the bottom."""
    return Decades(top, max(LEAST_DECADES, top - bottom))
