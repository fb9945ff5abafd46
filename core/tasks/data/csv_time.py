"""Which column of a table is the time: dates, seconds since 1970, or numbers that only count the rows."""

import warnings

import numpy as np
import pandas as pd

DATES = 0.9  # a column of which so many cells are dates is the time
SAMPLE = 1000  # cells that are looked at first
NAMES = ("time", "timestamp", "date", "datetime", "unix", "epoch", "ts", "index", "id", "row")
SECONDS = (1e8, 1e10)  # since 1970: from 1973 on; milliseconds are a thousand times as many


def times(cells: pd.Series) -> pd.Series | None:
    """datetime64, NaT where a cell is no time; None where the column is no time at all."""
    some = cells.iloc[:: max(1, len(cells) // SAMPLE)]
    if _share(_dates(some)) < DATES / 2:
        return None
    found = _dates(cells)
    return found if _share(found) >= DATES else None


def clock(name: str, numbers: pd.Series) -> pd.Series | None:
    """`numbers` if they only tell when: all different, none missing, and counting.

    That is so where each is larger than the one before by the same amount, where they rise and are whole
    numbers of the size of seconds or milliseconds since 1970, and where they rise and the column is
    named like a time.
    """
    values = numbers.to_numpy()
    if len(values) < 3 or np.isnan(values).any():
        return None
    steps = np.diff(values)
    low, high = SECONDS
    epoch = (values == values.round()).all() and any(
        (values >= low * unit).all() and (values <= high * unit).all() for unit in (1, 1000)
    )
    if named(name) and epoch and len(np.unique(values)) == len(values):
        return numbers  # in whatever order the rows are
    rises = bool((steps > 0).all())
    even = bool(np.allclose(steps, steps[0], rtol=1e-9, atol=0))
    return numbers if rises and (even or epoch or named(name)) else None


def named(name: str) -> bool:
    """Whether a column is called like a time."""
    return name.strip().lower() in NAMES


def _share(found: pd.Series) -> float:
    return float(found.notna().mean())


def _dates(cells: pd.Series) -> pd.Series:
    """All cells in one format, month or day first, whichever fits more of them; else each in its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas warns where it has to guess the format
        best = None
        for day_first, how in ((False, None), (True, None), (False, "mixed")):
            found = pd.Series(
                pd.to_datetime(cells, errors="coerce", utc=True, dayfirst=day_first, format=how)
            )
            if best is None or _share(found) > _share(best):
                best = found
            if _share(best) >= DATES:
                break
    assert best is not None
    return best.dt.tz_localize(None)
