"""Recognition of the time column of a table: dates, seconds since 1970, or numbers that count rows."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd  # imported where it is used: it takes a third of a second

MIN_DATE_SHARE = 0.9  # share of cells that are dates in a time column
SAMPLE_CELLS = 1000  # cells that are checked first
TIME_NAMES = ("time", "timestamp", "date", "datetime", "unix", "epoch", "ts", "index", "id", "row")
EPOCH_SECONDS = (1e8, 1e10)  # since 1970: from 1973 on; milliseconds are a thousand times as many


def parse_times(cells: pd.Series) -> pd.Series | None:
    """datetime64, NaT where a cell is no time; None where the column is no time at all."""
    sample = cells.iloc[:: max(1, len(cells) // SAMPLE_CELLS)]
    if _share(_dates(sample)) < MIN_DATE_SHARE / 2:
        return None
    dates = _dates(cells)
    return dates if _share(dates) >= MIN_DATE_SHARE else None


def as_time_numbers(name: str, numbers: pd.Series) -> pd.Series | None:
    """`numbers` if they are a time: all different, none missing, and counting; else None.

    They count when they rise by a constant step, when they rise and are whole numbers of the size of seconds
    or milliseconds since 1970, and when they rise and the column has the name of a time. Seconds since 1970
    in a column with the name of a time may stand in any order.
    """
    values = numbers.to_numpy()
    if len(values) < 3 or np.isnan(values).any():
        return None
    steps = np.diff(values)
    low, high = EPOCH_SECONDS
    epoch = (values == values.round()).all() and any(
        (values >= low * unit).all() and (values <= high * unit).all() for unit in (1, 1000)
    )
    if is_time_name(name) and epoch and len(np.unique(values)) == len(values):
        return numbers  # in any order of the rows
    rising = bool((steps > 0).all())
    evenly_spaced = bool(np.allclose(steps, steps[0], rtol=1e-9, atol=0))
    return numbers if rising and (evenly_spaced or epoch or is_time_name(name)) else None


def is_time_name(name: str) -> bool:
    """Whether `name` is a usual name of a time column."""
    return name.strip().lower() in TIME_NAMES


def _share(cells: pd.Series) -> float:
    return float(cells.notna().mean())


def _dates(cells: pd.Series) -> pd.Series:
    """The cells as dates: in one format, month or day first, if it fits enough of them; else in any."""
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas warns where it has to guess the format
        best = None
        for day_first, how in ((False, None), (True, None), (False, "mixed")):
            dates = pd.Series(
                pd.to_datetime(cells, errors="coerce", utc=True, dayfirst=day_first, format=how)
            )
            if best is None or _share(dates) > _share(best):
                best = dates
            if _share(best) >= MIN_DATE_SHARE:
                break
    assert best is not None
    return best.dt.tz_localize(None)
