r"""Reads the LaTeX of a formula as a reader does, and computes it: symbols, +, -, products and functions.

    evaluate(r"W_{hf} h_{t-1} \odot (1 - z_t)", {"W_{hf}": ..., "h_{t-1}": ..., "z_t": ...})

Two symbols beside each other are a matrix product, in the order in which they stand.
"""

import re
from collections.abc import Mapping

import numpy as np

PHI = {
    r"\tanh": np.tanh,
    r"\sigma": lambda a: 1 / (1 + np.exp(-a)),
    r"\mathrm{relu}": lambda a: np.maximum(a, 0),
    r"\mathrm{hardsigmoid}": lambda a: np.clip(a / 6 + 0.5, 0, 1),
    r"\mathrm{softmax}": lambda a: np.exp(a) / np.exp(a).sum(),
}
INDEX = r"(?!\^2)[_^](?:\{\\langle [^}]*? \\rangle\}|\{[^{}]*\}|(?!\\)[A-Za-z0-9*])"
SYMBOL = rf"(?:\\mathrm\{{d\}})?(?:\\tilde |\\hat )?(?:\\Gamma|[A-Za-z])'?(?:{INDEX})*"
TOKEN = re.compile(
    rf"\s+|\\mathrm\{{(?:relu|hardsigmoid|softmax)\}}|\\tanh|\\sigma|\\odot|\^\\top|\^2|\\tfrac\{{\d+\}}\{{\d+\}}"
    rf"|\\big\|_\{{\\text\{{\w+\}}\}}|(?P<symbol>{SYMBOL})|\d+|[-+=()\[\]<>]"
)


def tokens(latex: str) -> list[str]:
    """The signs of a formula; AssertionError, with what is left, where it is written otherwise."""
    latex = re.sub(r"\\(?:begin|end)\{aligned\}|&|\\\\|\{\}\^\{\\,\\uparrow\}", "", latex)
    latex = re.sub(r"\\left|\\right|\\Big(?![a-z|])", "", latex)
    place, signs = 0, []
    while place < len(latex):
        match = TOKEN.match(latex, place)
        assert match, f"{latex[:place]} >>> {latex[place:]}"
        if match.group().strip():
            signs.append(match.group())
        place = match.end()
    return signs


def symbols(latex: str) -> list[str]:
    """The letters of a formula, with their indices."""
    return [sign for sign in tokens(latex) if re.fullmatch(SYMBOL, sign)]


def evaluate(latex: str, values: Mapping[str, np.ndarray]) -> np.ndarray:
    """The value of the formula. KeyError for a symbol that means nothing."""
    return _Reader(tokens(latex), values).sum()


class _Reader:
    def __init__(self, signs: list[str], values: Mapping[str, np.ndarray]):
        self.signs, self.values, self.place = signs, values, 0

    def next(self) -> str:
        return self.signs[self.place] if self.place < len(self.signs) else ""

    def take(self, wanted: str = "") -> str:
        sign = self.next()
        assert not wanted or sign == wanted, f"expected {wanted}, got {sign} in {self.signs}"
        self.place += 1
        return sign

    def sum(self):
        sign = -1 if self.next() == "-" and self.take() else 1
        total = sign * self.product()
        while self.next() in ("+", "-"):
            total = total + (1 if self.take() == "+" else -1) * self.product()
        return total

    def product(self):
        value = self.chain()
        while self.next() == r"\odot":
            self.take()
            value = value * self.chain()
        return value

    def chain(self):
        value = self.atom()
        while self.next() and self.next() not in ("+", "-", ")", "]", "<", ">", r"\odot"):
            other = self.atom()
            value = value @ other
        return value

    def atom(self):
        sign = self.take()
        if sign in PHI:
            self.take("(")
            value = PHI[sign](self.sum())
            self.take(")")
        elif sign == "(":
            value = self.sum()
            self.take(")")
        elif sign == "[" and self.next() == "0":
            self.take("0")
            self.take("<")
            value = self.sum()
            self.take("<")
            self.take("1")
            self.take("]")
            value = ((value > 0) & (value < 1)).astype(float)
        elif sign == "[":
            value = self.sum()
            self.take(">")
            self.take("0")
            self.take("]")
            value = (value > 0).astype(float)
        elif sign.isdigit():
            value = float(sign)
        elif sign.startswith(r"\tfrac"):
            above, below = re.findall(r"\d+", sign)
            value = int(above) / int(below)
        else:
            if self.next().startswith(r"\big|"):
                sign += self.take()
            value = self.values[sign]
        while self.next() in (r"^\top", "^2"):
            value = value.T if self.take() == r"^\top" else value**2
        return value
