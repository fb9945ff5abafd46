r"""The sums of attention in LaTeX; Luong, Pham & Manning (2015) name the matrices W_a and W_c."""

from core.analysis.explanation import TermValue
from core.cells.symbolic import VectorSum
from dashboard.figures.letters import Letters

# left and right factor of a sum -> the sum
SUMS = {
    ("key", "h"): r"\mathrm{key}_s^\top h_t",
    ("key", "de"): r"\sum_s \mathrm{key}_s \, \mathrm{d}e_{ts}",
    ("query", "de"): r"\sum_t \mathrm{query}_t \, \mathrm{d}e_{ts}",
    ("att", "h"): r"\sum_s \alpha_{ts} \, \bar h_s",
    ("att", "dctx"): r"\sum_t \alpha_{ts} \, \mathrm{d}\mathrm{ctx}_t",
    ("h", "dctx"): r"\bar h_s^\top \mathrm{d}\mathrm{ctx}_t",
    ("minus att", "datt"): r"- \alpha_{ts} \sum_k \alpha_{tk} \, \mathrm{d}\alpha_{tk}",
    ("W_a", "h"): r"W_a \bar h_s",
    ("W_a back", "h"): r"W_a^\top h_t",
}
LEFT = {"minus att": "−α α", "att": "α", "W_c back": "W_c⊤", "W_y back": "W_y⊤", "W_a back": "W_a⊤"}


def is_sum(part: TermValue) -> bool:
    """Whether the term is one of attention."""
    return isinstance(part.term, VectorSum)


def sum_in_symbols(part: TermValue, letters: Letters) -> str:
    """The sum as a formula has it."""
    term = part.term
    assert isinstance(term, VectorSum)
    if (term.left, term.of.name) in SUMS:
        return SUMS[term.left, term.of.name]
    if term.left.startswith("W_y"):
        return letters.affine(
            letters.output_matrix(), letters.name(term.of.name), "back" in term.left
        )
    matrix = r"W_c^\top" if "back" in term.left else "W_c"
    return f"{matrix} {letters.name(term.of.name)}"


def factors_in_symbols(part: TermValue, letters: Letters) -> tuple[str, str]:
    """What is multiplied with what."""
    term = part.term
    assert isinstance(term, VectorSum)
    return LEFT.get(term.left, term.left), letters.name(term.of.name)
