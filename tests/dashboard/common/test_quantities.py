"""What the pages are told of a cell's quantities."""

from core.cells import CELLS
from dashboard.common.quantities import NAMES, describe_carry


def test_the_gate_that_carries_is_told_with_how_it_is_read():
    assert describe_carry(CELLS["gru"]()) == {"gate": "z", "keeps": True, "replaces": True}
    assert describe_carry(CELLS["lstm"]()) == {"gate": "f", "keeps": True, "replaces": False}
    assert describe_carry(CELLS["mgu"]()) == {"gate": "f", "keeps": False, "replaces": True}
    assert describe_carry(CELLS["rnn"]()) is None


def test_every_quantity_of_every_cell_has_a_name():
    for make in CELLS.values():
        assert set(make().quantities) <= set(NAMES)
