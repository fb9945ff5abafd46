"""Where course notes on recurrent networks often slip, said beside the equations that show it rightly."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.cells import CELLS, Cell
from dashboard.common.i18n import _, join_sentences
from dashboard.figures.books import NOTATIONS


def slip_note(cell: str, options: Mapping[str, Any], notation: str, sizes: tuple[int, int]) -> str:
    """In sentences. sizes: numbers at each step, and units."""
    built = CELLS[cell](**options)
    return join_sentences(_notes(built, notation, sizes))


def _notes(cell: Cell, notation: str, sizes: tuple[int, int]) -> Iterator[str]:
    inputs, units = sizes
    yield _("If your notes say it otherwise:")
    if NOTATIONS[notation].state_first:
        yield _(
            "[a, x] is a and x one above the other, so W_a [a, x] = W_aa a + W_ax x; the bracket joins two vectors, it does not "
            "add them."
        )
    yield _(
        "A matrix has a column for each number that it is multiplied with and a row for each unit: from the input {units} × "
        "{inputs}, from state to state {units} × {units}. With two numbers at each step it has two columns, not one.",
        units=units,
        inputs=inputs,
    )
    if cell.gates:
        yield _(
            "⊙ multiplies number by number, so a gate is a row of switches, one for each unit. A dot product would give a single "
            "number."
        )
    if "f" in cell.gates and "i" in cell.gates:
        yield _("What forgets is the forget gate f; the input gate i lets new content in.")
    if "c" in cell.states:
        yield _(
            "The cell state c carries activations of the sequence that is read just now. Weights change only with an update, and "
            "are the same at every step."
        )
    if cell.gates and "o" not in cell.gates:
        yield _(
            "It has no output gate: every unit of the state is read as it is. An LSTM's o decides how much of c is seen."
        )


def parameter_slip_note() -> str:
    """Of a sum that is printed as a product, beside the numbers of parameters."""
    return _(
        "A GRU of 32 units on 32 inputs with one bias for each gate has 3 × ((32 + 32) × 32 + 32) = 6,240. Inputs and states "
        "are joined, 32 + 32; notes that print 32 × 32 there mean the same 6,240. Keras counts 6,336, because its GRU has two "
        "biases today."
    )
