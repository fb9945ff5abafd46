"""The figures of saturation, of a cell with more gates and other letters than the shipped ones have."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from core.cells import CELLS
from dashboard.common import quantities
from dashboard.common.theme import INK
from dashboard.figures import saturation

GATES = ("i", "f", "o", "r", "k")


def test_every_gate_has_a_mark_and_a_new_letter_its_words(monkeypatch):
    half = SimpleNamespace(low=np.zeros(2), high=np.ones(2))
    monkeypatch.setattr(saturation, "saturation", lambda trace, gate: half)
    monkeypatch.setitem(quantities.NAMES, "k", "keep gate")
    trace: Any = SimpleNamespace(cell=SimpleNamespace(gates=GATES), H=2)
    marks = saturation.saturation_figure(trace, "five gates")["data"][1:]
    assert [each["name"][-1] for each in marks] == [*GATES]
    assert marks[-1]["name"] == "keep gate k"
    assert marks[-1]["marker"]["color"] == INK


def test_the_words_of_a_cells_letters_are_known():
    for make in CELLS.values():
        assert make().quantity_names.items() <= quantities.NAMES.items()
