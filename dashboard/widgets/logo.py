"""The name in the corner, in the colours of the theme, and the mark of the browser's tab."""

from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parents[2] / "assets"
MARK = str(ASSETS / "mark.svg")
COLOURS = {  # of the two halves of the name, as .streamlit/config.toml has them for text and links
    "light": {"var(--ink, #14181f)": "#14181f", "var(--accent, #0b62a4)": "#0b62a4"},
    "dark": {"var(--ink, #14181f)": "#eef2f7", "var(--accent, #0b62a4)": "#63b3ff"},
}


def draw_logo() -> None:
    """Draws the name, which leads to the app's first page."""
    drawing = (ASSETS / "logo.svg").read_text("utf-8")
    for written, colour in COLOURS[st.context.theme.type or "light"].items():
        drawing = drawing.replace(written, colour)
    st.logo(drawing, size="medium")
