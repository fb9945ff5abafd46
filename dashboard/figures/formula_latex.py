"""A number's formula in LaTeX: in the symbols of the reader's book, and with the numbers put in."""

from collections.abc import Callable

import numpy as np

from core.analysis.head import OUTPUT_SUM
from core.analysis.microscope import Explanation, TermValue
from core.cells.symbolic import Bias, Direct, Dot, Product
from dashboard.common.i18n import _
from dashboard.figures.letters import PHI, Letters

TERMS_PER_LINE = 3  # terms of a formula
MAX_PRODUCTS = (
    3  # products of a sum that are written out, the largest; the picture beside shows all
)


def number_latex(value: float) -> str:
    """A number that stands alone."""
    text = f"{value or 0.0:.3g}"  # -0.0 is 0
    if "e" in text:
        digits, power = text.split("e")
        text = rf"{digits} \cdot 10^{{{int(power)}}}"
    return text


def operand_latex(value: float) -> str:
    """A number in a sum or a product: a negative one has parentheses."""
    return rf"({number_latex(value)})" if value < 0 else number_latex(value)


def formula_in_symbols(explanation: Explanation, letters: Letters) -> str:
    """The formula in the symbols of the book."""
    parts = [_term(part, letters) for part in _in_order(explanation, letters)] or ["0"]
    outer = PHI[explanation.formula.phi]
    name = letters.name(explanation.place.name)
    if len(parts) <= TERMS_PER_LINE:
        inner = _joined(parts)
        return f"{name} = " + (rf"{outer}\left({inner}\right)" if outer else inner)
    lines = [parts[k : k + TERMS_PER_LINE] for k in range(0, len(parts), TERMS_PER_LINE)]
    inner = r" \\ & + ".join(map(_joined, lines)).replace("+ -", "- ")
    opening, closing = (rf"{outer}\Big(", r"\Big)") if outer else ("", "")
    return rf"\begin{{aligned}} {name} = {opening} & {inner}{closing} \end{{aligned}}"


def _joined(terms: list[str]) -> str:
    return " + ".join(terms).replace("+ -", "- ")


def _in_order(explanation: Explanation, letters: Letters) -> list[TermValue]:
    """The terms as the book orders them."""
    if explanation.place.name.startswith("d"):
        return [*explanation.terms]
    return sorted(explanation.terms, key=lambda part: letters.term_order(part.term))


def _term(part: TermValue, letters: Letters) -> str:
    term = part.term
    if isinstance(term, Dot):
        above = r"{}^{\,\uparrow}" if part.note == "above" else ""
        vector = letters.name(term.of.name, term.of.shift) + above
        return letters.affine(letters.matrix(term.weight, term.gate), vector, term.back)
    if isinstance(term, Bias):
        return letters.matrix(term.bias, term.gate)
    if isinstance(term, Direct):
        if part.left is not None:
            vector = letters.name(f"d{OUTPUT_SUM}")
            return letters.affine(letters.output_matrix(), vector, back=True)
        where = {"decoder": _("decoder"), "loss": _("loss")}.get(part.note, _("head"))
        return rf"{letters.name('dh')}\big|_{{\text{{{where}}}}}"
    return "-" * (term.sign < 0) + letters.product([*map(letters.factor, term.factors)])


def dot_label(part: TermValue, letters: Letters) -> tuple[str, str]:
    """(the matrix, what it is multiplied with) of a dot product, in HTML, for a picture."""
    if isinstance(part.term, Direct):
        return _in_html(letters.output_matrix() + r"^\top"), _in_html(
            letters.name(f"d{OUTPUT_SUM}")
        )
    assert isinstance(part.term, Dot)
    term = part.term
    matrix = letters.matrix(term.weight, term.gate) + (r"^\top" if term.back else "")
    return _in_html(matrix), _in_html(letters.name(term.of.name, term.of.shift))


