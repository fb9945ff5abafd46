"""A heading within a page, small enough to leave the page to its pictures; the page's own title stands in its frame."""

import html

import streamlit as st

SIZES = {2: "1.25rem", 3: "1rem"}


def draw_heading(text: str, level: int = 2) -> None:
    """The text as a heading of that level: 2, or 3 below one of these."""
    st.html(
        f'<h{level} style="font-size: {SIZES[level]}; font-weight: 700; margin: 0; padding: 0">'
        f"{html.escape(text)}</h{level}>"
    )
