"""States that a recurrent layer maps to themselves while its input stays the same, and what happens beside them.

    points = find_fixed_points(step_map(layer, (0, "forward"), x), starts)
    points[0].state, points[0].eigenvalues, points[0].kind

At a fixed point F(s) = s, where F is one step of the layer with its input held at x. A small distance from it grows or
shrinks along each eigenvector of the Jacobian dF/ds by that eigenvalue's size at every step: below 1 the state is
drawn back, above 1 it is driven away; a complex pair turns. Sussillo & Barak, "Opening the black box", 2013, minimise
q(s) = |F(s) - s|^2 / 2 from states that the network has been in; so does this, by Levenberg's and Marquardt's method.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..common.messages import say
from ..layers.plain_loop import step_plainly
from ..layers.recurrent import Recurrent

MAX_STATE = 256  # numbers of a state: beyond, the eigenvalues of many Jacobians take minutes
MAX_ROWS = 8192  # of states that one pass computes at a time
MAX_ITERATIONS = 100
MAX_STARTS, MAX_WORK = (
    40,
    60_000_000,
)  # searches, and N S^3 of them: what an iteration decomposes in a moment
RESIDUAL = 1e-9  # largest |F(s) - s| of a fixed point, in float64
SLOW = (
    1e-3  # largest |F(s) - s| of a slow point: the state moves, but so little that it looks at rest
)
REACH = 2  # most distance of a slow point from the centre of the starts, in that of the farthest start or in 1
SAME = 1e-4  # points nearer to each other than this share of their size are one

StepMap = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class FixedPoint:
    """A state at which the layer stays, or nearly so.

    state: float64 [S], h, or h followed by c. residual: the largest |F(s) - s|. eigenvalues: complex [S], the largest
    first, of dF/ds there. starts: how many of the searches ended here.
    """

    state: np.ndarray
    residual: float
    eigenvalues: np.ndarray
    starts: int

    @property
    def kind(self) -> str:
        """ "slow" where the state still moves; else "stable", "unstable", or "saddle" with both sorts of directions."""
        if self.residual > RESIDUAL:
            return "slow"
        grows = np.abs(self.eigenvalues) > 1
        return (
            "saddle" if grows.any() and not grows.all() else "unstable" if grows.all() else "stable"
        )

    @property
    def memory(self) -> float:
        """Steps after which the slowest distance that shrinks is e times smaller; inf where none shrinks so slowly
        that it is told from 1, 0 where all are gone after one step."""
        sizes = np.abs(self.eigenvalues)
        shrinking = sizes[sizes < 1]
        largest = float(shrinking.max(initial=0.0))
        return 0.0 if not largest else float("inf") if largest == 1 else -1 / float(np.log(largest))


def step_map(layer: Recurrent, key: tuple[int, str], x: np.ndarray) -> StepMap:
    """One step of one layer and direction, in float64, with its input held: states [N, S] -> [N, S].

    x: [I], what that layer reads at the step: see "x" of a recording. A state is h, or h followed by c. Weights and
    interventions are those of this moment. ValueError for a layer without recurrence, and for a state that is too
    large.
    """
    if not layer.recurrence:
        raise ValueError(
            say(
                "Fixed points: expected a layer with recurrence, got one whose steps begin from zeros."
            )
        )
    H, intervention = layer.sizes[key[0]], layer.intervention
    cell, clamps = layer.cell, None
    if intervention is not None:
        cell = intervention.computing_cell(cell)
        clamps = intervention.clamps_of(cell, H, *key)
    if (size := H * len(cell.states)) > MAX_STATE:
        raise ValueError(
            say(
                "Fixed points: expected a state of at most {most} numbers, got {got}. Choose fewer hidden units.",
                most=MAX_STATE,
                got=size,
            )
        )
    weights = {name: w.detach().double() for name, w in layer.step_weights(*key).items()}
    held = torch.as_tensor(x, dtype=torch.float64)

    def step(states: Tensor) -> Tensor:
        before = dict(zip(cell.states, states.split(H, 1), strict=True))
        values = step_plainly(cell, weights, held.expand(len(states), -1), before, clamps)
        return torch.cat([values[name] for name in cell.states], 1)

    return step


def jacobians_at(step: StepMap, states: Tensor) -> tuple[Tensor, Tensor]:
    """(F(s) [N, S], dF/ds [N, S, S], a row for each number of F) at the states [N, S]."""
    N, S = states.shape
    values, rows = [], []
    for part in states.split(max(1, MAX_ROWS // S)):
        copies = part.repeat_interleave(S, 0).requires_grad_()  # row k of the Jacobian from copy k
        result = step(copies).view(len(part), S, S)
        (gradient,) = torch.autograd.grad(result.diagonal(dim1=1, dim2=2).sum(), copies)
        values.append(result[:, 0].detach())
        rows.append(gradient.view(len(part), S, S))
    return torch.cat(values).view(N, S), torch.cat(rows).view(N, S, S)


def find_fixed_points(
    step: StepMap,
    starts: np.ndarray,
    turn: AbstractContextManager = nullcontext(),  # noqa: B008 (it holds nothing)
) -> list[FixedPoint]:
    """The fixed and slow points that a search from each of the states [N, S] ends at, the most frequent first.

    A search that ends at neither is left out, and so is a slow point far from all starts: where gates are saturated
    every state is slow, but no state of the network is there. turn: a context that is entered for each iteration, so that a shared
    machine can serve others in between.
    """
    begun = torch.as_tensor(starts, dtype=torch.float64)
    begun = begun[begun.isfinite().all(1)]
    if not len(begun):
        return []
    states = _minimise(step, begun, turn)
    values, J = jacobians_at(step, states)
    residuals = (values - states).abs().amax(1)
    centre = begun.mean(0)
    farthest = (begun - centre).norm(dim=1).max().clamp(min=1)
    is_near = (states - centre).norm(dim=1) <= REACH * farthest
    is_slow = (residuals <= SLOW) & is_near
    usable = ((residuals <= RESIDUAL) | is_slow) & J.isfinite().all(2).all(1)
    states, J, residuals = states[usable], J[usable], residuals[usable]
    # The exact ones first, so that a search that stopped beside one of them counts as its own.
    groups: list[list[int]] = []
    for k in residuals.argsort().tolist():
        group = next((g for g in groups if _are_same(states[g[0]], states[k])), None)
        if group is None:
            groups.append([k])
        else:
            group.append(k)
    points = []
    for group in groups:
        eigenvalues = np.linalg.eigvals(J[group[0]].numpy())
        order = np.argsort(-np.abs(eigenvalues), kind="stable")
        points.append(
            FixedPoint(
                states[group[0]].numpy(),
                float(residuals[group[0]]),
                eigenvalues[order].astype(complex),
                len(group),
            )
        )
    return sorted(points, key=lambda point: -point.starts)


def spread_starts(states: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """Of the states [N, S] as many as can be searched from, evenly spaced in their order."""
    states = np.asarray(states, dtype=np.float64)
    most = max(4, min(MAX_STARTS, MAX_WORK // max(1, states.shape[1]) ** 3))
    if len(states) <= most:
        return states
    return states[np.linspace(0, len(states) - 1, most).round().astype(int)]


def _are_same(one: Tensor, other: Tensor) -> bool:
    return bool((one - other).norm() <= SAME * (1 + one.norm()))


def _minimise(step: StepMap, states: Tensor, turn: AbstractContextManager) -> Tensor:
    """Each of the states [N, S] where q has become as small as it gets from there."""
    search = _Search(step, states.clone())
    for _ in range(MAX_ITERATIONS):
        with turn:
            search.move()
        if not search.active.any():
            break
    return search.states


class _Search:
    """The states on their way, each with a damping of its own; active: those that still move."""

    def __init__(self, step: StepMap, states: Tensor):
        self.step, self.states = step, states
        self.damping = torch.full((len(states),), 1e-2, dtype=states.dtype)
        self.active = torch.ones(len(states), dtype=torch.bool)

    def move(self) -> None:
        """One step of each active state, where it makes q smaller."""
        k = self.active.nonzero().flatten()
        values, J = jacobians_at(self.step, self.states[k])
        f, eye = values - self.states[k], torch.eye(J.shape[-1], dtype=J.dtype)
        A, q = J - eye, f.square().sum(1)
        gradient = (A.mT @ f.unsqueeze(2)).squeeze(2)
        normal = A.mT @ A + self.damping[k, None, None] * eye
        moved = self.states[k] - torch.linalg.solve(normal, gradient)
        with torch.no_grad():
            better = (self.step(moved) - moved).square().sum(1) < q
        self.states[k[better]] = moved[better]
        # Near the point Newton's own step, which is exact there; after a failed one a smaller step.
        damping = torch.where(better, self.damping[k] / 10, self.damping[k] * 10)
        self.damping[k] = damping.clamp(1e-14, 1e8)
        stuck = ~better & (damping >= 1e8)
        self.active[k[(q <= (RESIDUAL / 1e3) ** 2) | stuck | ~q.isfinite()]] = False
