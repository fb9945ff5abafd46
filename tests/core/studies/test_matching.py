"""What is made equal is equal: counts against torch's own, times against a clock that cannot err."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.parameters import count_parameters
from core.studies.matching import (
    equal_parameters,
    equal_time,
    equal_units,
    measure_interleaved,
)
from core.training.trainer import Experiment

CELLS: list[dict[str, Any]] = [
    {"cell": "rnn", "activation": "relu"},
    {"cell": "lstm"},
    {"cell": "lstm", "peephole": True, "forget_bias": 1.0},
    *({"cell": "gru", "reset": r} for r in ("after", "before", "none")),
]


@given(
    st.lists(st.sampled_from(CELLS), min_size=2, max_size=4),
    st.integers(1, 60),
    st.integers(1, 2),
    st.booleans(),
    st.sampled_from((0, 3)),
)
@settings(max_examples=40)
def test_no_other_hidden_size_is_nearer_to_the_most_parameters(cells, H, layers, both, first):
    shape = {"num_layers": layers, "bidirectional": both, "first_size": first}
    asked = [Experiment("adding", length=5, hidden_size=H, **shape, **cell) for cell in cells]
    target = max(map(count_parameters, asked))
    for before, after in zip(asked, equal_parameters(asked), strict=True):
        off = abs(count_parameters(after) - target)
        for other in (after.hidden_size - 1, after.hidden_size + 1):
            if other:
                assert off <= abs(count_parameters(after.but(hidden_size=other)) - target)
        assert after == before.but(hidden_size=after.hidden_size), "more than the size changed"
        assert after.hidden_size >= H


def test_more_units_than_there_may_be_are_refused():
    asked = [Experiment(cell=cell, hidden_size=1000, batch_size=1) for cell in ("rnn", "lstm")]
    with pytest.raises(ValueError, match="equal parameters: expected a hidden size up to 1024"):
        equal_parameters(asked)


def test_equal_units_are_the_most_units():
    asked = [Experiment(cell="rnn", hidden_size=7), Experiment(cell="gru", hidden_size=3)]
    assert [e.hidden_size for e in equal_units(asked)] == [7, 7]


class Clock:
    """Times by a formula: a start, and a slope in H, for each cell."""

    def __init__(self, **cells: tuple[float, float]):
        self.cells, self.calls = cells, 0

    def __call__(self, experiments) -> list[float]:
        self.calls += 1
        return [self.cells[e.cell][0] + self.cells[e.cell][1] * e.hidden_size for e in experiments]


def run(search):
    measurements = 0
    while True:
        try:
            next(search)
            measurements += 1
        except StopIteration as end:
            return end.value, measurements


def test_the_search_finds_the_hidden_size_that_takes_as_long():
    clock = Clock(rnn=(1.0, 0.01), lstm=(3.0, 0.05), gru=(2.5, 0.045))
    asked = [Experiment(cell=cell, hidden_size=32) for cell in ("rnn", "lstm", "gru")]
    found, measurements = run(equal_time(asked, clock))
    times = clock(found)
    assert found[1] == asked[1], "the slowest stays as it is"
    assert all(abs(t - times[1]) < 0.04 * times[1] for t in times)
    assert measurements == clock.calls - 1 < 20, "one pause after each measurement"


def test_a_cell_that_is_always_faster_is_refused_with_a_sentence():
    clock = Clock(rnn=(1.0, 0.0), lstm=(3.0, 0.0))
    asked = [Experiment(cell=cell, batch_size=1) for cell in ("rnn", "lstm")]
    with pytest.raises(ValueError, match="equal time: expected rnn to become as slow"):
        run(equal_time(asked, clock))


def test_times_are_of_the_updates_of_each():
    """Twenty times the work of a step, so that no noise of a shared machine can reverse it."""
    small = Experiment("adding", cell="rnn", length=20, hidden_size=2, batch_size=2)
    fast, slow = measure_interleaved([small, small.but(cell="lstm", hidden_size=300)])
    assert 0 < fast < slow
