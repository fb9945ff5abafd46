"""Naive forecasts of a series: what needs no network, and what a network has to beat."""

import torch
from torch import Tensor

from ...common.messages import say

FITTED_WINDOWS, FITTED_INPUTS = 5000, 200  # of the least squares


def naive_forecasts(
    values: Tensor, ends: Tensor, horizon: int, period: int | None
) -> dict[str, Tensor]:
    """What each naive rule says of the value `horizon` after each end: name -> values [B].

    values: [N]. ends: int64 [B], the last value that may be read. period: after how many values the series
    repeats itself; None where that is not clear, and then nothing seasonal is said.
    """
    forecasts: dict[str, Tensor] = {say("the last value again"): values[ends]}
    if period is not None:
        back = period * -(-horizon // period)
        earlier = ends + horizon - back
        if int(earlier.min()) >= 0:
            forecasts[say("{n} values earlier", n=back)] = values[earlier]
    return forecasts


def least_squares(x: Tensor, y: Tensor, held_out: Tensor) -> tuple[str, Tensor]:
    """(name, predictions float64 [B]) of a linear model of the window, fitted to x [T, n, I] and y [n, 1].

    held_out: [T, B, I]. Of a window of more than 200 numbers only the end is read.
    """
    steps = min(len(x), max(1, FITTED_INPUTS // x.shape[2]))
    A, B = (_as_matrix(windows[-steps:]) for windows in (x, held_out))
    weights = torch.linalg.lstsq(A, y.double(), driver="gelsd").solution
    name = say("least squares")
    if steps < len(x):
        name = say("least squares on the last {n} steps", n=steps)
    return name, (B @ weights)[:, 0]


def _as_matrix(x: Tensor) -> Tensor:
    """x [T, B, I] as float64 [B, T I + 1]: the inputs of a linear model with a constant."""
    flat = x.permute(1, 0, 2).flatten(1).double()
    return torch.cat([flat, torch.ones(len(flat), 1, dtype=torch.float64)], 1)
