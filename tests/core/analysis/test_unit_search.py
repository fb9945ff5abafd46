"""The search finds the units that were planted, and no others."""

import numpy as np
import pytest
import torch

from core.analysis.unit_search import find_stretches, find_units, max_threshold
from core.layers.recording import Recording
from core.layers.recurrent import Recurrent
from core.layers.trace import Trace

T, B, H = 12, 3, 5


def planted(values: dict[str, np.ndarray], cell: str = "lstm", lengths=None) -> Trace:
    """A trace in which the quantities have the given values [T, B, H]; all others are 0."""
    layer = Recurrent(cell, 2, H)
    zero = torch.zeros(T, H, B)
    source = {name: zero for name in (*layer.cell.quantities, *layer.cell.details)}
    source |= {name: torch.tensor(array, dtype=torch.float32).mT for name, array in values.items()}
    ends = None if lengths is None else torch.tensor(lengths)
    trace = Trace(layer.cell, source, ends, False, B)
    assert np.array_equal(Recording({(0, "forward"): trace})["h"].values, source["h"].mT.numpy())
    return trace


def states() -> np.ndarray:
    """Unit 1 is on at steps 3..6 of sequence 0, unit 2 is its opposite; unit 3 is on everywhere.

    Unit 4 is on at 3..6 and once outside; unit 0 is on at 3..5 only.
    """
    h = np.full((T, B, H), 0.05)
    h[3:7, 0, 1] = 0.9
    h[3:7, 0, 2] = -0.7
    h[:, 0, 3] = 0.95
    h[3:7, 0, 4] = 0.8
    h[9, 0, 4] = 0.8
    h[3:6, 0, 0] = 0.99
    return h


def test_units_on_there_and_off_elsewhere():
    trace = planted({"h": states()})
    found = find_units(trace, "h", 3, 7, 0.5)
    assert [(f.unit, f.sign) for f in found] == [(1, 1), (2, -1)]
    assert [f.inside for f in found] == [1, 1]
    assert [f.outside for f in found] == [0, 0]
    assert [f.margin for f in found] == pytest.approx([0.85, 0.75])


def test_the_threshold_and_the_stretch_decide():
    trace = planted({"h": states()})
    assert [f.unit for f in find_units(trace, "h", 3, 7, 0.8)] == [1]
    assert [f.unit for f in find_units(trace, "h", 3, 6, 0.5)] == [0]
    assert [f.unit for f in find_units(trace, "h", 0, T, 0.5)] == [3]
    assert find_units(trace, "h", 7, 9, 0.5) == []
    assert find_units(trace, "h", 3, 7, 0.5, sequence=1) == []


def test_a_tolerance_lets_in_what_is_nearly_right_and_ranks_it_behind():
    trace = planted({"h": states()})
    found = find_units(trace, "h", 3, 7, 0.5, tolerance=0.13)
    assert [(f.unit, f.outside) for f in found] == [(1, 0), (2, 0), (4, 1 / 8)]
    found = find_units(trace, "h", 3, 7, 0.5, tolerance=0.25)
    assert [(f.unit, f.inside) for f in found] == [(1, 1), (2, 1), (4, 1), (0, 0.75)]


def test_a_gate_is_on_when_open_and_off_on_its_head_when_shut():
    f = np.full((T, B, H), 0.5)
    f[2:5, 0, 0] = 0.97
    f[2:5, 0, 3] = 0.03
    trace = planted({"f": f})
    assert [(u.unit, u.sign) for u in find_units(trace, "f", 2, 5, 0.9)] == [(0, 1), (3, -1)]
    assert max_threshold(trace, "f") == 1
    assert max_threshold(planted({"c": 3 * states()}), "c") == pytest.approx(2.97)


def test_steps_beyond_the_end_are_never_on():
    h = np.full((T, B, H), 0.9)
    trace = planted({"h": h}, lengths=[12, 4, 6])
    assert len(find_units(trace, "h", 0, 4, 0.5, sequence=1)) == H
    with pytest.raises(ValueError, match="end of the stretch: expected a whole number from 1 to 4"):
        find_units(trace, "h", 0, 5, 0.5, sequence=1)
    matches = find_stretches(trace, "h", 0, 1, 0.5, 4)
    assert matches.share == 1
    assert [(m.sequence, m.start, m.stop) for m in matches.best] == [
        (1, 0, 4),
        (2, 0, 6),
        (0, 0, 12),
    ]


def test_other_stretches_are_found_and_ranked_by_length_then_strength():
    h = np.zeros((T, B, H))
    h[1:5, 0, 2] = 0.6
    h[6:8, 0, 2] = 0.9
    h[0:4, 1, 2] = 0.8
    h[10:12, 2, 2] = 0.7
    h[0, 2, 2] = 0.5  # at the threshold: on
    trace = planted({"h": h})
    found = find_stretches(trace, "h", 2, 1, 0.5, length=4, each=9)
    assert found.stretches == 5
    assert found.share == pytest.approx(13 / (T * B))
    assert [(m.sequence, m.start, m.stop) for m in found.best] == [
        (1, 0, 4),
        (0, 1, 5),
        (0, 6, 8),
        (2, 10, 12),
        (2, 0, 1),
    ]
    assert found.best[0].mean == pytest.approx(0.8)
    few = find_stretches(trace, "h", 2, 1, 0.5, length=4, most=2)
    assert [m.sequence for m in few.best] == [1, 0]
    assert find_stretches(trace, "h", 2, -1, 0.5, 4).best == ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"start": -1}, "first step: expected a whole number from 0 to 11, got -1"),
        ({"start": 7}, "end of the stretch: expected a whole number from 8 to 12, got 7"),
        ({"threshold": float("nan")}, "threshold: expected a number"),
        ({"tolerance": 2}, "tolerance: expected a number from 0 to 1, got 2"),
        ({"sequence": 3}, "sequence: expected a whole number from 0 to 2, got 3"),
    ],
)
def test_a_stretch_that_is_not_there_is_refused(changes, sentence):
    asked = {"start": 3, "stop": 7, "threshold": 0.5} | changes
    with pytest.raises(ValueError, match=sentence):
        find_units(planted({"h": states()}), "h", **asked)


def test_an_unknown_quantity_is_refused():
    with pytest.raises(LookupError, match="quantity: expected one of"):
        find_units(planted({}), "q", 0, 2, 0.5)
