"""How much of a gradient from the last state remains at each earlier one, from a few random directions.

    sampled = sample_products(layer, (0, "forward"))
    sampled.typical, sampled.error, sampled.at_least            # each [T]

The product of Jacobians P_t = d state_T / d state_t of a state of S numbers has S^2 of them at each step: too many of a
wide layer or a long sequence. One backward pass of m random orthonormal directions u at the last state gives u P_t at
every step. The mean of |u P_t|^2 estimates |P_t|_F^2 / S without bias (Hutchinson 1990), and the largest singular value
of these m rows is one that the largest of P_t is not below.

Where all numbers of u P_t are too small for the digits of their type (below 1.2e-38 in float32), they count as 0, as does
what comes before: what is left of their digits is rounding.
"""

from dataclasses import dataclass

import numpy as np
import torch

from ..layers.recurrent import Recurrent
from .gradients import BatchedBack, LayerKey

DIRECTIONS = 32


@dataclass(frozen=True)
class SampledProducts:
    """Of the products P_t, for each of the T steps as the cell saw them, the last one the identity.

    typical: the root of the mean of |u P_t|^2, by which a random gradient's norm is multiplied. error: its standard
    error. at_least: the largest singular value of P_t is not below it. directions: how many there were, of how many.
    """

    typical: np.ndarray
    error: np.ndarray
    at_least: np.ndarray
    directions: tuple[int, int]


def sample_products(
    layer: Recurrent, key: LayerKey, directions: int = DIRECTIONS, seed: int = 0
) -> SampledProducts:
    """From the layer's last pass over one sequence (B = 1), of full length. ValueError: there is no such pass."""
    linear = layer.linearization()[key]
    tape = linear.tape
    T, H, states = tape.T, tape.H, linear.cell.states
    S = H * len(states)
    m = min(directions, S)
    U = np.linalg.qr(np.random.default_rng(seed).standard_normal((S, m)))[0]
    many = BatchedBack(linear, m, 1)
    local = {name: tape[name].numpy()[..., None, :1] for name in many.given}
    grams = np.zeros((T, m, m))
    grams[T - 1] = np.eye(m)
    for k, state in enumerate(states):
        many.row(f"d{state}", T - 1)[..., 0] = U[k * H : (k + 1) * H]
    with np.errstate(all="ignore"):
        for t in range(T - 1, 0, -1):
            many.row("dh_prev", t)[:] = 0
            many.step(t, {name: rows[t] for name, rows in local.items()})
            parts = [many.row(f"d{state}_prev", t) for state in states]
            if not linear.recurrence:
                for part in parts:
                    part[:] = 0
            if all(np.abs(part).max() < np.finfo(part.dtype).tiny for part in parts):
                break  # the rest stays 0
            rows = np.concatenate(parts)[..., 0].astype(np.float64)
            grams[t - 1] = rows.T @ rows
        squares = np.diagonal(grams, axis1=1, axis2=2)  # [T, m], of |u P_t|^2
        typical = np.sqrt(squares.mean(1))
        # Of m orthonormal directions out of S: with all of them the mean is exact.
        spread = squares.std(1, ddof=1) if m > 1 else np.full(T, np.inf)
        left_out = np.sqrt(max(0.0, 1 - m / S))
        error = np.where(typical > 0, spread * left_out / np.sqrt(m) / (2 * typical), 0.0)
    return SampledProducts(typical, error, _largest(grams), (m, S))


def _largest(grams: np.ndarray) -> np.ndarray:
    """The root of the largest eigenvalue of each [m, m]; NaN where it is not finite."""
    largest = np.full(len(grams), np.nan)
    finite = np.isfinite(grams).all((1, 2))
    if finite.any():
        values = torch.linalg.eigvalsh(torch.from_numpy(grams[finite]))
        largest[finite] = values[:, -1].clamp(min=0).sqrt().numpy()
    return largest
