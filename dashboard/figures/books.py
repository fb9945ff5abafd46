"""The letters and conventions of the reader's book, as data: `letters` writes formulas and equations in them.

Every book writes the same affine map, one for each gate, in its own way; the rest follows from the names
of the gates and states. Lists of equations and the microscope are both written from these entries;
`book_notes` says in words where a book and this program differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.cells.conventions import TORCH, Convention


@dataclass(frozen=True)
class Notation:
    """matrices: W_ih, W_hh, b_ih and b_hh of a gate, LaTeX with {g} for the gate and {s} for the state;
    letters: gate -> what stands for {g}. names: quantity -> its letter, without the time step; carried: other
    letters, in a cell with a gate that carries h from step to step. pre_activation: of a gate, with {g}.
    output: the letters of the output, its matrix and its bias, with {s}; target: what is right.
    convention: what the book writes the other way round.
    """

    title: str
    matrices: tuple[str, str, str, str]
    names: Mapping[str, str]
    output: tuple[str, str, str]
    target: str
    x: str = "x"
    pre_activation: str = "a^{{{g}}}"
    letters: Mapping[str, str] | None = None
    carried: Mapping[str, str] | None = None
    convention: Convention = TORCH
    state_first: bool = False  # W h before W x
    rows: bool = False  # sequences are rows, so that a vector stands before its matrix
    superscript: bool = False  # the time step stands above, in angle brackets
    resets: str = (
        ""  # where the book's own GRU resets: "before" or "after" the product; "": it has none
    )


_PLAIN = {name: name for name in ("h", "c", "i", "f", "g", "o", "r", "z", "n", "a", "q", "u")}

NOTATIONS: dict[str, Notation] = {
    "torch": Notation(
        "torch: W_ih, W_hh, h",
        ("W_{{i{g}}}", "W_{{h{g}}}", "b_{{i{g}}}", "b_{{h{g}}}"),
        _PLAIN,
        ("y", "W_y", "b_y"),
        "y^*",
        resets="after",
    ),
    "uvw": Notation(
        "U, W, V: h = f(U x + W h)",
        ("U_{{{g}}}", "W_{{{g}}}", "b_{{{g}}}", "b'_{{{g}}}"),
        _PLAIN,
        ("y", "V", "b_y"),
        "y^*",
        letters={"h": ""},
        convention=Convention(one_bias=True),
    ),
    "gamma": Notation(
        "a, W_aa, W_ax, W_ya, Γ",
        ("W_{{{g}x}}", "W_{{{g}{s}}}", "b_{{{g}}}", "b'_{{{g}}}"),
        {
            **{"h": "a", "c": "c", "g": r"\tilde c", "n": r"\tilde c"},
            **{"i": r"\Gamma_u", "f": r"\Gamma_f", "o": r"\Gamma_o"},
            **{"r": r"\Gamma_r", "z": r"\Gamma_u"},
            **{"a": "s", "q": "q", "u": "u"},  # a is their state
        },
        (r"\hat y", "W_{{y{s}}}", "b_y"),
        "y",
        pre_activation="s_{g}",
        letters={"h": "a", "n": "c", "g": "c", "z": "u", "i": "u"},
        carried={"h": "c"},
        convention=Convention(inverted=frozenset("z"), one_bias=True),
        state_first=True,
        superscript=True,
        resets="before",
    ),
    "d2l": Notation(
        "H, R, Z: rows are sequences",
        ("W_{{x{g}}}", "W_{{h{g}}}", "b_{{{g}}}", "b'_{{{g}}}"),
        {
            **{name: name.upper() for name in ("h", "c", "i", "f", "o", "r", "z", "a", "q", "u")},
            **{"g": r"\tilde C", "n": r"\tilde H"},
        },
        (r"\hat Y", "W_{{hq}}", "b_q"),
        "Y",
        x="X",
        pre_activation="A^{{{g}}}",
        letters={"n": "h", "g": "c"},
        convention=Convention(one_bias=True),
        rows=True,
        resets="before",
    ),
}
