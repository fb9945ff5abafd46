"""The numbers of every update of one run, kept for the figures that look back: bounded, thinned."""

from array import array

import numpy as np

from core.steps import Step

MOST = 50_000  # updates kept; beyond that every second one, then every fourth, and so on


class Numbers:
    """index, loss, gradient norm before and after clipping, of each update; and how many were clipped."""

    def __init__(self) -> None:
        self.every = 1
        self.updates, self.clipped = 0, 0  # of all updates, the thinned ones too
        self._index = array("q")
        self._values = array("f")

    def add(self, step: Step) -> None:
        """Keeps what this update tells."""
        self.updates += 1
        self.clipped += step.grad_norm_clipped < step.grad_norm
        if step.index % self.every:
            return
        self._index.append(step.index)
        self._values.extend((step.loss, step.grad_norm, step.grad_norm_clipped))
        if len(self._index) > MOST:
            self.every *= 2
            index, values = self.arrays()
            kept = index % self.every == 0
            self._index = array("q", index[kept].tolist())
            self._values = array("f", values[kept].ravel().tolist())

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """(index int64 [U], [U, 3]: loss, gradient norm, gradient norm after clipping)."""
        index = np.array(self._index, dtype=np.int64)
        return index, np.array(self._values, dtype=np.float32).reshape(len(index), 3)
