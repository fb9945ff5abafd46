"""Every cell with its options, from the registry: what the contract tests are parametrised with."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from core.cells import CELLS
from core.common.options import Option, options_of

Case = tuple[str, dict[str, Any]]
CLOSE = 1e-9


def cases_of(name: str) -> Iterator[Case]:
    """All combinations of a cell's choices in which at most one function is another, and, with the rest as usual,
    each number given: a cell computes its functions one after the other, whichever they are."""
    options = options_of(CELLS[name])
    discrete = [option for option in options if option.kind != "number"]
    for values in itertools.product(*map(_values, discrete)):
        chosen = dict(zip((option.name for option in discrete), values, strict=True))
        others = [o.name for o in discrete if chosen[o.name] != o.default]
        if sum(other.endswith("activation") for other in others) < 2:
            yield name, chosen
    for option in options:
        if option.kind == "number":
            yield name, {option.name: 1.0}


def _values(option: Option) -> tuple[Any, ...]:
    return (False, True) if option.kind == "truth" else option.choices


OPTIONS: list[Case] = [case for name in CELLS for case in cases_of(name)]


def _is_usual(case: Case) -> bool:
    """Whether its functions and numbers are those that the cell begins with."""
    defaults = {option.name: option.default for option in options_of(CELLS[case[0]])}
    structure = ("peephole", "reset")
    return all(name in structure or value == defaults[name] for name, value in case[1].items())


# For what takes long and depends little on a cell's functions: `make test` tries each cell with its usual ones.
MOSTLY_LONG = [
    case if _is_usual(case) else pytest.param(case, marks=pytest.mark.long) for case in OPTIONS
]


def name_of(case: Case) -> str:
    cell, options = case
    return "-".join([cell, *(f"{name}={value}" for name, value in options.items())])


def assert_close(ours, theirs, what: str, tolerance: float = CLOSE) -> None:
    """ours: an array or tensor; what: the cell, the quantity and the step, for the sentence."""
    ours = torch.tensor(ours) if isinstance(ours, np.ndarray) else ours
    error = (ours - theirs).abs().max().item()
    assert error <= tolerance * max(1.0, theirs.abs().max().item()), f"{what}: off by {error:.1e}"
