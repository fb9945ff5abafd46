"""What a reader of a book must know: where its conventions and this program's differ, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.cells import CELLS, Cell
from dashboard.common.i18n import N_, _, join_sentences
from dashboard.figures.books import NOTATIONS, Notation
from dashboard.figures.letters import Letters

OUTPUTS = {
    "softmax": N_("the softmax, which turns scores into probabilities of the classes"),
    "sigmoid": N_("the logistic function σ, which turns a score into the probability of yes"),
    "identity": N_("the identity: the output is a number"),
}

NORMALIZED = {
    "layer": N_(
        "Here the product of the input with its matrix is normalised before it is added: at each step over the units of "
        "a gate, then multiplied with a learned scale."
    ),
    "batch": N_(
        "Here the product of the input with its matrix is normalised before it is added: each unit over all steps of "
        "the batch, then multiplied with a learned scale."
    ),
}


def convention_note(
    cell: str,
    options: Mapping[str, Any],
    notation: str,
    output: str,
    bias: bool = True,
    normalization: str = "off",
) -> str:
    """The output function, the biases, the order of products, the conventions of the gates, and what is normalised."""
    built = CELLS[cell](**options)
    notes = [*_notes(NOTATIONS[notation], Letters(notation, built), output, bias)]
    if normalization != "off":
        notes.append(_(NORMALIZED[normalization]))
    return join_sentences(notes)


def _notes(book: Notation, letters: Letters, output: str, bias: bool) -> Iterator[str]:
    cell = letters.cell
    yield _(
        "The output function (g₂ in some books) belongs to the task; here it is {name}.",
        name=_(OUTPUTS[output]),
    )
    if book.rows:
        yield _(
            "Sequences are rows here, so a vector stands before its matrix, and each matrix is the transpose "
            "of torch's."
        )
    yield _describe_biases(book, cell) if bias else _("This network has no biases.")
    if book.state_first:
        yield _("Both matrices side by side are what these books call W_a = [W_aa, W_ax].")
    if cell.gates and cell.states[-1] == "h":
        yield from _describe_gates(book, letters, cell)


def _describe_biases(book: Notation, cell: Cell) -> str:
    apart = cell.options.get("reset") == "after"
    if not book.convention.one_bias:
        if apart:
            return _(
                "Of torch's two biases only the sum counts, except b_hn, which is multiplied by r."
            )
        return _("Of torch's two biases only the sum counts.")
    if apart:
        return _(
            "The book has one bias, torch two: b = b_ih + b_hh. The second bias of the candidate, written b′, "
            "stands inside the reset gate."
        )
    return _("The book has one bias, torch two: b = b_ih + b_hh.")


def _describe_gates(book: Notation, letters: Letters, cell: Cell) -> Iterator[str]:
    if letters.names["h"] != book.names["h"]:
        yield _("In a GRU these books call the state c.")
    carry = cell.carry_gate or ""
    if carry in book.convention.gates(cell):
        yield _(
            "Their Γ_u is 1 − z: near 1 it writes the new value. Its matrices and bias are torch's for z with "
            "the opposite sign. The pictures show z, which keeps the old state near 1."
        )
    elif cell.carry_keeps:
        yield _("{gate} near 1 keeps the old state.", gate=carry)
    else:
        yield _("{gate} near 1 overwrites the old state, near 0 keeps it.", gate=carry)
    reset = cell.options.get("reset")
    if reset == "after":
        yield _("This cell resets after the matrix product, as torch and cuDNN do.")
    elif reset == "before":
        yield _(
            "This cell resets before the matrix product, as Cho et al. (2014) do; torch resets after it."
        )
    if reset in ("after", "before") and book.resets and reset != book.resets:
        yield _("For the book's own cell choose reset = {reset}.", reset=book.resets)
