"""How well each unit follows each hypothesis over a corpus: correlations, found on one half and checked on the other.

    r = cov(h, y) / (std h std y)

Of many units one always looks good. So a unit is found on the first half of the corpus, its correlation on the second half
stands beside it, and so does what the best of all units reaches by chance: on SHIFTS copies of the hypothesis that are
moved along the corpus by more than a tenth of it. A moved copy keeps its own pattern in time, which numbers drawn at random
would lose; beyond the best of all these copies the chance of a false find is 1 in SHIFTS + 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .corpus import Corpus

SHIFTS = 19
MIN_SYMBOLS = 40  # of less there is nothing to divide


@dataclass(frozen=True, eq=False)
class UnitMatches:
    """names: M hypotheses. first, second: the correlation of each unit with each on that half, [H, M]; NaN where one
    of both does not vary. chance [M]: the largest size that any unit reaches with a moved copy, on the first half."""

    names: tuple[str, ...]
    first: np.ndarray
    second: np.ndarray
    chance: np.ndarray

    @property
    def holds(self) -> np.ndarray:
        """Whether the unit follows the hypothesis: beyond chance on the first half, as well on the second by sign and
        by more than half of its size, bool [H, M]."""
        with np.errstate(invalid="ignore"):
            beyond = np.abs(self.first) > self.chance
            return beyond & (np.sign(self.first) * self.second > np.abs(self.first) / 2)

    def best_units(self, name: str) -> np.ndarray:
        """All units, the one that follows this hypothesis best on the first half before all, [H]."""
        sizes = np.abs(self.first[:, self.names.index(name)])
        return np.argsort(-np.nan_to_num(sizes, nan=-1.0), kind="stable")

    def best_names(self, unit: int) -> list[str]:
        """All hypotheses, the one that the unit follows best on the first half before all."""
        sizes = np.nan_to_num(np.abs(self.first[unit]), nan=-1.0)
        return [self.names[k] for k in np.argsort(-sizes, kind="stable")]


class MatchFinder:
    """Takes the states of a corpus, part by part; then gives the correlations."""

    def __init__(self, corpus: Corpus, labels: Mapping[str, np.ndarray], units: int):
        N, M = len(corpus), len(labels)
        self._names, self._half = tuple(labels), N // 2
        columns = np.stack([*labels.values()], 1) if M else np.zeros((N, 0))
        spread = columns.std(0) if M else np.ones(0)
        # In units of their own spread, so that float32 is enough for the products.
        self._y = ((columns - columns.mean(0)) / spread).astype(np.float32) if M else columns
        generator = np.random.default_rng(0)
        is_long = N >= MIN_SYMBOLS and M
        self._shifts = (
            generator.integers(N // 10, N - N // 10, SHIFTS) if is_long else np.zeros(0, int)
        )
        self._moments = [np.zeros((2, units)) for _ in range(2)]  # of each half: sum of h, of h^2
        self._counts = [0, 0]
        self._labels = [np.zeros((2, M)) for _ in range(2)]  # sum of y, of y^2
        self._products = [np.zeros((units, M)) for _ in range(2)]
        self._moved = np.zeros((units, len(self._shifts) * M))
        self._moved_labels = np.zeros((2, len(self._shifts) * M))

    def add(self, h: np.ndarray, positions: np.ndarray) -> None:
        """The states [n, H] at so many positions of the corpus."""
        second = positions >= self._half
        for half, inside in enumerate((~second, second)):
            if inside.any():
                chosen = slice(None) if inside.all() else inside
                self._add_half(half, h[chosen], positions[chosen])

    def _add_half(self, half: int, h: np.ndarray, positions: np.ndarray) -> None:
        y = self._y[positions]
        self._moments[half] += _sums(h)
        self._counts[half] += len(y)
        self._labels[half] += _sums(y)
        self._products[half] += h.T @ y
        if half == 0 and len(self._shifts):
            moved = self._y[(positions[:, None] + self._shifts) % len(self._y)]  # [n, S, M]
            moved = moved.reshape(len(h), -1)
            self._moved += h.T @ moved
            self._moved_labels += _sums(moved)

    def matches(self) -> UnitMatches:
        """The correlations of all that was added."""
        first, second = (
            _correlate(moments, n, labels, products)
            for moments, n, labels, products in zip(
                self._moments, self._counts, self._labels, self._products, strict=True
            )
        )
        M = len(self._names)
        if not len(self._shifts):
            return UnitMatches(self._names, first, second, np.full(M, np.nan))
        moved = _correlate(self._moments[0], self._counts[0], self._moved_labels, self._moved)
        chance = np.abs(np.nan_to_num(moved)).reshape(-1, len(self._shifts), M).max((0, 1))
        return UnitMatches(self._names, first, second, chance)


def _sums(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each column the sum, and the sum of its squares."""
    return values.sum(0, dtype=np.float64), (values * values).sum(0, dtype=np.float64)


def _correlate(moments: np.ndarray, n: int, labels: np.ndarray, products: np.ndarray) -> np.ndarray:
    """[H, M] from sums over n symbols: moments [2, H] of h and h^2, labels [2, M] of y and y^2, products [H, M] of h y."""
    n = max(1, n)
    h, y = moments[0] / n, labels[0] / n
    h_spread, y_spread = moments[1] / n - h * h, labels[1] / n - y * y
    is_flat = (h_spread <= 1e-10 * moments[1] / n)[:, None] | (y_spread <= 1e-10)
    with np.errstate(all="ignore"):
        r = (products / n - h[:, None] * y) / np.sqrt(h_spread[:, None] * y_spread)
    return np.where(is_flat, np.nan, np.clip(r, -1, 1))
