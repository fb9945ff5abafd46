"""The place above everything that says what a page looks at: one line, the same on every page but Live.

draw_context("**RNN, LSTM and GRU**", "Adding", "equal hidden units: 12 each")
"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

# A line on a screen, a few on a phone, where a field takes the whole width; the words are readings: 1 rem.
STYLE = """<style>
.st-key-context { gap: 0.5rem 0.75rem; padding-bottom: 0.5rem; border-bottom: 1px solid rgba(127,127,127,0.3); }
.st-key-context p { font-size: 1rem; line-height: 1.5rem; }
.st-key-context button { min-height: 2.25rem; }
.st-key-context > :has(> .stCustomComponentV1, > .stBidiComponent) { flex: 0 1 auto; width: auto; }
@media (max-width: 640px) {
  .st-key-context > :has(> .stTextInput, > .stSelectbox) { flex: 1 1 100%; width: 100% !important; max-width: none; }
  .st-key-context :is(.stTextInput, .stSelectbox) { width: 100% !important; max-width: none; }
  .st-key-context :is(button, input) { min-height: 2.75rem; }
}
</style>"""


def open_context() -> DeltaGenerator:
    """The place of the line, to be filled with what stands in it."""
    st.html(STYLE)
    return st.container(horizontal=True, vertical_alignment="center", key="context")


def draw_context(*parts: str) -> None:
    """The line of a page with networks of its own: what it looks at, in Markdown; empty parts are left out."""
    with open_context():
        st.markdown(join_parts(parts), width="content")


def join_parts(parts: tuple[str, ...] | list[str]) -> str:
    """The parts that are not empty, as they stand in the line."""
    return " · ".join(part for part in parts if part)
