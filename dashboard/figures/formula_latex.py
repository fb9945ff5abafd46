"""A number's formula in LaTeX: in the symbols of the reader's book, and with the numbers put in."""

import numpy as np

from core.analysis.explanation import Explanation, TermValue
from core.analysis.head import OUTPUT, OUTPUT_SUM, STEP_LOSS
from core.cells.symbolic import Bias, Direct, Dot, Product, StepMean
from dashboard.common.i18n import _
from dashboard.figures import attention_latex, loss_latex
from dashboard.figures.letters import PHI, Letters
from dashboard.figures.number_writer import NumberWriter

TERMS_PER_LINE = 3  # terms of a formula


def formula_in_symbols(explanation: Explanation, letters: Letters) -> str:
    """The formula in the symbols of the book."""
    if loss_latex.is_loss(explanation):
        return loss_latex.loss_in_symbols(explanation, letters)
    parts = [term_in_symbols(part, letters) for part in _in_order(explanation, letters)] or ["0"]
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


def term_in_symbols(part: TermValue, letters: Letters) -> str:
    """One term of a formula in the symbols of the book."""
    term = part.term
    if attention_latex.is_sum(part):
        return attention_latex.sum_in_symbols(part, letters)
    if isinstance(term, Dot):
        above = r"{}^{\,\uparrow}" if part.note.endswith("above") else ""
        vector = letters.name(term.of.name, term.of.shift) + above
        matrix = letters.matrix(term.weight, term.gate)
        if part.note == "normalized above":
            return letters.affine(matrix, rf"\mathrm{{norm}}^\top\left({vector}\right)", term.back)
        product = letters.affine(matrix, vector, term.back)
        if part.note == "normalized":
            return rf"\mathrm{{norm}}\left({product}\right)"
        return product
    if isinstance(term, Bias):
        return letters.matrix(term.bias, term.gate)
    if isinstance(term, Direct):
        if part.left is not None:
            vector = letters.name(f"d{OUTPUT_SUM}")
            return letters.affine(letters.output_matrix(), vector, back=True)
        where = {"decoder": _("decoder"), "loss": _("loss")}.get(part.note, _("head"))
        return rf"{letters.name('dh')}\big|_{{\text{{{where}}}}}"
    assert isinstance(term, Product)
    return "-" * (term.sign < 0) + letters.product([*map(letters.factor, term.factors)])


def dot_symbols(part: TermValue, letters: Letters) -> tuple[str, str]:
    """(the matrix, what it is multiplied with) of a dot product."""
    if attention_latex.is_sum(part):
        return attention_latex.factors_in_symbols(part, letters)
    if isinstance(part.term, StepMean):
        return r"\tfrac{1}{n}", letters.name(STEP_LOSS)
    if isinstance(part.term, Direct):
        return letters.output_matrix() + r"^\top", letters.name(f"d{OUTPUT_SUM}")
    assert isinstance(part.term, Dot)
    term = part.term
    matrix = letters.matrix(term.weight, term.gate) + (r"^\top" if term.back else "")
    return matrix, letters.name(term.of.name, term.of.shift)


def dot_label(part: TermValue, letters: Letters) -> tuple[str, str]:
    """The same in HTML, for a picture."""
    matrix, vector = dot_symbols(part, letters)
    return _in_html(matrix), _in_html(vector)


