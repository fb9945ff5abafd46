"""Under the microscope nothing is a dead end: every way back ends at what is given."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.analysis.explanation import Explanation, Place
from core.analysis.head import LOSS, OUTPUT, OUTPUT_SUM, STEP_LOSS, TARGET
from core.analysis.inspection import inspect_trainer
from core.analysis.microscope import Microscope
from core.cells import CELLS
from core.cells.symbolic import Bias, Dot, Fraction, Peephole, Ref
from core.tasks import TASKS
from core.training.trainer import Experiment, Trainer

MOST = 400  # numbers that are looked at on one walk


def scope_of(**settings) -> Microscope:
    torch.set_num_threads(1)
    trainer = Trainer(Experiment(**{"hidden_size": 3, "batch_size": 2, **settings}))
    next(trainer)
    return Microscope(inspect_trainer(trainer))


def is_given(explained: Explanation, k: int) -> bool:
    """Whether a term without a way on is made of inputs, parameters, targets, hyperparameters, or of what is not there."""
    term = explained.terms[k]
    if isinstance(term.term, Bias) or term.note in ("first", "last", "cut", "silent", "apart"):
        return True
    if isinstance(term.term, Dot):
        return term.term.of == Ref("x")
    return bool(term.factors) and all(
        isinstance(factor, Fraction | Peephole) or factor == Ref(TARGET)
        for factor, _number, _place in term.factors
    )


def walk(scope: Microscope, start: Place) -> tuple[set[str], list[str]]:
    """(the names of the numbers on all ways back, the dead ends)."""
    seen, open_places, names, ends = {start}, [start], set(), []
    while open_places and len(seen) < MOST:
        place = open_places.pop()
        names.add(place.name)
        explained = scope.explain(place)
        if not np.isclose(explained.total, explained.value, rtol=2e-3, atol=1e-6):
            ends.append(f"{place}: {explained.total} for {explained.value}")
        for k, term in enumerate(explained.terms):
            if not term.places and not is_given(explained, k):
                ends.append(f"{place}: {term.term}")
            for onward in (*term.places[:1], *term.places[-1:]):
                if onward not in seen:
                    seen.add(onward)
                    open_places.append(onward)
    return names, ends


def ways_from(scope: Microscope) -> tuple[set[str], list[str]]:
    """From dh of every step, layer and direction."""
    all_names, all_ends = set(), []
    for part, stack in scope.stacks.items():
        for layer, direction in stack.arrays:
            for t in {stack.start, stack.start + stack.T // 2, stack.start + stack.T - 1}:
                names, ends = walk(scope, Place("dh", t, 1, part, layer, direction))
                all_names |= names
                all_ends += ends
    return all_names, all_ends


@pytest.mark.parametrize("task", TASKS)
def test_no_way_back_ends_before_what_is_given(task):
    names, ends = ways_from(scope_of(task=task))
    assert not ends
    assert {f"d{OUTPUT_SUM}", OUTPUT, OUTPUT_SUM, "h"} <= names


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    "settings",
    [
        {"task": "names", "bidirectional": True, "num_layers": 2},
        {"task": "names", "bidirectional": True, "combine": "sum"},
        {"task": "adding", "length": 7, "truncate": 3},
        {"task": "translate", "num_layers": 2},
        {"task": "translate", "attention": True, "num_layers": 2},
        {"task": "names", "recurrence": False, "num_layers": 2},
        {"task": "names", "window": 3, "num_layers": 2},
    ],
    ids=lambda settings: "-".join(map(str, settings.values())),
)
def test_nor_in_any_cell_or_architecture(cell, settings):
    names, ends = ways_from(scope_of(cell=cell, **settings))
    assert not ends
    assert names & {OUTPUT, "att"}


@pytest.mark.parametrize("task", TASKS)
def test_the_loss_is_torchs(task):
    """Each step's loss from the scores and the target by torch's own functions; their mean is the recorded one."""
    scope = scope_of(task=task)
    numbers, phi = scope.head_numbers, scope.head.phi
    part = scope.head.part
    losses = []
    for t in numbers.at:
        scores, targets = (torch.tensor(v[t]) for v in (numbers.scores, numbers.targets))
        expected = {
            "softmax": lambda s, y: F.cross_entropy(s[None], y.argmax()[None]),
            "sigmoid": F.binary_cross_entropy_with_logits,
            "identity": F.mse_loss,
        }[phi](scores, targets).item()
        explained = scope.explain(Place(STEP_LOSS, t, 0, part))
        assert explained.total == pytest.approx(expected, rel=1e-5)
        assert explained.value == pytest.approx(expected, rel=1e-4)
        losses.append(expected)
    whole = scope.explain(Place(LOSS, numbers.at[-1], 0, part))
    assert whole.value == pytest.approx(scope.reading.loss)
    assert whole.total == pytest.approx(np.mean(losses), rel=1e-5)
    assert walk(scope, whole.place)[1] == []


def test_a_step_without_a_loss_has_none():
    scope = scope_of(task="adding", length=6)
    with pytest.raises(LookupError, match="has a loss"):
        scope.explain(Place(STEP_LOSS, 0, 0))
