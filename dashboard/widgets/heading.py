"""A heading on a page, small enough to leave the page to its pictures; the first level is the page's name (main.py)."""

import html

import streamlit as st

SIZES = {2: "1.25rem", 3: "1rem"}


def draw_heading(text: str, level: int = 2) -> None:
    """The text as a heading of that level, 2 or 3."""
    st.html(
        f'<h{level} style="font-size: {SIZES[level]}; font-weight: 700; margin: 0; padding: 0">'
        f"{html.escape(text)}</h{level}>"
    )
