"""The error cliff: plain gradient descent is thrown off it, clipping is not.

Pascanu, Mikolov and Bengio (2013, equation 8 and figure 6): one unit, 50 steps, a loss on the last state.
No times: the figures are the same on every machine up to rounding.
"""

from argparse import Namespace

import numpy as np

from benchmarks._harness.result import Figure, Result
from core.analysis.error_cliff import CLIP_AT, LEARNING_RATE, UPDATES, descend


def measure(_arguments: Namespace) -> Result:
    """Both descents, as figures."""
    plain, clipped = descend(), descend(clip_at=CLIP_AT)
    w, b = plain.points[plain.thrown]
    moved = np.linalg.norm(np.diff(clipped.points, axis=0), axis=1)
    return Result(
        figures={
            "rate": Figure("learning rate", LEARNING_RATE, "g"),
            "w_begin": Figure("w at the start", float(plain.points[0, 0]), "g"),
            "b_begin": Figure("b at the start", float(plain.points[0, 1]), "g"),
            "thrown": Figure("plain: the update that is thrown", plain.thrown),
            "norm": Figure("plain: norm of its gradient", float(plain.norms.max()), ".1f"),
            "w": Figure("plain: w after it", float(w), ".2f"),
            "b": Figure("plain: b after it", float(b), ".2f"),
            "plateau": Figure("plain: loss at the end", float(plain.losses[-1]), ".3f"),
            "clip_at": Figure("clipped at norm", CLIP_AT, "g"),
            "updates": Figure("updates", UPDATES),
            "cut": Figure("clipped: updates that are cut", int(clipped.clipped.sum())),
            "longest": Figure("clipped: the longest of them", float(moved.max()), ".2g"),
            "end": Figure("clipped: loss at the end", float(clipped.losses[-1]), ".1e"),
        }
    )
