"""Numbers of a worked formula that a reader fills in: what counts as right, and what a wrong one looks like.

answer = read_answer("−0.42")                      # ValueError with a sentence for "abc" or 1e400
is_right(answer, -0.4213)                          # within 5 %
find_slip(answer, explanation)                     # Slip("sign"), Slip("factor", term=0, factor=2), ...
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..common.checks import shorten
from ..common.messages import say
from .explanation import Explanation, WeightExplanation

Degree = Literal["worked", "half", "empty"]  # how much of a formula is given
DEGREES: tuple[Degree, ...] = ("worked", "half", "empty")

TOLERANCE = 0.05  # of the number itself
ZERO_TOLERANCE = 0.0005  # where the number is exactly 0
MAX_CHARACTERS = 40
MAX_SIZE = 1e300
NUMBER = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:e([+-]?[0-9]{1,9}))?")
POWER = re.compile(r"(?:[x×*·]10\^?)\(?([+-]?[0-9]{1,9})\)?")

SlipKind = Literal[
    "sign", "exponent", "phi", "term", "only", "factor", "opposite", "larger", "smaller", "near"
]


@dataclass(frozen=True)
class Slip:
    """What went wrong, as far as the number tells.

    sign: all right but the sign. exponent: off by a power of ten, `power`. phi: the sum inside, without its function.
    term: this term was left out; only: this term alone; factor: this factor of this term was left out.
    opposite: of the other sign and another size; larger, smaller: more than three times; near: neither.
    """

    kind: SlipKind
    term: int = 0
    factor: int = 0
    power: int = 0


def read_answer(text: str) -> float:
    """The number that a reader typed: 0.42, −0.42, 0,42, 4.2e-3, 4.2·10^-3. ValueError with a sentence for others."""
    plain = "".join(text.split()).replace("−", "-").replace("–", "-").replace(",", ".").lower()
    match = NUMBER.fullmatch(POWER.sub(r"e\1", plain))
    if match is None or len(text) > MAX_CHARACTERS:
        raise ValueError(
            say(
                "Your number: expected one such as −0.42 or 3e-5, got {text}. Type digits.",
                text=shorten(text),
            )
        )
    value = float(match[1]) * 10.0 ** _bounded(int(match[2] or 0)) if match[2] else float(match[1])
    if not abs(value) <= MAX_SIZE:
        raise ValueError(
            say(
                "Your number: expected one that a computer can hold, got {text}. Look at the power of ten.",
                text=shorten(text),
            )
        )
    return value


def _bounded(power: int) -> int:
    return max(-308, min(power, 308))


def is_right(answer: float, value: float) -> bool:
    """Whether the answer is within 5 % of the value; of exactly 0, within 0.0005."""
    allowed = TOLERANCE * abs(value) if value else ZERO_TOLERANCE
    return math.isfinite(value) and abs(answer - value) <= allowed


def find_slip(answer: float, value: float, explanation: Explanation | None = None) -> Slip:
    """What a wrong answer looks like. explanation: of the number, where it is the result of the formula."""
    if is_right(-answer, value):
        return Slip("sign")
    for wrong, slip in () if explanation is None else _wrong_results(explanation):
        differs = not is_right(wrong, value)
        if differs and wrong and (is_right(answer, wrong) or is_right(-answer, wrong)):
            return slip
    return _compare_size(answer, value)


def find_slip_of_sum(answer: float, weight: WeightExplanation) -> Slip:
    """What a wrong answer for a number of dW_hh looks like: mostly one step's term instead of the sum."""
    total = float(weight.terms.sum())
    if is_right(-answer, total):
        return Slip("sign")
    for t, term in enumerate(weight.terms.tolist()):
        if term and not is_right(term, total) and is_right(answer, term):
            return Slip("only", term=t)
    for t, term in enumerate(weight.terms.tolist()):
        if not is_right(total - term, total) and is_right(answer, total - term):
            return Slip("term", term=t)
    return _compare_size(answer, total)


def _wrong_results(explanation: Explanation) -> Iterator[tuple[float, Slip]]:
    """What the formula gives with one thing left out, each with its slip."""
    terms = explanation.terms
    inner = sum(term.value for term in terms)
    phi = explanation.formula.phi
    if phi:
        yield inner, Slip("phi")
        return
    for k, term in enumerate(terms):
        for j, (_factor, number, _place) in enumerate(term.factors):
            if number and len(term.factors) > 1:
                yield inner - term.value + term.value / number, Slip("factor", k, j)
    if len(terms) > 1:
        for k, term in enumerate(terms):
            yield inner - term.value, Slip("term", k)
        for k, term in enumerate(terms):
            yield term.value, Slip("only", k)


def _compare_size(answer: float, value: float) -> Slip:
    if not value:
        return Slip("larger")
    if not answer:
        return Slip("smaller")
    ratio = answer / value
    power = round(math.log10(abs(ratio))) if ratio else 0
    if power and is_right(abs(answer) / 10.0 ** _bounded(power), abs(value)):
        return Slip("exponent", power=power)
    if ratio < 0:
        return Slip("opposite")
    return Slip("larger" if ratio > 3 else "smaller" if ratio < 1 / 3 else "near")
