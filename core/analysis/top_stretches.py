"""Where in a corpus each unit is largest in size: a few places that do not overlap, found in one pass.

Each sequence is cut into blocks of WIDTH symbols. Of each block a unit's peak is remembered, of all peaks the largest;
of these, those that are at least WIDTH symbols apart, or of different sequences, are its top stretches.
"""

from dataclasses import dataclass

import numpy as np

from .corpus import Corpus, Rows

WIDTH = (
    20  # symbols: of a block, and from one peak to the next at least; a chunk holds whole blocks
)
STRETCHES = 5  # of a unit


@dataclass(frozen=True)
class Peak:
    """A unit's value at the symbol where it is largest in size; its stretch is first .. stop - 1."""

    position: int
    value: float
    first: int
    stop: int


class PeakFinder:
    """Takes the rows of a corpus, chunk by chunk; then gives each unit's peaks."""

    def __init__(self, corpus: Corpus, units: int, stretches: int = STRETCHES):
        self._corpus, self._stretches = corpus, stretches
        # A peak shuts out at most the blocks beside its own, so three for each that is wanted are enough.
        self._values = np.zeros((3 * stretches, units), np.float32)
        self._positions = np.full((3 * stretches, units), -1)

    def add(self, rows: Rows) -> None:
        """The blocks of one chunk."""
        h, positions = rows["h"], rows.positions
        if not np.isfinite(h).all():
            h = np.nan_to_num(h)
        offsets = self._corpus.offsets[positions]
        edges = np.flatnonzero((offsets % WIDTH == 0) | (np.diff(positions, prepend=-2) != 1))
        sizes = np.abs(h)
        tops = np.maximum.reduceat(sizes, edges)
        # Where a peak is takes longer to find than how high it is, and few blocks are high enough.
        high = np.flatnonzero((tops > np.abs(self._values).min(0)).any(1))
        if not len(high):
            return
        ends = np.append(edges[1:], len(h))
        peaks = np.stack([edges[k] + sizes[edges[k] : ends[k]].argmax(0) for k in high])
        values = np.concatenate([self._values, np.take_along_axis(h, peaks, 0)])
        places = np.concatenate([self._positions, positions[peaks]])
        best = np.argsort(-np.abs(values), axis=0, kind="stable")[: len(self._values)]
        self._values = np.take_along_axis(values, best, 0)
        self._positions = np.take_along_axis(places, best, 0)

    def peaks_of(self, unit: int) -> tuple[Peak, ...]:
        """The unit's peaks, the largest first; of one sequence each, so that its stretch is, too."""
        peaks: list[Peak] = []
        candidates = zip(
            self._values[:, unit].tolist(), self._positions[:, unit].tolist(), strict=True
        )
        for value, position in candidates:
            if position < 0 or len(peaks) == self._stretches:
                break
            start, stop = self._corpus.starts[self._corpus.sequence_of(position) :][:2].tolist()
            is_near = any(
                start <= peak.position < stop and abs(position - peak.position) < WIDTH
                for peak in peaks
            )
            if not is_near:
                first, last = position - WIDTH // 2, position + WIDTH // 2
                peaks.append(Peak(position, value, max(start, first), min(stop, last)))
        return tuple(peaks)
