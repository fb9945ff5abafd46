"""Axes of Plotly that follow what is drawn on them: linear from 0, logarithmic where sizes differ by much, or of whole numbers."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dashboard.common.ranges import Decades, decades_of, extent_of, needs_logarithm, round_end
from dashboard.common.theme import FAINT

MAX_TICKS = 8  # decades that are named on an axis
FEW_DECADES = 2  # on an axis of so few, 2 and 5 are named, too
FEW_STEPS = 8  # on an axis of so few, each is named

Figure = dict[str, Any]


def axis(title: str, **more: Any) -> Figure:
    """An axis with its name."""
    return {
        "title": {"text": title, "font": {"size": 12}},
        "gridcolor": FAINT,
        "zeroline": False,
    } | more


def whole_axis(title: str, numbers: ArrayLike, **more: Any) -> Figure:
    """An axis of steps or updates."""
    return axis(title, **whole_ticks(numbers), **more)


def whole_ticks(numbers: ArrayLike) -> Figure:
    """The ticks of an axis or a bar of whole numbers: where these are few, Plotly would name halves of them."""
    return {"dtick": 1} if np.size(numbers) and np.ptp(numbers) < FEW_STEPS else {}


def decade_label(exponent: int) -> str:
    """A power of ten, as an axis writes it."""
    return {0: "1", 1: "10", 2: "100", -1: "0.1"}.get(exponent, f"1e{exponent}")


def decade_axis(title: str, scale: Decades, **more: Any) -> Figure:
    """A logarithmic axis over these decades."""
    every = -(-scale.decades // MAX_TICKS)
    exponents = [*range(scale.top, scale.bottom - 1, -every)][::-1]
    ticks = [(10.0**d, decade_label(d)) for d in exponents]
    if scale.decades <= FEW_DECADES:
        places = [(n, d) for d in range(scale.bottom, scale.top) for n in (1, 2, 5)]
        ticks = [(n * 10.0**d, _label(n, d)) for n, d in [*places, (1, scale.top)]]
    return axis(
        title,
        type="log",
        range=[scale.bottom, scale.top],
        tickvals=[value for value, _ in ticks],
        ticktext=[text for _, text in ticks],
        **more,
    )


def _label(n: int, exponent: int) -> str:
    """n times a power of ten, written as its neighbours on the axis are."""
    return f"{n * 10.0**exponent:.4g}" if -4 <= exponent <= 3 else f"{n}e{exponent}"


def log_axis(
    title: str, *arrays: np.ndarray, least: Decades | None = None, **more: Any
) -> tuple[Figure, tuple[float, float]]:
    """A logarithmic axis that holds every finite number above 0, and its ends.

    least: decades that it holds besides, so that it stands still while a slider moves what is drawn a little.
    """
    scale = decades_of(*arrays, least=least)
    return decade_axis(title, scale, **more), (10.0**scale.bottom, 10.0**scale.top)


def size_axis(title: str, values: np.ndarray, **more: Any) -> tuple[Figure, tuple[float, float]]:
    """An axis for sizes, and its ends: from 0 to a round number, or logarithmic where they differ by much."""
    if needs_logarithm(values):
        return log_axis(title, values, **more)
    end = round_end(extent_of(values).most)
    finite = values[np.isfinite(values)]
    low = -round_end(float(-finite.min())) if (finite < 0).any() else 0.0
    return axis(title, range=[low, end], **more), (low, end)
