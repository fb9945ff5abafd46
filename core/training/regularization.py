r"""The regulariser of Pascanu, Mikolov & Bengio (2013) against vanishing gradients.

With a_t the pre-activation of a plain RNN, a_{t+1} = W phi(a_t) + ..., and d_t = dL/da_t for one sequence,

    Omega_t = ( ||(W^T d_{t+1}) * phi'(a_t)|| / ||d_{t+1}||  -  1 )^2

is 0 where the error has the same length at t as at t+1. Omega is the mean of Omega_t over
all sequences and pairs of steps at which an error arrives (the paper writes the sum; the authors' program
divides by that number, so that one weight suits every length).

As in the paper (section 3.3), only the "immediate" partial derivative with respect to W is taken: d and
phi' are held constant. With v = (W^T d) * phi', n = ||v|| / ||d||, it is for each pair

    dOmega_t/dW = 2 (n - 1) / (||v|| ||d||)  d (phi' * v)^T
"""

import torch
from torch import Tensor

from ..layers.recurrent import Recurrent

MIN_SQUARED_ERROR = 1e-20  # of ||d||^2, the authors' bound; below it no error arrives


def omega(weight: Tensor, errors: Tensor, slopes: Tensor) -> tuple[Tensor, Tensor]:
    """(Omega, its immediate gradient [H, H]).

    weight: W_hh [H, H]. errors: d_{t+1}, and slopes: phi'(a_t), both [P, H], a row for each pair of steps
    of each sequence. Where phi' stops an error altogether, Omega_t is 1 and has no gradient. Pairs
    without error, or with one that is not finite, are left out.
    """
    back = (errors @ weight) * slopes  # v, as rows
    error_norm, back_norm = errors.norm(dim=1), back.norm(dim=1)
    counted = (
        (error_norm.square() >= MIN_SQUARED_ERROR) & error_norm.isfinite() & back_norm.isfinite()
    )
    stretch = torch.where(counted, back_norm / error_norm, 1)
    factor = torch.where(counted & (back_norm > 0), 2 * (stretch - 1) / (back_norm * error_norm), 0)
    rows = torch.nan_to_num(factor.unsqueeze(1) * errors)
    gradient = rows.T @ torch.nan_to_num(slopes * back)
    pairs = counted.sum().clamp_min(1)
    return (stretch - 1).square().sum() / pairs, gradient / pairs


@torch.no_grad()
def add_omega(layer: Recurrent, strength: float, taught: int, steps: int) -> float:
    """Adds strength * dOmega/dW_hh of the recorded pass to the layer's gradient -> Omega.

    layer: one plain RNN layer whose backward pass has just been recorded. Of its sequences the first
    `taught` count, and of these the first `steps` steps.
    """
    recording = layer.recording
    grads = None if recording is None else recording["a"].grads
    if recording is None or grads is None or steps < 2:
        return 0.0
    weight = layer.weights()["weight_hh"]
    h = torch.tensor(recording["h"].values[: steps - 1, :taught]).flatten(0, 1)
    errors = torch.tensor(grads[1:steps, :taught]).flatten(0, 1)
    slopes = torch.empty_like(h)
    layer.cell.slope(h, slopes)  # pyright: ignore[reportAttributeAccessIssue]
    value, gradient = omega(weight, errors, slopes)
    if weight.grad is not None:
        weight.grad.add_(gradient, alpha=strength)
    return value.item()
