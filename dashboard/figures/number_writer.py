"""How the numbers of a formula are written: all of them, or some as blanks that the reader fills in.

A blank is a box with a letter; `NumberWriter.blanks` lists them in the order in which they are written.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.analysis.blanks import Degree

# result: of the whole formula. sum: of a dot product. slope: the last factor of a product, in a gradient the local
# derivative. state: the right factor of the first product that is written of a sum. other: any other number.
Role = Literal["result", "sum", "slope", "state", "other"]
HALF: frozenset[Role] = frozenset({"result", "slope", "state"})
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Blank:
    """index: of the number among all that the formula writes. letter: in its box. of: what it is the number of, LaTeX.

    is_open: it still has to be filled in.
    """

    index: int
    letter: str
    value: float
    role: Role
    of: str
    is_open: bool

    @property
    def box(self) -> str:
        """The box with its letter, LaTeX."""
        return rf"\boxed{{\,\mathsf{{{self.letter}}}\,}}"


@dataclass
class NumberWriter:
    """Writes the numbers of one formula. solved: index of a number that was filled in -> its value then."""

    degree: Degree = "worked"
    solved: Mapping[int, float] = field(default_factory=dict)
    blanks: list[Blank] = field(default_factory=list)
    _count: int = 0

    @property
    def open_blanks(self) -> list[Blank]:
        """Those that still have to be filled in."""
        return [blank for blank in self.blanks if blank.is_open]

    @property
    def hides_result(self) -> bool:
        """Whether the result is still to be found."""
        return any(blank.role == "result" for blank in self.open_blanks)

    @property
    def products(self) -> int:
        """How many products of a sum are written out, the largest."""
        return 3 if self.degree == "worked" else 4

    def alone(self, value: float, role: Role = "other", of: str = "") -> str:
        """A number that stands alone."""
        return self._blank(value, role, of) or number_latex(value)

    def operand(self, value: float, role: Role = "other", of: str = "") -> str:
        """A number in a sum or a product: a negative one has parentheses."""
        return self._blank(value, role, of) or operand_latex(value)

    def _blank(self, value: float, role: Role, of: str) -> str:
        """The box of a number that is hidden; "" of one that is shown."""
        index, self._count = self._count, self._count + 1
        is_asked = self.degree == "empty" or (self.degree == "half" and role in HALF)
        if not is_asked or not math.isfinite(value):
            return ""
        is_open = not math.isclose(self.solved.get(index, math.nan), value, rel_tol=1e-6)
        blank = Blank(index, _letter(len(self.blanks)), value, role, of, is_open)
        self.blanks.append(blank)
        return blank.box if is_open else ""


def _letter(number: int) -> str:
    """a, b, … z, a2, b2, …"""
    round_, place = divmod(number, len(LETTERS))
    return LETTERS[place] + (f"_{{{round_ + 1}}}" if round_ else "")


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
