"""A number of a recording, explained: its place, its formula, and the terms with their numbers."""

from dataclasses import dataclass

import numpy as np

from ..cells.symbolic import Factor, Formula, HeadTerm, Term


@dataclass(frozen=True)
class Place:
    """A quantity ("f", "dc", "a_i", ...) of one unit at one step (as the input counts them)."""

    name: str
    t: int
    unit: int
    part: str = ""
    layer: int = 0
    direction: str = "forward"


@dataclass(frozen=True)
class TermValue:
    """One term of the sum, with its numbers.

    value: what it adds. factors: (what it is, its number, where it comes from) of a product; left,
    right: of a dot product, the weights and what they are multiplied with; right alone: all scores of a softmax.
    places: what it was computed from. note: "first" or "last" where the sequence has no such step, "cut" where the
    gradient is truncated, "apart" where nothing is carried from step to step, "silent" where no loss is computed from
    the state directly, "above" for the layer above, "normalized" and "normalized above" where a normalisation stands between weights and sum, "decoder" for what comes back from one, "loss" where that is one
    of the states themselves; "" otherwise.
    """

    term: Term | HeadTerm
    value: float
    factors: tuple[tuple[Factor, float, Place | None], ...] = ()
    left: np.ndarray | None = None
    right: np.ndarray | None = None
    places: tuple[Place, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Explanation:
    """value: as recorded, in the microscope's convention; total: phi(sum of the terms); clamped: whether an intervention sets it."""

    place: Place
    formula: Formula
    value: float
    total: float
    terms: tuple[TermValue, ...]
    clamped: bool


@dataclass(frozen=True)
class WeightExplanation:
    """One number of dW_hh, step by step.

    gate: the block of rows; parameter, row: where torch has it. delta_name, state_name: of the two factors;
    deltas, states, terms [T], in the order of the input. state_steps: the step of each state, -1 or T before
    the first one that is read.
    """

    place: Place
    column: int
    gate: str
    parameter: str
    row: int
    delta_name: str
    state_name: str
    deltas: np.ndarray
    states: np.ndarray
    terms: np.ndarray
    state_steps: tuple[int, ...]
