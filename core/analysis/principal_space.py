"""The few directions in which points vary most: of a layer's states, or of learned vectors.

space = principal_space(states, 3)                   # of states [N, H]
space.place(path), space.shares(states)              # any others in the same space; what it holds of them
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Space:
    """K orthogonal directions [K, H] through a centre [H]; the first ones vary most."""

    centre: np.ndarray
    directions: np.ndarray

    def place(self, states: np.ndarray) -> np.ndarray:
        """Where states [..., H] lie in it: [..., K]."""
        return (states.astype(np.float64) - self.centre) @ self.directions.T

    def shares(self, states: np.ndarray) -> np.ndarray:
        """The share of the variance of states [N, H] along each direction, [K]; 0 where they do not vary."""
        centred = states.astype(np.float64) - states.mean(0)
        total = float((centred**2).sum())
        if not total:
            return np.zeros(len(self.directions))
        return ((centred @ self.directions.T) ** 2).sum(0) / total


def principal_space(states: np.ndarray, count: int, like: Space | None = None) -> Space:
    """The space of `count` dimensions in which the states [N, H] vary most.

    like: an earlier space; each direction points to the side to which that one's points. Where the states have fewer
    dimensions, the last directions are 0.
    """
    states = states.astype(np.float64)
    centre = states.mean(0)
    _left, _sizes, right = np.linalg.svd(states - centre, full_matrices=False)
    directions = np.zeros((count, states.shape[1]))
    directions[: len(right)] = right[:count]
    for k, direction in enumerate(directions):
        if like is not None and k < len(like.directions):
            side = float(direction @ like.directions[k])
        else:
            side = float(direction[np.argmax(np.abs(direction))])
        if side < 0:
            directions[k] = -direction
    return Space(centre, directions)
