"""The formulas of `equations`, which are LaTeX, as HTML: for a file that loads no program to set them."""

import html
import re

SIGNS = {
    r"\sigma": "σ",
    r"\odot": "⊙",
    r"\tanh": "tanh",
    r"\Gamma": "Γ",
    r"\tilde": "~",
    r"\phi": "φ",
}


def formula_to_html(latex: str) -> str:
    """One line of LaTeX as HTML. Of commands those of `equations` are known; of others the name is written."""
    text = html.escape(latex.replace("-", "−"))
    text = re.sub(r"\\(?:mathrm|operatorname)\{([^{}]*)\}", r"\1", text)
    for command, sign in SIGNS.items():
        text = re.sub(re.escape(command) + r"(?![A-Za-z])", sign, text)
    text = re.sub(r"_(?:\{([^{}]*)\}|(\w))", r"<sub>\1\2</sub>", text)
    text = re.sub(r"\^(?:\{([^{}]*)\}|(\w))", r"<sup>\1\2</sup>", text)
    return text.replace("\\", "").replace("{", "").replace("}", "")
