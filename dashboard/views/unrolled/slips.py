"""What a wrong number looks like, in words that help: a sign, a power of ten, something left out."""

from collections.abc import Callable
from dataclasses import dataclass

from core.analysis.blanks import Slip
from core.analysis.explanation import Explanation
from dashboard.common.i18n import _
from dashboard.figures.formula_latex import term_in_symbols
from dashboard.figures.letters import PHI, Letters


@dataclass(frozen=True)
class FormulaWords:
    """The names, LaTeX, of what a formula is made of. phi: of its function; factor(term, factor); term(term)."""

    phi: str
    term: Callable[[int], str]
    factor: Callable[[int, int], str]


def words_of_formula(explanation: Explanation, letters: Letters) -> FormulaWords:
    """Of the number under the microscope."""
    terms = explanation.terms
    return FormulaWords(
        PHI.get(explanation.formula.phi, ""),
        lambda term: term_in_symbols(terms[term], letters),
        lambda term, factor: letters.factor(terms[term].factors[factor][0]),
    )


def words_of_sum(letters: Letters, term: str) -> FormulaWords:
    """Of a number of dW: a term for each step."""
    return FormulaWords("", lambda t: rf"{term}\big|_{{t={t + 1}}}", lambda _term, _factor: "")


def describe_slip(slip: Slip, words: FormulaWords | None = None) -> str:
    """A sentence for what the number tells."""
    if words is not None and slip.kind in ("phi", "term", "only", "factor"):
        return _describe_omission(slip, words)
    match slip.kind:
        case "sign":
            return _("The size is right, the sign is not: look for a minus.")
        case "exponent":
            return _(
                "The digits are right, but the decimal point is {n} places off: look at the power of ten.",
                n=abs(slip.power),
            )
        case "opposite":
            return _("It has the other sign, and another size. Which factor is negative?")
        case "larger":
            return _(
                "That is too large: the number is smaller in size. Is a factor below 1 missing?"
            )
        case "smaller":
            return _(
                "That is too small: the number is larger in size. Is a term of the sum missing?"
            )
    return _("That is near, with the right sign. Work with one more digit in each factor.")


def _describe_omission(slip: Slip, words: FormulaWords) -> str:
    match slip.kind:
        case "phi":
            return _(
                "That is the sum inside. What is asked for comes after the function: ${phi}$ of it.",
                phi=words.phi,
            )
        case "factor":
            return _(
                "It looks as if a factor were left out: ${factor}$.",
                factor=words.factor(slip.term, slip.factor),
            )
        case "only":
            return _(
                "That is one term alone, ${term}$. What is asked for is the sum of all of them.",
                term=words.term(slip.term),
            )
    return _(
        "It looks as if a term of the sum were left out: ${term}$.", term=words.term(slip.term)
    )
