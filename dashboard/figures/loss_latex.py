r"""The loss in LaTeX, in the letters of a book: of one step with its numbers, and of a whole batch with its sizes.

loss_t = -\log \hat y_t[c]                     cross-entropy: of the class that is right
loss_t = (\hat y_t - y_t)^2                    squared error
L = 1/B sum_b 1/T sum_t loss_{b,t}
"""

from core.analysis.batch_axes import BatchAxes
from core.analysis.explanation import Explanation, TermValue
from core.analysis.head import LOSS, OUTPUT, OUTPUT_SUM, STEP_LOSS, TARGET
from core.cells.symbolic import OutputLoss
from dashboard.figures.letters import Letters
from dashboard.figures.number_writer import NumberWriter

MAX_PARTS = 4  # outputs or steps whose parts of the loss are written out
PHI_OF_KIND = {"class": "softmax", "yes": "sigmoid", "no": "sigmoid", "square": "identity"}


def is_loss(explanation: Explanation) -> bool:
    """Whether it is one of a loss."""
    return explanation.place.name in (STEP_LOSS, LOSS)


def step_loss_formula(phi: str, outputs: int, letters: Letters) -> str:
    """The loss of one step over all its outputs, of the output function phi."""
    y, target = letters.name(OUTPUT), letters.name(TARGET)
    if phi == "softmax":
        return rf"-\sum_k {target}[k] \log {y}[k]"
    share, indices, of = "", "", ""
    if outputs > 1:
        share, indices, of = rf"\tfrac{{1}}{{{outputs}}} ", r"\sum_k ", "[k]"
    if phi == "identity":
        return rf"{share}{indices}\left({y}{of} - {target}{of}\right)^2"
    parts = rf"{target}{of} \log {y}{of} + (1 - {target}{of}) \log(1 - {y}{of})"
    return rf"-{share}{indices}\left({parts}\right)"


def batch_loss_formula(axes: BatchAxes) -> str:
    """The mean over a batch: of the last steps, of all steps, or of those whose target is known."""
    sizes = rf"B = {axes.B},\ T = {axes.T}"
    over_sequences = r"\frac{1}{B} \sum_{b=1}^{B}"
    if axes.at == "last":
        return rf"L = {over_sequences} \mathrm{{loss}}_{{b,T}}, \qquad {sizes}"
    if axes.losses == axes.B * axes.T:
        over_steps = r"\frac{1}{T} \sum_{t=1}^{T}"
        return rf"L = {over_sequences} {over_steps} \mathrm{{loss}}_{{b,t}}, \qquad {sizes}"
    return rf"L = \frac{{1}}{{N}} \sum_{{b,t}} \mathrm{{loss}}_{{b,t}}, \qquad {sizes},\ N = {axes.losses}"


def output_formula(phi: str, letters: Letters) -> str:
    """The function of the output, number by number."""
    y, score = letters.name(OUTPUT), letters.name(OUTPUT_SUM)
    if phi == "softmax":
        return rf"{y}[k] = \frac{{e^{{{score}[k]}}}}{{\sum_j e^{{{score}[j]}}}}"
    return rf"{y} = \frac{{1}}{{1 + e^{{-{score}}}}}" if phi == "sigmoid" else f"{y} = {score}"


def score_formula(letters: Letters, bias: bool) -> str:
    """The scores that the function of the output is applied to."""
    affine = letters.affine(letters.output_matrix(), letters.name("h"))
    return f"{letters.name(OUTPUT_SUM)} = {affine}" + (
        f" + {letters.book.output[2]}" if bias else ""
    )


def loss_in_symbols(explanation: Explanation, letters: Letters) -> str:
    """The formula of a step's loss, general and for the target that is right here; or of the mean over the steps."""
    if explanation.place.name == LOSS:
        return rf"L = \frac{{1}}{{n}} \sum_t {letters.name(STEP_LOSS)}"
    kinds = [part.term.kind for part in explanation.terms if isinstance(part.term, OutputLoss)]
    loss, phi = letters.name(STEP_LOSS), PHI_OF_KIND[kinds[0]]
    line = f"{loss} = {step_loss_formula(phi, len(kinds), letters)}"
    if phi == "softmax":  # all other targets are 0
        unit = explanation.terms[0].places[0].unit
        line += rf" = -\log {letters.name(OUTPUT)}[{unit}]"
    return line


def loss_with_numbers(explanation: Explanation, letters: Letters, writer: NumberWriter) -> str:
    """The same with the numbers put in."""
    if explanation.place.name == LOSS:
        return _mean_with_numbers(explanation, letters, writer)
    parts = explanation.terms
    shown = [_part_with_numbers(part, letters, writer) for part in parts[:MAX_PARTS]]
    inner = " + ".join(shown).replace("+ -", "- ") + (r" + \dots" if len(parts) > MAX_PARTS else "")
    if len(parts) > 1:
        inner = rf"\tfrac{{1}}{{{len(parts)}}} \left({inner}\right)"
    return f"{inner} = {writer.alone(explanation.total, 'result', letters.name(STEP_LOSS))}"


def _part_with_numbers(part: TermValue, letters: Letters, writer: NumberWriter) -> str:
    assert isinstance(part.term, OutputLoss)
    (_ref, output, place), (_target, target, _nowhere) = part.factors
    unit = f"[{place.unit}]" if place is not None else ""
    y, name = letters.name(OUTPUT) + unit, letters.name(TARGET) + unit
    if part.term.kind == "square":
        difference = f"{writer.alone(output, 'slope', y)} - {writer.operand(target, 'other', name)}"
        return rf"\left({difference}\right)^2"
    inner = writer.alone(output, "slope", y)
    return rf"-\log({'1 - ' if part.term.kind == 'no' else ''}{inner})"


def _mean_with_numbers(explanation: Explanation, letters: Letters, writer: NumberWriter) -> str:
    (part,) = explanation.terms
    losses = [] if part.right is None else part.right.tolist()
    shown = " + ".join(
        writer.alone(loss, "state" if k == 0 else "other", letters.name_at(STEP_LOSS, place.t + 1))
        for k, (loss, place) in enumerate(zip(losses[:MAX_PARTS], part.places, strict=False))
    )
    dots = r" + \dots" if len(losses) > MAX_PARTS else ""
    total = writer.alone(explanation.total, "result", "L")
    if len(losses) == 1:
        return f"{shown} = {total}"
    return rf"\tfrac{{1}}{{{len(losses)}}} \left({shown}{dots}\right) = {total}"