def _in_html(latex: str) -> str:
    """The few forms that `Letters` writes, as Plotly prints them."""
    for command, text in (
        *((r"\mathrm{d}", "d"), (r"\langle ", "⟨"), (r" \rangle", "⟩"), (r"\top", "⊤")),
        *((r"\Gamma", "Γ"), (r"\tilde ", "~"), (r"\hat ", "^")),
        *((r"\tfrac{1}{n}", "1/n"), (r"\mathrm{loss}", "loss")),
        *((r"\alpha", "α"), (r"\mathrm{ctx}", "ctx")),
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


def formula_with_numbers(
    explanation: Explanation, letters: Letters, writer: NumberWriter | None = None
) -> str:
    """The formula with the numbers put in. writer: leaves blanks; afterwards it knows which."""
    writer = writer or NumberWriter()
    if loss_latex.is_loss(explanation):
        return loss_latex.loss_with_numbers(explanation, letters, writer)
    parts = _in_order(explanation, letters)
    phi = explanation.formula.phi
    if phi == "softmax":
        return _softmax_with_numbers(explanation, letters, writer)
    several = len(parts) > 1 or any(len(part.factors) > 1 for part in parts)
    terms = [_term_with_numbers(part, letters, writer, several) for part in parts] or ["0"]
    are_sums = [bool(part.left is not None and len(part.left) > 2) for part in parts] or [False]
    total = writer.alone(explanation.total, "result", letters.name(explanation.place.name))
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


def _softmax_with_numbers(explanation: Explanation, letters: Letters, writer: NumberWriter) -> str:
    """The power of its own score over the sum of the powers of all, the largest of which are written out."""
    (part,) = explanation.terms
    scores = part.right
    assert scores is not None
    name = letters.name(OUTPUT_SUM if explanation.place.name == OUTPUT else "e")
    own = writer.alone(part.value, "state", f"{name}[{explanation.place.unit}]")
    largest = sorted(np.argsort(-scores)[: writer.products].tolist())
    powers = " + ".join(
        rf"e^{{{writer.alone(float(scores[k]), 'other', f'{name}[{k}]')}}}" for k in largest
    )
    dots = r" + \dots" if len(scores) > len(largest) else ""
    total = writer.alone(explanation.total, "result", letters.name(explanation.place.name))
    return rf"\frac{{e^{{{own}}}}}{{{powers}{dots}}} = {total}"


def _term_with_numbers(
    part: TermValue, letters: Letters, writer: NumberWriter, several: bool
) -> str:
    if part.left is not None and part.right is not None:
        return _dot_with_numbers(part, letters, writer)
    if part.factors:
        is_negative = isinstance(part.term, Product) and part.term.sign < 0
        write = writer.operand if is_negative or several else writer.alone
        last = len(part.factors) - 1
        factors = r" \cdot ".join(
            write(
                number,
                "slope" if 0 < k == last and not part.note else "other",
                letters.factor(factor),
            )
            for k, (factor, number, _place) in enumerate(part.factors)
        )
        sign = "-" if is_negative else ""
        annotation = rf"_{{\text{{{_note_text(part.note)}}}}}" if part.note else ""
        return rf"\underbrace{{{sign}{factors}}}{annotation}" if annotation else sign + factors
    write = writer.operand if several else writer.alone
    number = write(part.value, "other", term_in_symbols(part, letters))
    note = _note_text(part.note)
    return rf"\underbrace{{{number}}}_{{\text{{{note}}}}}" if note else number


def _dot_with_numbers(part: TermValue, letters: Letters, writer: NumberWriter) -> str:
    """The largest products of the sum, and the sum below them."""
    assert part.left is not None
    assert part.right is not None
    with np.errstate(all="ignore"):
        products = part.left * part.right
    if part.note in ("first", "last", "cut", "apart") and not products.any():
        zero = writer.alone(0.0, "sum", term_in_symbols(part, letters))
        return rf"\underbrace{{{zero}}}_{{\text{{{_note_text(part.note)}}}}}"
    matrix, vector = dot_symbols(part, letters)
    largest = np.argsort(-np.abs(products))[: writer.products]
    factors = " + ".join(
        writer.operand(float(part.left[k]), "other", f"{matrix}[{k}]")
        + r" \cdot "
        + writer.operand(
            float(part.right[k]), "state" if k == largest[0] else "other", f"{vector}[{k}]"
        )
        for k in sorted(largest.tolist())
    )
    dots = r" + \dots" if len(products) > len(largest) else ""
    total = writer.alone(part.value, "sum", term_in_symbols(part, letters))
    return rf"\underbrace{{{factors}{dots}}}_{{{total}}}"


def _note_text(note: str) -> str:
    return {
        "first": _("before the first step"),
        "last": _("after the last step"),
        "cut": _("truncated"),
        "apart": _("nothing is carried"),
        "silent": _("no loss here"),
        "normalized": _("normalised"),
        "normalized above": _("through the normalisation"),
    }.get(note, "")
