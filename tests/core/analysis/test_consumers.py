"""Where a number goes: the other way round than what the microscope says that it was computed from."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.analysis.consumers import find_consumers, find_fed_column
from core.analysis.explanation import Place
from core.analysis.inspection import inspect_trainer
from core.analysis.microscope import Microscope
from core.cells import CELLS
from core.training.trainer import Experiment, Trainer

NETWORKS: list[dict[str, Any]] = [
    *({"task": "names", "cell": cell} for cell in CELLS),
    {"task": "adding", "cell": "lstm", "peephole": True, "length": 6},
    {"task": "names", "cell": "gru", "reset": "before", "bidirectional": True, "num_layers": 2},
    {"task": "names", "cell": "lstm", "bidirectional": True, "combine": "sum"},
    {"task": "echo", "cell": "rnn", "num_layers": 3},
    {"task": "translate", "cell": "lstm", "attention": False},
]


def scope_of(settings: dict[str, Any]) -> Microscope:
    trainer = Trainer(Experiment(**{"hidden_size": 3, "batch_size": 4, **settings}))
    next(trainer)
    return Microscope(inspect_trainer(trainer))


def places_of(scope: Microscope) -> Iterator[Place]:
    """Every number of the last steps and the first ones that has a formula, head included."""
    for part, stack in scope.stacks.items():
        stop = stack.start + stack.T
        for t in sorted({stack.start, stack.start + 1, stop - 2, stop - 1}):
            for (layer, direction), formulas in stack.formulas.items():
                for name in formulas:
                    yield from (Place(name, t, u, part, layer, direction) for u in range(3))
            if scope.head is not None and part == scope.head.part:
                yield from (Place(name, t, 0, part) for name in ("a_y", "y"))
                if t in scope.reading.at:
                    yield Place("da_y", t, 0, part)


def sources(scope: Microscope, place: Place) -> set[Place]:
    """What the number was computed from, as the microscope says, in the same pass."""
    explanation = scope.explain(place)
    places = {source for term in explanation.terms for source in term.places}
    into_gradients = place.name.startswith("d")
    return {p for p in places if p.name.startswith("d") == into_gradients or p.name == "y"}


@pytest.mark.parametrize("settings", NETWORKS, ids=lambda s: "-".join(map(str, s.values())))
def test_a_number_goes_where_it_is_said_to_come_from(settings):
    scope = scope_of(settings)
    everywhere = {place: sources(scope, place) for place in places_of(scope)}
    wanted: dict[Place, set[Place]] = {}
    last = len(scope.inspection.symbols) - 1
    for target, places in everywhere.items():
        for source in places:
            ends = scope.head is not None and scope.head.ends and source.direction == "reverse"
            if target.name == "a_y" and ends and target.t != last:
                continue  # the reverse direction's end goes into every score; the one with the loss is told
            wanted.setdefault(source, set()).add(_quantity(target))
    checked = 0
    for source, quantities in wanted.items():
        if source not in everywhere:
            continue
        found = find_consumers(scope, source)
        assert all(source in sources(scope, target) for target in found)
        assert quantities <= {_quantity(target) for target in found}, source
        checked += 1
    assert checked > 40


def _quantity(place: Place) -> Place:
    """The quantity at its step, whichever unit stands for all."""
    return replace(place, unit=0)


def test_of_a_sum_the_largest_weight_stands_for_all():
    scope = scope_of({"task": "names", "cell": "lstm"})
    W = scope.stacks[""].weights[0, "forward"]["weight_hh"]
    found = find_consumers(scope, Place("h", 1, 2))
    forget = next(target for target in found if target.name == "a_f")
    assert forget == Place("a_f", 2, int(np.abs(W[3:6, 2]).argmax()))
    assert find_consumers(scope, Place("df", 1, 2)) == [Place("da_f", 1, 2)]
    back = [find_consumers(scope, Place("da_f", 2, unit)) for unit in range(3)]
    assert back == [[Place("dh", 1, int(np.abs(W[3 + u]).argmax()))] for u in range(3)]


def test_a_delta_adds_to_the_weights_of_its_gate():
    scope = scope_of({"task": "names", "cell": "lstm"})
    before = scope.reading.recording["h"].values[1, 0]
    assert find_fed_column(scope, Place("da_o", 2, 1)) == np.abs(before).argmax()
    assert find_fed_column(scope, Place("dc", 2, 1)) is None
    assert find_fed_column(scope, Place("h", 2, 1)) is None
    weight = scope.explain_weight(Place("da_o", 2, 1), 0)
    assert weight.delta_name == "da_o"


def test_a_place_that_is_none_is_refused():
    scope = scope_of({"task": "names", "cell": "rnn"})
    with pytest.raises(LookupError, match="place"):
        find_consumers(scope, Place("f", 0, 0))
