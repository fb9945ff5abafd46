"""The quantities of the cells, as a reader calls them: their names, and how the gate that carries the state is read."""

from typing import Any

from core.cells import CELLS, Cell
from dashboard.common.i18n import N_

NAMES = {
    "i": N_("input gate"),
    "f": N_("forget gate"),
    "o": N_("output gate"),
    "g": N_("candidate"),
    "r": N_("reset gate"),
    "z": N_("update gate"),
    "n": N_("candidate"),
    "c": N_("cell state"),
    "h": N_("hidden state"),
    "a": N_("pre-activation"),
}
for _make in CELLS.values():
    NAMES |= _make().quantity_names


def describe_carry(cell: Cell) -> dict[str, Any] | None:
    """Of the gate that carries the state: its letter, the state's, whether 1 keeps the old state (else 0 does), and
    whether new content replaces what is not kept (else it is erased). None for a cell without such a gate."""
    if cell.carry_gate is None:
        return None
    return {
        "gate": cell.carry_gate,
        "state": cell.states[-1],
        "keeps": cell.carry_keeps,
        "replaces": cell.carry_replaces,
    }
