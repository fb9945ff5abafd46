r"""The vocabulary of a cell's equations: its forward pass as data, from which everything else is written.

    {"a_f": Formula(affine("f")), "f": activated("a_f", "sigmoid"), ...}                forward, by hand
    with_gradients(cell.equations())["dc"]     dc_t = dh_t o_t phi'(c_t) + dc_{t+1} f_{t+1}, by the chain rule

The cells compute with fused operations over blocks; here the same equations stand one by one, as books
write them. The microscope puts numbers in, the pages print them in the letters of a book, the exported
script computes with them. `d` before a name is the total derivative of the loss.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Ref:
    """A recorded quantity, `shift` steps later than the step in question, as the cell counts steps."""

    name: str
    shift: int = 0


@dataclass(frozen=True)
class Complement:
    """1 - quantity."""

    of: Ref


@dataclass(frozen=True)
class Applied:
    """phi(quantity)."""

    phi: str
    of: Ref


@dataclass(frozen=True)
class Slope:
    """phi'(a), as a function of y = phi(a)."""

    phi: str
    of: Ref | Applied


@dataclass(frozen=True)
class Peephole:
    """The peephole weight of this unit; `gate` is one of the cell's `peepholes`."""

    gate: str


@dataclass(frozen=True)
class Fraction:
    """A number that is the same at every step: the share of one loss in a mean of losses."""

    above: int
    below: int


Factor = Ref | Complement | Applied | Slope | Peephole | Fraction


@dataclass(frozen=True)
class Product:
    """A product of factors of the same unit."""

    factors: tuple[Factor, ...]
    sign: int = 1


@dataclass(frozen=True)
class Dot:
    """sum_k W[unit, k] of_k over one gate's rows of a weight, or back through it: sum_k W[k, unit] of_k."""

    weight: str  # weight_ih or weight_hh
    gate: str  # the block of rows
    of: Ref
    back: bool = False


@dataclass(frozen=True)
class Bias:
    """One number of a bias."""

    bias: str
    gate: str


@dataclass(frozen=True)
class Direct:
    """What reaches h at its own step: from the head, from the layer above, or from a decoder."""


@dataclass(frozen=True)
class OutputLoss:
    """One output's part of a step's loss, from its output y and its target.

    kind: "class" for -log y of the class that is right, "yes" for -log y, "no" for -log(1 - y), "square" for
    (y - target)^2. share: that the part has of the loss.
    """

    kind: Literal["class", "yes", "no", "square"]
    share: Fraction


@dataclass(frozen=True)
class StepMean:
    """The mean of a quantity over the steps that have a loss."""

    of: Ref


Term = Product | Dot | Bias | Direct


@dataclass(frozen=True)
class VectorSum:
    """sum_k left_k of_k, of attention: left is a matrix ("W_c", "W_c back"), or numbers of the network themselves."""

    left: str
    of: Ref


HeadTerm = OutputLoss | StepMean | VectorSum  # beside a cell's own: of the loss, and of attention


@dataclass(frozen=True)
class Formula:
    """The quantity is phi(sum of the terms); phi is "" where there is none."""

    terms: tuple[Term, ...]
    phi: str = ""


Equations = dict[str, Formula]  # quantity -> its formula, in the order of computation


def affine(gate: str, of: Ref = Ref("h", -1)) -> tuple[Term, ...]:
    """W_i x + b_i + W_h of + b_h, for the rows of one gate."""
    return (*from_input(gate), *from_state(gate, of))


def from_input(gate: str) -> tuple[Term, ...]:
    """W_i x + b_i."""
    return Dot("weight_ih", gate, Ref("x")), Bias("bias_ih", gate)


def from_state(gate: str, of: Ref = Ref("h", -1)) -> tuple[Term, ...]:
    """W_h of + b_h."""
    return Dot("weight_hh", gate, of), Bias("bias_hh", gate)


def times(*factors: Factor) -> Product:
    """The product of the factors."""
    return Product(factors)


def activated(name: str, phi: str) -> Formula:
    """phi(name). A pre-activation has a name of its own, so phi stands before nothing but a name."""
    return Formula((times(Ref(name)),), phi)


