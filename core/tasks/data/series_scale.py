"""How series are standardised: by the mean and the standard deviation of those that train."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...common.messages import say

LARGEST = 1e6  # standard deviations of a value of a series


@dataclass(frozen=True)
class SeriesScale:
    """mean, spread: [I] of each column over all steps; a column that never changes has a spread of 1."""

    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, series: Sequence[np.ndarray]) -> "SeriesScale":
        """That of the series, each [n, I]; ValueError where nothing in them changes."""
        values = np.concatenate(series)
        spread = values.std(0)
        if not spread.max() > 0:
            raise ValueError(
                say(
                    "file: expected series that change, got {got:g} throughout. Use another file.",
                    got=values[0, 0],
                )
            )
        return cls(values.mean(0), np.where(spread > 0, spread, 1.0))

    def standardise(self, values: np.ndarray) -> np.ndarray:
        """[n, I] in standard deviations from the mean; ValueError beyond LARGEST."""
        scaled = (values - self.mean) / self.spread
        if not np.abs(scaled).max() <= LARGEST:
            raise ValueError(
                say(
                    "file: expected values within {most:g} standard deviations of the training part, got "
                    "{got:g}. Correct it.",
                    most=LARGEST,
                    got=values.flat[np.abs(scaled).argmax()],
                )
            )
        return scaled
