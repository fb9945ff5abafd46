"""Beside each view three answers: what you see, why it happens, what to try.

The text of a page is assets/texts/<name>.md, with one paragraph for each answer.
"""

import functools
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.common.i18n import _
from dashboard.navigation import Page

TEXTS = Path(__file__).parents[2] / "assets" / "texts"


@functools.cache
def answers(name: str) -> tuple[str, str, str]:
    """The three paragraphs of a page. ValueError where there are not three."""
    see, why, try_ = (TEXTS / f"{name}.md").read_text("utf-8").strip().split("\n\n")
    return see, why, try_


def explain(page: Page) -> DeltaGenerator:
    """Draws the answers, folded -> the place below them."""
    place = st.expander(_("What you see, why it happens, what to try"))
    for column, answer in zip(place.columns(3), answers(page.name), strict=True):
        column.markdown(_(answer))
    return place