def ref_of(factor: Factor) -> Ref | None:
    """The quantity in a factor; None for a weight or a fraction."""
    if isinstance(factor, Ref):
        return factor
    return None if isinstance(factor, Peephole | Fraction) else ref_of(factor.of)


def term_names(term: Term) -> set[str]:
    """The quantities of any step that a term is computed from."""
    if isinstance(term, Dot):
        return {term.of.name}
    return _names(term) if isinstance(term, Product) else set()


def with_gradients(forward: Equations) -> dict[str, Formula]:
    """The forward equations, then those of every quantity's gradient, the last quantity's first.

    By the chain rule: dy is the sum, over every term in which y stands, of the gradient of what the
    term belongs to times the term's derivative; for h, what reaches it directly comes first.
    """
    backward = {f"d{name}": Formula(tuple(_gradient(forward, name))) for name in reversed(forward)}
    return {**forward, **backward}


def _gradient(forward: Equations, name: str) -> Iterator[Term]:
    if name == "h":
        yield Direct()
    for of, formula in reversed(forward.items()):
        for term in reversed(formula.terms):
            if isinstance(term, Dot) and term.of.name == name:
                yield replace(term, of=Ref(f"d{of}", -term.of.shift), back=True)
            if isinstance(term, Product):
                yield from _through_product(name, Ref(f"d{of}"), of, formula.phi, term)


def _through_product(
    name: str, gradient: Ref, of: str, phi: str, product: Product
) -> Iterator[Product]:
    for k, factor in enumerate(product.factors):
        ref = ref_of(factor)
        if ref is None or ref.name != name:
            continue
        others = [*product.factors[:k], *product.factors[k + 1 :]]
        if phi:
            others.append(Slope(phi, Ref(of)))
        if isinstance(factor, Applied):
            others.append(Slope(factor.phi, factor))
        sign = -product.sign if isinstance(factor, Complement) else product.sign
        yield Product(tuple(_shifted(each, -ref.shift) for each in (gradient, *others)), sign)


def _shifted(factor: Factor, by: int) -> Factor:
    if isinstance(factor, Peephole | Fraction):
        return factor
    if isinstance(factor, Ref):
        return replace(factor, shift=factor.shift + by)
    return replace(factor, of=_shifted(factor.of, by))


def silent_quantities(forward: Equations, clamped: Iterable[str]) -> set[str]:
    """The quantities that influence nothing while the quantities `clamped` are constants.

    Whatever is computed from such a quantity is itself clamped or silent, and of the same unit.
    """
    clamped, quiet = {*clamped}, set[str]()
    uses = {name: list(_uses(forward, name)) for name in forward if name != "h"}
    while True:
        more = {
            name
            for name, ways in uses.items()
            if ways and all(same_unit and by in clamped | quiet for by, same_unit in ways)
        }
        if more <= quiet:
            return quiet
        quiet |= more


def _uses(forward: Equations, name: str) -> Iterator[tuple[str, bool]]:
    """What is computed from the quantity, and whether within the same unit (else from all units)."""
    for by, formula in forward.items():
        for term in formula.terms:
            if isinstance(term, Dot) and term.of.name == name:
                yield by, False
            if isinstance(term, Product) and name in _names(term):
                yield by, True


def _names(product: Product) -> set[str]:
    return {ref.name for factor in product.factors if (ref := ref_of(factor)) is not None}


def quantities_without_formula(forward: Equations, clamped: Iterable[str]) -> set[str]:
    """The quantities and gradients whose number no formula gives while the quantities `clamped` are set.

    Values: the clamped quantities and, for a clamped gate or candidate, what is computed with its rows of
    weights, which the intervention replaces. Gradients: those that would pass through a clamped quantity.
    """
    clamped = {*clamped}
    rows = clamped - {"h"}  # a state is set after it was computed: its weights are as they are
    replaced = {
        name
        for name, formula in forward.items()
        for term in formula.terms
        if isinstance(term, Dot | Bias) and term.gate in rows
    }
    into = {
        name
        for by in clamped
        for term in forward[by].terms
        if isinstance(term, Product)
        for name in _names(term)
    }
    return clamped | replaced | {f"d{name}" for name in into | silent_quantities(forward, clamped)}
