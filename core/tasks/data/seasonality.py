"""The season of a series: after how many values it repeats itself, where that is clear."""

import numpy as np

CLEAR = 0.5  # autocorrelation at the period; noise has none, a pure sine 1
REPEATS = 3  # times that a season must fit into the series


def find_period(values: np.ndarray) -> int | None:
    """The period of a series float64 [N] in values; None where no period is clear.

    It is the lag of the highest peak of the autocorrelation of the series without its linear trend, among
    lags at which the series could repeat itself three times. A slow drift has a high autocorrelation at short
    lags, but no peak; so lags are looked at only after it has first fallen below 0.
    """
    N = len(values)
    most = N // REPEATS
    steps = np.arange(N)
    rest = values - np.polyval(np.polyfit(steps, values, 1), steps) if N > 2 else values * 0
    size = np.abs(rest).max(initial=0)
    if most < 3 or not size > 1e-9 * np.abs(values).max():
        return None
    spectrum = np.fft.rfft(rest / size, 2 * N)
    products = np.fft.irfft(spectrum * spectrum.conj())[: most + 1]
    correlation = products / products[0] * N / (N - np.arange(most + 1))
    below = np.flatnonzero(correlation < 0)
    if not len(below):
        return None
    inner = correlation[1:-1]
    is_peak = (inner >= correlation[:-2]) & (inner > correlation[2:])
    peaks = np.flatnonzero(is_peak) + 1
    peaks = peaks[(peaks > below[0]) & (correlation[peaks] >= CLEAR)]
    if not len(peaks):
        return None
    # Twice the period is a peak as high as the period itself: of nearly equal ones, the first.
    highest = correlation[peaks].max()
    return int(peaks[correlation[peaks] >= 0.95 * highest][0])
