r"""A cell's equations as HTML, for a file that has no program to set LaTeX: the few commands that `equations` writes.

equation_html(r"h_t = o_t \odot \tanh(c_t)")      # "h<sub>t</sub> = o<sub>t</sub> ⊙ tanh(c<sub>t</sub>)"
"""

import html
import re
from collections.abc import Iterator

SIGNS = {
    **{"sigma": "σ", "Gamma": "Γ", "odot": "⊙", "cdot": "·", "times": "×", "top": "ᵀ", "phi": "φ"},
    **{"alpha": "α", "beta": "β", "tanh": "tanh", "langle": "⟨", "rangle": "⟩", "circ": "∘"},
}
ACCENTS = {"tilde": "\u0303", "hat": "\u0302", "bar": "\u0304"}  # combining: behind their letter
STYLES = ("mathrm", "mathbf", "boldsymbol", "text", "operatorname", "mathit")
TOKEN = re.compile(r"\\([A-Za-z]+)|(.)", re.DOTALL)


def equation_html(latex: str) -> str:
    """The line as HTML, escaped, with letters upright and indices as indices."""
    tokens = [f"\\{match[1]}" if match[1] else match[2] for match in TOKEN.finditer(latex.strip())]
    return _write(iter(tokens)).replace("⟨ ", "⟨").replace(" ⟩", "⟩")


def _write(tokens: Iterator[str]) -> str:
    """All tokens up to the end, or to the brace that closes their group."""
    parts = []
    for token in tokens:
        if token == "}":
            break
        parts.append(_write_one(token, tokens))
    return "".join(parts)


def _write_one(token: str, tokens: Iterator[str]) -> str:
    """One letter, command or group; what belongs to it is taken from the tokens behind it."""
    if token == "{":
        return _write(tokens)
    if token in ("_", "^"):
        tag = "sub" if token == "_" else "sup"
        return f"<{tag}>{_write_next(tokens)}</{tag}>"
    name = token[1:] if token.startswith("\\") else ""
    if name in ACCENTS:
        letter = _write_next(tokens)
        return letter[:1] + ACCENTS[name] + letter[1:]
    if name in STYLES:
        return _write_next(tokens)
    return SIGNS.get(name, html.escape(name or token))


def _write_next(tokens: Iterator[str]) -> str:
    token = next((each for each in tokens if each != " "), "")
    return _write_one(token, tokens) if token else ""
