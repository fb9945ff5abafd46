r"""Every recorded quantity as a formula over other recorded quantities, for every cell.

    FORMULAS(cell)["c"]   c_t = f_t c_{t-1} + i_t g_t          as data: terms, each with what it refers to
    FORMULAS(cell)["dc"]  dc_t = dh_t o_t phi'(c_t) + dc_{t+1} f_{t+1}

The cells compute with fused operations over blocks; here the same equations stand one by one, as books
write them, so that a reader can click from a number to those that it was computed from
(`core.analysis.microscope` puts the numbers in). `d` before a name is the total derivative of the loss.
"""

from dataclasses import dataclass
from typing import Any

from . import Cell


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
    """The peephole weight of this unit; `gate` is i, f or o."""

    gate: str


Factor = Ref | Complement | Applied | Slope | Peephole


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


Term = Product | Dot | Bias | Direct


@dataclass(frozen=True)
class Formula:
    """The quantity is phi(sum of the terms); phi is "" where there is none."""

    terms: tuple[Term, ...]
    phi: str = ""


def FORMULAS(cell: Cell) -> dict[str, Formula]:
    """Quantity -> formula, forward in the order of computation, then backward."""
    return {"rnn": _rnn, "lstm": _lstm, "gru": _gru}[cell.name](cell.options)


def _affine(gate: str, of: Ref = Ref("h", -1)) -> tuple[Term, ...]:
    return (*_input(gate), *_state(gate, of))


def _input(gate: str) -> tuple[Term, ...]:
    return Dot("weight_ih", gate, Ref("x")), Bias("bias_ih", gate)


def _state(gate: str, of: Ref = Ref("h", -1)) -> tuple[Term, ...]:
    return Dot("weight_hh", gate, of), Bias("bias_hh", gate)


def _times(*factors: Factor, sign: int = 1) -> Product:
    return Product(factors, sign)


def _through(y: str, phi: str) -> Formula:
    """da_y = dy phi'(a_y)."""
    return Formula((_times(Ref(f"d{y}"), Slope(phi, Ref(y))),))


def _back(gate: str, d: str) -> Dot:
    """What the pre-activation of the next step returns to h."""
    return Dot("weight_hh", gate, Ref(d, 1), back=True)


def _rnn(options: dict[str, Any]) -> dict[str, Formula]:
    phi = options["activation"]
    return {
        "a": Formula(_affine("h")),
        "h": Formula((_times(Ref("a")),), phi),
        "dh": Formula((Direct(), _back("h", "da"))),
        "da": Formula((_times(Ref("dh"), Slope(phi, Ref("h"))),)),
    }


def _lstm(options: dict[str, Any]) -> dict[str, Formula]:
    phi = options["activation"]
    peep = options["peephole"]

    def seen(gate: str, shift: int) -> tuple[Term, ...]:
        return (_times(Peephole(gate), Ref("c", shift)),) if peep else ()

    def returned(*gates: tuple[str, int]) -> tuple[Term, ...]:
        found = (_times(Ref(f"da_{gate}", shift), Peephole(gate)) for gate, shift in gates)
        return tuple(found) if peep else ()

    return {
        "a_i": Formula((*_affine("i"), *seen("i", -1))),
        "a_f": Formula((*_affine("f"), *seen("f", -1))),
        "a_g": Formula(_affine("g")),
        "i": Formula((_times(Ref("a_i")),), "sigmoid"),
        "f": Formula((_times(Ref("a_f")),), "sigmoid"),
        "g": Formula((_times(Ref("a_g")),), phi),
        "c": Formula((_times(Ref("f"), Ref("c", -1)), _times(Ref("i"), Ref("g")))),
        "a_o": Formula((*_affine("o"), *seen("o", 0))),
        "o": Formula((_times(Ref("a_o")),), "sigmoid"),
        "h": Formula((_times(Ref("o"), Applied(phi, Ref("c"))),)),
        "dh": Formula((Direct(), *(_back(gate, f"da_{gate}") for gate in "ifgo"))),
        "do": Formula((_times(Ref("dh"), Applied(phi, Ref("c"))),)),
        "da_o": _through("o", "sigmoid"),
        "dc": Formula(
            (
                _times(Ref("dh"), Ref("o"), Slope(phi, Applied(phi, Ref("c")))),
                _times(Ref("dc", 1), Ref("f", 1)),
                *returned(("o", 0), ("i", 1), ("f", 1)),
            )
        ),
        "di": Formula((_times(Ref("dc"), Ref("g")),)),
        "df": Formula((_times(Ref("dc"), Ref("c", -1)),)),
        "dg": Formula((_times(Ref("dc"), Ref("i")),)),
        "da_i": _through("i", "sigmoid"),
        "da_f": _through("f", "sigmoid"),
        "da_g": _through("g", phi),
    }


def _gru(options: dict[str, Any]) -> dict[str, Formula]:
    reset = options["reset"]
    gates = "z" if reset == "none" else "rz"
    forward = {f"a_{gate}": Formula(_affine(gate)) for gate in gates}
    forward |= {gate: Formula((_times(Ref(f"a_{gate}")),), "sigmoid") for gate in gates}
    carried: tuple[Term, ...] = (_times(Ref("dh", 1), Ref("z", 1)),)
    inner: dict[str, Formula] = {}
    if reset == "after":
        forward["u"] = Formula(_state("n"))
        forward["a_n"] = Formula((*_input("n"), _times(Ref("r"), Ref("u"))))
        inner["du"] = Formula((_times(Ref("da_n"), Ref("r")),))
        inner["dr"] = Formula((_times(Ref("da_n"), Ref("u")),))
        carried += (_back("n", "du"),)
    elif reset == "before":
        forward["q"] = Formula((_times(Ref("r"), Ref("h", -1)),))
        forward["a_n"] = Formula(_affine("n", Ref("q")))
        inner["dq"] = Formula((Dot("weight_hh", "n", Ref("da_n"), back=True),))
        inner["dr"] = Formula((_times(Ref("dq"), Ref("h", -1)),))
        carried += (_times(Ref("dq", 1), Ref("r", 1)),)
    else:
        forward["a_n"] = Formula(_affine("n"))
        carried += (_back("n", "da_n"),)
    forward["n"] = Formula((_times(Ref("a_n")),), "tanh")
    forward["h"] = Formula((_times(Complement(Ref("z")), Ref("n")), _times(Ref("z"), Ref("h", -1))))
    backward = {
        "dh": Formula((Direct(), *carried, *(_back(gate, f"da_{gate}") for gate in gates))),
        "dn": Formula((_times(Ref("dh"), Complement(Ref("z"))),)),
        "dz": Formula((_times(Ref("dh"), Ref("h", -1)), _times(Ref("dh"), Ref("n"), sign=-1))),
        "da_n": _through("n", "tanh"),
        **inner,
        "da_z": _through("z", "sigmoid"),
    }
    if reset != "none":
        backward["da_r"] = _through("r", "sigmoid")
    return forward | backward
