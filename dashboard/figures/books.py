"""The letters of the reader's book, as data: `formula_latex` prints a cell's equations in them.

Every book writes the same affine map, one for each gate, in its own way; the rest follows from the names
of the gates and states. Where a book turns a convention round, a note says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.common.i18n import _


@dataclass(frozen=True)
class Notation:
    """matrices: W_ih, W_hh, b_ih and b_hh of a gate, LaTeX with {g} for the gate and {s} for the state;
    letters: gate -> what stands for {g}. names: quantity -> LaTeX at step t; carried: other names, in a
    cell with a gate that carries h from step to step. output: left and right side, with {h}; other_left:
    where a gate has that letter already. turned: gates that the book writes the other way round.
    """

    title: str
    matrices: tuple[str, str, str, str]
    names: Mapping[str, str]
    output: tuple[str, str]
    x: str = "x_t"
    letters: Mapping[str, str] | None = None
    carried: Mapping[str, str] | None = None
    other_left: str = ""
    state_first: bool = False  # W h before W x
    rows: bool = False  # sequences are rows, so that a vector stands before its matrix
    one_bias: bool = False
    superscript: bool = False  # the time step stands above, in angle brackets
    turned: frozenset[str] = frozenset()
    turned_note: str = ""
    reset_note: str = ""  # of a cell that resets after the product
    bias_note: str = ""


_T = r"^{\langle t \rangle}"
_PLAIN = {name: f"{name}_t" for name in ("h", "c", "i", "f", "g", "o", "r", "z", "n")}

NOTATIONS: dict[str, Notation] = {
    "torch": Notation(
        "torch: W_ih, W_hh, h",
        ("W_{{i{g}}}", "W_{{h{g}}}", "b_{{i{g}}}", "b_{{h{g}}}"),
        _PLAIN,
        ("y_t", "W_y {h} + b_y"),
    ),
    "uvw": Notation(
        "U, W, V: h = f(U x + W h)",
        ("U_{{{g}}}", "W_{{{g}}}", "b_{{{g}}}", "b'_{{{g}}}"),
        _PLAIN,
        ("y_t", "V {h} + c"),
        letters={"h": ""},
        one_bias=True,
        reset_note=_("The one inside the reset gate is left out."),
        bias_note=_("One bias stands for torch's two."),
    ),
    "gamma": Notation(
        "a, W_aa, W_ax, W_ya, Γ",
        ("W_{{{g}x}}", "W_{{{g}{s}}}", "b_{{{g}}}", "b'_{{{g}}}"),
        {
            **{"h": f"a{_T}", "c": f"c{_T}", "g": rf"\tilde c{_T}", "n": rf"\tilde c{_T}"},
            **{
                "i": r"\Gamma_u",
                "f": r"\Gamma_f",
                "o": r"\Gamma_o",
                "r": r"\Gamma_r",
                "z": r"\Gamma_u",
            },
        },
        (rf"\hat y{_T}", r"W_{{ya}} {h} + b_y"),
        x=f"x{_T}",
        letters={"h": "a", "n": "c", "g": "c", "z": "u", "i": "u"},
        carried={"h": f"c{_T}"},
        state_first=True,
        one_bias=True,
        superscript=True,
        turned=frozenset("z"),
        turned_note=_(
            "In a GRU these books call the state c, and their Γ_u is 1 − z: it opens for the new value. "
            "The page shows z, which opens for the old one."
        ),
    ),
    "d2l": Notation(
        "H, R, Z: rows are sequences",
        ("W_{{x{g}}}", "W_{{h{g}}}", "b_{{{g}}}", "b'_{{{g}}}"),
        {
            **{name: f"{name.upper()}_t" for name in ("h", "c", "i", "f", "o", "r", "z")},
            **{"g": r"\tilde C_t", "n": r"\tilde H_t"},
        },
        ("O_t", "{h} W_{{hq}} + b_q"),
        x="X_t",
        letters={"n": "h", "g": "c"},
        other_left=r"\hat Y_t",
        rows=True,
        one_bias=True,
        reset_note=_(
            "The reset gate acts before the product in this book: choose reset = before for the same cell."
        ),
    ),
}
