"""Learned vectors of symbols: how alike two of them are.

table = cosines(vectors)                                # [N, N] of vectors [N, E]
"""

from collections.abc import Sequence

import numpy as np


def cosines(vectors: np.ndarray) -> np.ndarray:
    """The cosine of the angle between any two of the vectors [N, E] -> [N, N]; 0 for a vector of length 0."""
    vectors = vectors.astype(np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    directions = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return np.clip(directions @ directions.T, -1, 1)


def nearest(vectors: np.ndarray, k: int, most: int = 3) -> list[tuple[int, float]]:
    """(number, cosine) of the vectors [V, E] that are most like vector k, the likest first; at most `most`."""
    row = cosines(vectors)[k].copy()
    row[k] = -np.inf
    order = np.argsort(-row, kind="stable")[: min(most, len(row) - 1)]
    return [(int(j), float(row[j])) for j in order]


def find_symbols(labels: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """The numbers of those of the wanted labels that there are, in that order."""
    places = {label: k for k, label in enumerate(labels)}
    return [places[label] for label in wanted if label in places]
