"""A heading of a page: one of the first level, its sections below it, small enough to leave the page to its pictures."""

import html

import streamlit as st

SIZES = {1: "1.25rem", 2: "1.25rem", 3: "1rem"}


def draw_heading(text: str, level: int = 2) -> None:
    """The text as a heading of that level, 1 to 3."""
    st.html(
        f'<h{level} style="font-size: {SIZES[level]}; font-weight: 700; margin: 0; padding: 0">'
        f"{html.escape(text)}</h{level}>"
    )
