"""Learned vectors of symbols: how alike two of them are, and where they lie on a plane, over training.

table = cosines(vectors)                                # [N, N] of vectors [N, E]
axes = principal_axes(vectors)                          # of the newest vectors
axes.place(older), axes.explained(older)                # any others on the same plane
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

MAX_SNAPSHOTS = 60
MAX_NUMBERS = 500_000  # of all snapshots together


def cosines(vectors: np.ndarray) -> np.ndarray:
    """The cosine of the angle between any two of the vectors [N, E] -> [N, N]; 0 for a vector of length 0."""
    vectors = vectors.astype(np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    directions = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return np.clip(directions @ directions.T, -1, 1)


@dataclass(frozen=True)
class Plane:
    """Two orthogonal directions [2, E] through a centre [E]."""

    centre: np.ndarray
    directions: np.ndarray

    def place(self, vectors: np.ndarray) -> np.ndarray:
        """Where vectors [N, E] lie on the plane, [N, 2]."""
        return (vectors.astype(np.float64) - self.centre) @ self.directions.T

    def explained(self, vectors: np.ndarray) -> float:
        """The share of the variance of vectors [N, E] that lies in the plane; 0 where they do not vary."""
        centred = vectors.astype(np.float64) - vectors.mean(0)
        total = float((centred**2).sum())
        return float(((centred @ self.directions.T) ** 2).sum()) / total if total else 0.0


def principal_axes(vectors: np.ndarray, like: Plane | None = None) -> Plane:
    """The plane in which the vectors [N, E] vary most.

    like: an earlier plane; each axis points to the side to which that one's points. With one number to a vector,
    E = 1, the second axis is 0.
    """
    vectors = vectors.astype(np.float64)
    centre = vectors.mean(0)
    _left, _sizes, right = np.linalg.svd(vectors - centre, full_matrices=False)
    directions = np.zeros((2, vectors.shape[1]))
    directions[: min(2, len(right))] = right[:2]
    for k, direction in enumerate(directions):
        if like is not None:
            side = float(direction @ like.directions[k])
        else:
            side = float(direction[np.argmax(np.abs(direction))])
        if side < 0:
            directions[k] = -direction
    return Plane(centre, directions)


@dataclass
class EmbeddingHistory:
    """The vectors of all symbols after some updates, evenly spaced over the run: every `every`-th one is kept."""

    every: int = 10
    updates: list[int] = field(default_factory=list)
    vectors: list[np.ndarray] = field(default_factory=list)

    def is_due(self, update: int) -> bool:
        """Whether those after this update are kept."""
        return update % self.every == 0 and (not self.updates or update > self.updates[-1])

    def add(self, update: int, vectors: np.ndarray) -> None:
        """Keeps a copy of the vectors [V, E]; when there are too many, every second one goes."""
        self.updates.append(update)
        self.vectors.append(vectors.copy())
        most = max(2, min(MAX_SNAPSHOTS, MAX_NUMBERS // max(1, vectors.size)))
        while len(self.updates) > most:
            self.every *= 2
            remaining = [k for k, n in enumerate(self.updates) if n % self.every == 0]
            self.updates = [self.updates[k] for k in remaining]
            self.vectors = [self.vectors[k] for k in remaining]

    def before(self, update: int) -> list[tuple[int, np.ndarray]]:
        """(update, vectors) of what is kept up to that update."""
        pairs = zip(self.updates, self.vectors, strict=True)
        return [(n, vectors) for n, vectors in pairs if n <= update]


def nearest(vectors: np.ndarray, k: int, most: int = 3) -> list[tuple[int, float]]:
    """(number, cosine) of the vectors that are most like vector k, the likest first."""
    row = cosines(vectors)[k].copy()
    row[k] = -np.inf
    order = np.argsort(-row, kind="stable")[: min(most, len(row) - 1)]
    return [(int(j), float(row[j])) for j in order]


def find_symbols(labels: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """The numbers of those of the wanted labels that there are, in that order."""
    places = {label: k for k, label in enumerate(labels)}
    return [places[label] for label in wanted if label in places]