def _in_html(latex: str) -> str:
    """The few forms that `Letters` writes, as Plotly prints them."""
    for command, text in (
        *((r"\mathrm{d}", "d"), (r"\langle ", "⟨"), (r" \rangle", "⟩"), (r"\top", "⊤")),
        *((r"\Gamma", "Γ"), (r"\tilde ", "~"), (r"\hat ", "^")),
    ):
        latex = latex.replace(command, text)
    html, k = "", 0
    while k < len(latex):
        if latex[k] in "_^" and k + 1 < len(latex) and latex[k + 1] not in "CHYcy":
            tag = "sub" if latex[k] == "_" else "sup"
            if latex[k + 1] == "{":
                end = latex.index("}", k)
                inner = latex[k + 2 : end]
            else:
                end, inner = k + 1, latex[k + 1]
            html += f"<{tag}>{inner}</{tag}>"
            k = end + 1
        else:
            html += latex[k]
            k += 1
    return html


def formula_with_numbers(explanation: Explanation, letters: Letters) -> str:
    """The formula with the numbers put in."""
    parts = _in_order(explanation, letters)
    several = len(parts) > 1 or any(len(part.factors) > 1 for part in parts)
    write_number = operand_latex if several else number_latex
    terms = [_term_with_numbers(part, write_number) for part in parts] or ["0"]
    are_sums = [bool(part.left is not None and len(part.left) > 2) for part in parts] or [False]
    total = number_latex(explanation.total)
    phi = explanation.formula.phi
    if phi == "softmax":
        score = explanation.terms[0].value
        log_sum = score - float(np.log(max(explanation.total, 1e-300)))
        return (
            rf"e^{{{number_latex(score)}}} \,\big/\, \textstyle\sum_k e^{{a_k}} = "
            rf"\exp({number_latex(score)} - {operand_latex(log_sum)}) = {total}"
        )
    lines: list[list[str]] = [[]]
    for text, long in zip(terms, are_sums, strict=True):
        if long and lines[-1]:  # a sum of products has a line of its own
            lines.append([])
        lines[-1].append(text)
    inner = r" \\ & + ".join(map(_joined, lines)).replace("+ -", "- ")
    outer = PHI[phi]
    if len(lines) == 1:
        return (rf"{outer}\left({inner}\right)" if outer else inner) + f" = {total}"
    opening, closing = (rf"{outer}\Big(", r"\Big)") if outer else ("", "")
    return rf"\small\begin{{aligned}} & {opening}{inner}{closing} = {total} \end{{aligned}}"


def _term_with_numbers(part: TermValue, write_number: Callable[[float], str]) -> str:
    if part.left is not None and part.right is not None:
        with np.errstate(all="ignore"):
            products = part.left * part.right
        if part.note in ("first", "last", "cut", "apart") and not products.any():
            return rf"\underbrace{{0}}_{{\text{{{_note_text(part.note)}}}}}"
        largest = np.argsort(-np.abs(products))[:MAX_PRODUCTS]
        factors = " + ".join(
            rf"{operand_latex(float(part.left[k]))} \cdot {operand_latex(float(part.right[k]))}"
            for k in sorted(largest)
        )
        rest = len(products) - len(largest)
        dots = r" + \dots" if rest > 0 else ""
        return rf"\underbrace{{{factors}{dots}}}_{{{number_latex(part.value)}}}"
    if part.factors:
        sign = "-" if isinstance(part.term, Product) and part.term.sign < 0 else ""
        write_factor = operand_latex if sign else write_number
        factors = r" \cdot ".join(write_factor(number) for _factor, number, _place in part.factors)
        annotation = rf"_{{\text{{{_note_text(part.note)}}}}}" if part.note else ""
        return rf"\underbrace{{{sign}{factors}}}{annotation}" if annotation else sign + factors
    return write_number(part.value)


def _note_text(note: str) -> str:
    return {
        "first": _("before the first step"),
        "last": _("after the last step"),
        "cut": _("truncated"),
        "apart": _("nothing is carried"),
    }.get(note, "")
