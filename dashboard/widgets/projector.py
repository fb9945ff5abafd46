"""Projector: large type for the back row, at a click or by the link (`big=1`, see session/simplification.py)."""

from dataclasses import replace

import streamlit as st

from dashboard.common.i18n import _
from dashboard.session.simplification import SimplificationState, simplification
from dashboard.session.state import state

# Everything is measured in the type's size, so all grows with it; wide screens are seen from further away.
STYLE = """<style>
html { font-size: clamp(20px, 1.56vw, 30px) }
.stMainBlockContainer { padding-inline: 1rem }
</style>"""


def enlarge_type() -> None:
    """Makes the page large, if the reader or the link wants it so."""
    if simplification().big:
        st.html(STYLE)


def draw_projector_button() -> None:
    """The button that makes the page large, and small again."""
    big = simplification().big
    st.button(
        _("Projector"),
        key="projector",
        type="primary" if big else "secondary",
        help=_("Back to the usual size") if big else _("Large type, to be read from the back row"),
        on_click=_toggle,
    )


def _toggle() -> None:
    mine = state(SimplificationState)
    mine.simplification = replace(mine.simplification, big=not mine.simplification.big)
