"""A unit's activation on the letters of a text, as HTML: what is above 0 has a bar below the letter, what is below 0 a bar
above it, as thick as the activation is large; the colours repeat that."""

import html
from collections.abc import Sequence

import numpy as np

from dashboard.common.i18n import _
from dashboard.common.theme import NEGATIVE, POSITIVE

THICKEST = 6  # pixels of a bar
SIGNS = {"\n": "↵", "\t": "⇥", " ": "\xa0"}  # how symbols are shown that cannot be seen
STYLE = (
    "<style>.letters { font-family: 'Source Code Pro', monospace; font-size: 1rem; line-height: 2.1;"
    " display: flex; flex-wrap: wrap; column-gap: 0.8em; }"
    " .letters div { flex: 1 1 16em; overflow-wrap: anywhere; }"  # on a phone below its title
    " .letters span { padding: 0.1rem 0.04em; border-block: 6px solid transparent; background-clip: padding-box; }"
    " .letters .peak { outline: 1px solid currentColor; outline-offset: -1px; }"
    " .letters .place { opacity: 0.75; font-size: 0.8rem; line-height: 2.6; padding: 0; border: 0; white-space: nowrap; }</style>"
)


def align_titles(titles: Sequence[str]) -> list[str]:
    """The titles of stretches that stand below each other, all as wide as the widest."""
    width = max(map(len, titles), default=0)
    return [title.ljust(width, "\xa0") for title in titles]


def letters_html(
    symbols: Sequence[str], values: np.ndarray, largest: float, peak: int, title: str
) -> str:
    """One stretch: symbols and values [n], in relation to the largest size that the unit has. peak: the place of the
    symbol that is framed. title: where the stretch is. Nothing in it is taken for HTML."""
    gap = "" if all(len(symbol) <= 1 for symbol in symbols) else " "
    spans = (
        _letter(symbol, float(value) / (largest or 1), float(value), k == peak)
        for k, (symbol, value) in enumerate(zip(symbols, values, strict=True))
    )
    place = f'<span class="place">{html.escape(title)}</span>'
    return f'<div class="letters">{place}<div>{gap.join(spans)}</div></div>'


def _letter(symbol: str, share: float, value: float, is_peak: bool) -> str:
    side, colour = ("bottom", POSITIVE) if share > 0 else ("top", NEGATIVE)
    if not np.isfinite(share):
        side, share = "bottom", 0.0
    size = min(1.0, abs(share))
    thickness = round(THICKEST * size, 1)
    style = (
        f"border-{side}: {thickness}px solid {colour}; padding-{side}: {THICKEST - thickness:.1f}px; "
        f"background-color: {colour}{round(0x66 * size):02x}"
    )
    shown = html.escape("".join(SIGNS.get(character, character) for character in symbol))
    label = html.escape(_("h = {value:.2f}", value=value))
    peak = ' class="peak"' if is_peak else ""
    return f'<span{peak} style="{style}" title="{label}">{shown}</span>'
