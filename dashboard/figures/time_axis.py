"""The axis of the steps of one sequence in Plotly figures, with its symbols."""

import math
from collections.abc import Sequence
from typing import Any

WIDTH = 600  # of a figure on a small screen, in pixels: how many labels fit
TURNED = 10  # characters of a label that may stand upright


def symbol_label(symbol: str) -> str:
    """A symbol as a label: a visible space, and nothing that Plotly reads as markup."""
    if symbol in ("\n", " "):
        return {"\n": "⏎", " ": "␣"}[symbol]
    return symbol.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def time_axis(symbols: Sequence[str], width: float = WIDTH) -> dict[str, Any]:
    """The axis of the steps 1 .. L with the symbols above it, as many as fit into `width` pixels.

    Those that may not fit beside one another stand upright where they do not; of very many, every second or so is
    written.
    """
    L = len(symbols)
    longest = max((len(s) for s in symbols), default=1)
    upright = L * (8 * longest + 4) > width and 1 < longest <= TURNED
    every = max(1, math.ceil(L * (15 if upright else 8 * longest + 4) / width))
    labelled = list(range(1, L + 1, every))
    return {
        "side": "top",
        "range": [0.5, L + 0.5],
        "tickmode": "array",
        "tickvals": labelled,
        "ticktext": [symbol_label(symbols[t - 1]) for t in labelled],
        "tickfont": {"size": 12 if upright else 13},
        **({"autotickangles": [0, -90]} if upright else {"tickangle": 0}),
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    }


def symbols_height(axis: dict[str, Any]) -> int:
    """The pixels that the symbols of a `time_axis` take above the plot."""
    longest = max((len(text) for text in axis["ticktext"]), default=1)
    return 12 + 7 * longest if "autotickangles" in axis else 26
