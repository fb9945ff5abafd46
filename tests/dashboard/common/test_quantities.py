"""What the pages are told of a cell's quantities."""

from core.cells import CELLS
from dashboard.common.quantities import NAMES, describe_carry


def test_the_gate_that_carries_is_told_with_how_it_is_read():
    carries = {
        "gru": {"gate": "z", "state": "h", "keeps": True, "replaces": True},
        "lstm": {"gate": "f", "state": "c", "keeps": True, "replaces": False},
        "mgu": {"gate": "f", "state": "h", "keeps": False, "replaces": True},
    }
    assert {name: describe_carry(CELLS[name]()) for name in carries} == carries
    assert describe_carry(CELLS["rnn"]()) is None


def test_every_quantity_of_every_cell_has_a_name():
    for make in CELLS.values():
        assert set(make().quantities) <= set(NAMES)
