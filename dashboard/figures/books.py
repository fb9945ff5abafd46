"""The cells' equations in the letters of the reader's book.

Every book writes the same affine map, one for each gate, in its own way; the rest follows from the names
of the gates and states. Where a book turns a convention round, `note` below says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.common.i18n import _


@dataclass(frozen=True)
class Notation:
    """affine(gate, what): the pre-activation of a gate from input and state, LaTeX; what is "" for all of
    it, "x" for the input's part and "h" for the state's. names: gate or state -> LaTeX at step t.
    """

    title: str
    affine: Callable[[str, str], str]
    names: dict[str, str]
    before: dict[str, str]  # states at step t - 1
    output: str
    gru_note: str = ""
    bias_note: str = ""


def _torch(gate: str, what: str) -> str:
    g = "" if gate == "h" else gate
    x, h = (
        rf"W_{{i{g or 'h'}}} x_t + b_{{i{g or 'h'}}}",
        rf"W_{{h{g or 'h'}}} h_{{t-1}} + b_{{h{g or 'h'}}}",
    )
    return {"x": x, "h": h, "": f"{x} + {h}"}[what]


def _uvw(gate: str, what: str) -> str:
    g = "" if gate == "h" else rf"_{{{gate}}}"
    x, h = rf"U{g} x_t + b{g}", rf"W{g} h_{{t-1}}"
    return {"x": x, "h": h, "": f"{x} + {h}"}[what]


def _gamma(gate: str, what: str) -> str:
    letter = {"h": "a", "n": "c", "g": "c", "z": "u", "i": "u"}.get(gate, gate)
    state = "a" if gate in ("h", "i", "f", "g", "o") else "c"
    if letter == "a":
        x, h = r"W_{ax} x^{\langle t \rangle} + b_a", r"W_{aa} a^{\langle t-1 \rangle}"
    else:
        x = rf"W_{{{letter}x}} x^{{\langle t \rangle}} + b_{letter}"
        h = rf"W_{{{letter}{state}}} {state}^{{\langle t-1 \rangle}}"
    return {"x": x, "h": h, "": f"{h} + {x}"}[what]


def _d2l(gate: str, what: str) -> str:
    letter = {"n": "h", "g": "c"}.get(gate, gate)
    x, h = rf"X_t W_{{x{letter}}} + b_{letter}", rf"H_{{t-1}} W_{{h{letter}}}"
    return {"x": x, "h": h, "": f"{x} + {h}"}[what]


_T = r"^{\langle t \rangle}"
_T1 = r"^{\langle t-1 \rangle}"
_PLAIN = {name: f"{name}_t" for name in ("h", "c", "i", "f", "g", "o", "r", "z", "n")}

NOTATIONS: dict[str, Notation] = {
    "torch": Notation(
        "torch: W_ih, W_hh, h",
        _torch,
        _PLAIN,
        {"h": "h_{t-1}", "c": "c_{t-1}"},
        r"y_t = W_y h_t + b_y",
    ),
    "uvw": Notation(
        "U, W, V: h = f(U x + W h)",
        _uvw,
        _PLAIN,
        {"h": "h_{t-1}", "c": "c_{t-1}"},
        r"y_t = V h_t + c",
        _("The one inside the reset gate is left out."),
        _("One bias stands for torch's two."),
    ),
    "gamma": Notation(
        "a, W_aa, W_ax, W_ya, Γ",
        _gamma,
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
        {"h": f"a{_T1}", "c": f"c{_T1}"},
        rf"\hat y{_T} = W_{{ya}} a{_T} + b_y",
        _(
            "In a GRU these books call the state c, and their Γ_u is 1 − z: it opens for the new value. "
            "The page shows z, which opens for the old one."
        ),
    ),
    "d2l": Notation(
        "H, R, Z: rows are sequences",
        _d2l,
        {
            **{name: f"{name.upper()}_t" for name in ("h", "c", "i", "f", "o", "r", "z")},
            **{"g": r"\tilde C_t", "n": r"\tilde H_t"},
        },
        {"h": "H_{t-1}", "c": "C_{t-1}"},
        r"O_t = H_t W_{hq} + b_q",
        _(
            "The reset gate acts before the product in this book: choose reset = before for the same cell."
        ),
    ),
}


PHI = {"tanh": r"\tanh", "relu": r"\mathrm{relu}", "sigmoid": r"\sigma", "identity": ""}


def note(cell: str, options: dict[str, Any], notation: str) -> str:
    """Where the book's convention differs from the cell on the screen; "" where it does not."""
    n = NOTATIONS[notation]
    same = notation != "gamma" and options.get("reset", "after") != "after"
    return " ".join(filter(None, (n.bias_note, n.gru_note if cell == "gru" and not same else "")))


def equations(cell: str, options: dict[str, Any], notation: str) -> list[str]:
    """The forward equations of a cell, one LaTeX line each."""
    n = NOTATIONS[notation]
    write = {"rnn": _rnn, "lstm": _lstm, "gru": _gru}[cell]
    output = n.output
    if cell == "gru" and notation == "gamma":  # these books call a GRU's state c
        output = output.replace(f"a{_T}", f"c{_T}")
    if cell == "lstm" and notation == "d2l":  # there O is the output gate already
        output = output.replace("O_t", r"\hat Y_t")
    return [*write(n, options), output]


def _rnn(n: Notation, options: dict[str, Any]) -> list[str]:
    return [rf"{n.names['h']} = {PHI[options.get('activation', 'tanh')]}({n.affine('h', '')})"]


def _lstm(n: Notation, options: dict[str, Any]) -> list[str]:
    s, old, phi = n.names, n.before, PHI[options.get("activation", "tanh")]

    def gate(name: str, cell: str) -> str:
        peek = rf" + p_{name} \odot {cell}" if options.get("peephole") else ""
        return rf"{s[name]} = \sigma({n.affine(name, '')}{peek})"

    return [
        gate("i", old["c"]),
        gate("f", old["c"]),
        rf"{s['g']} = {phi}({n.affine('g', '')})",
        rf"{s['c']} = {s['f']} \odot {old['c']} + {s['i']} \odot {s['g']}",
        gate("o", s["c"]),
        rf"{s['h']} = {s['o']} \odot {phi}({s['c']})",
    ]


def _gru(n: Notation, options: dict[str, Any]) -> list[str]:
    s, reset = n.names, options.get("reset", "after")
    gamma = s["z"] == r"\Gamma_u"
    state, old = (s["c"], n.before["c"]) if gamma else (s["h"], n.before["h"])
    lines = [] if reset == "none" else [rf"{s['r']} = \sigma({n.affine('r', '')})"]
    lines.append(rf"{s['z']} = \sigma({n.affine('z', '')})")
    if reset == "none":
        inside = n.affine("n", "")
    elif reset == "after":
        inside = rf"{n.affine('n', 'x')} + {s['r']} \odot ({n.affine('n', 'h')})"
    else:
        gated = rf"({s['r']} \odot {old})"
        inside = f"{n.affine('n', 'x')} + {n.affine('n', 'h').replace(old, gated)}"
    lines.append(rf"{s['n']} = \tanh({inside})")
    keep, new = (s["n"], old) if gamma else (old, s["n"])
    lines.append(rf"{state} = {s['z']} \odot {keep} + (1 - {s['z']}) \odot {new}")
    return lines
