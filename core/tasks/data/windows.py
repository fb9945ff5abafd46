"""Windows of a series, divided in order of time into those that train and those that evaluate."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from ...common.messages import say
from .series import MIN_CHANGE

EVALUATED = 5  # the last fifth
MOST_EVALUATED = 2000  # windows
LARGEST = 1e6  # standard deviations; beyond it float32 holds too few digits
LEAST_TRAINED, LEAST_EVALUATED = 10, 4  # windows


@dataclass(frozen=True)
class Columns:
    """values: float64 [N, C], the target first. names: of these columns. note: how they were read, or made.

    inputs: which of the columns are read, numbers from 0.
    """

    values: np.ndarray
    names: tuple[str, ...]
    note: str
    inputs: tuple[int, ...]


@dataclass(frozen=True)
class Windows:
    """Windows of T steps, whose target is the value `horizon` steps after their end."""

    columns: Columns
    T: int
    horizon: int

    @cached_property
    def cut(self) -> int:
        """The number of values that train; the rest evaluates."""
        N = len(self.columns.values)
        return N - N // EVALUATED

    @cached_property
    def scale(self) -> tuple[np.ndarray, np.ndarray]:
        """(mean, standard deviation) [C] of the training part; a column that does not change there is only moved."""
        known = self.columns.values[: self.cut]
        spread = known.std(0)
        if not spread[0] > MIN_CHANGE:
            raise ValueError(
                say(
                    "target: expected a column that changes in the training part, got {got:g} throughout the "
                    "first four fifths of {column!r}. Choose another column, or another part of the file.",
                    got=known[0, 0],
                    column=self.columns.names[0],
                )
            )
        return known.mean(0), np.where(spread > MIN_CHANGE, spread, 1.0)

    @cached_property
    def scaled(self) -> Tensor:
        """Every column minus its mean, divided by its standard deviation: float32 [N, C]."""
        mean, spread = self.scale
        scaled = (self.columns.values - mean) / spread
        row, column = np.unravel_index(np.abs(scaled).argmax(), scaled.shape)
        if not abs(scaled[row, column]) <= LARGEST:
            raise ValueError(
                say(
                    "file: expected values within {most:g} standard deviations of the training part, got "
                    "{got:g} in {column!r}, value {row}. Correct it.",
                    most=LARGEST,
                    got=self.columns.values[row, column],
                    column=self.columns.names[column],
                    row=row + 1,
                )
            )
        return torch.from_numpy(scaled).float()

    def in_units(self, values: Tensor, columns: tuple[int, ...] = (0,)) -> Tensor:
        """Standardised values [..., len(columns)] in the units of these columns: float64.

        What float32's rounding leaves of a nought is 0 again.
        """
        mean, spread = (torch.from_numpy(each[list(columns)]) for each in self.scale)
        in_units = values.double() * spread + mean
        return torch.where(in_units.abs() < 1e-6 * spread, 0.0, in_units)

    @cached_property
    def starts(self) -> tuple[Tensor, Tensor]:
        """The first values of the windows that (train, evaluate). None reaches across the cut. ValueError for too few."""
        N = len(self.scaled)
        starts = torch.arange(max(0, N - self.T - self.horizon + 1))
        targets = starts + self.T + self.horizon - 1
        trained, evaluated = starts[targets < self.cut], starts[starts >= self.cut]
        if len(trained) < LEAST_TRAINED or len(evaluated) < LEAST_EVALUATED:
            raise ValueError(
                say(
                    "length: expected a length and a horizon that leave at least {least} windows in the last "
                    "{held_out} of {all} values, got {got} windows of {steps} values with horizon "
                    "{horizon}. Lower length or horizon, or use a longer series.",
                    least=LEAST_EVALUATED,
                    held_out=N - self.cut,
                    all=N,
                    got=len(evaluated),
                    steps=self.T,
                    horizon=self.horizon,
                )
            )
        return trained, evaluated

    @cached_property
    def evaluated(self) -> Tensor:
        """The first values of the windows that are evaluated: all, or 2000 spread evenly."""
        return spread_evenly(self.starts[1], MOST_EVALUATED)

    def ends(self, starts: Tensor) -> Tensor:
        """The last values of these windows."""
        return starts + self.T - 1

    def read(self, starts: Tensor) -> tuple[Tensor, Tensor]:
        """(x float32 [T, B, I], y float32 [B, 1]), standardised, of the windows that begin there."""
        steps = torch.arange(self.T)[:, None] + starts
        x = self.scaled[steps][..., list(self.columns.inputs)]
        return x, self.scaled[self.ends(starts) + self.horizon, :1]


def spread_evenly(starts: Tensor, most: int) -> Tensor:
    """All of them, or `most` of them at even distances."""
    return starts[torch.linspace(0, len(starts) - 1, min(most, len(starts))).long()]
