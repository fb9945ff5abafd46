"""The way from number to number: which one is under the microscope, back to the last, on to the next."""

from collections.abc import Sequence

import streamlit as st

from core.analysis.explanation import Place
from dashboard.common.i18n import _
from dashboard.session.position import PositionState
from dashboard.session.state import state

MAX_NUMBERS = 30  # of the way back


def look_at(place: Place, column: int | None = None) -> None:
    """From now on this number is under the microscope; column: of dW_hh, a term by itself when None."""
    path = state(PositionState).numbers
    if not path or path[-1] != (place, column):
        path.append((place, column))
    del path[:-MAX_NUMBERS]


def draw_back_button() -> None:
    """The way back to the number before."""
    path = state(PositionState).numbers
    st.button("⟵", key="microscope back", disabled=len(path) < 2, help=_("Back"), on_click=_go_back)


def _go_back() -> None:
    path = state(PositionState).numbers
    if len(path) > 1:
        path.pop()


def draw_buttons_to(
    title: str,
    key: str,
    places: Sequence[Place],
    layer: int,
    weight: tuple[str, Place, int] | None = None,
) -> None:
    """A button for each of the places; their layer is named where it is not `layer`.

    weight: name, place and column of a number of dW_hh, for one more button.
    """
    if not (places or weight):
        return
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        gap="small",
        width="content",
        key=f"{key} ways",
    ):
        st.markdown(title, width="content")
        for number, place in enumerate(places):
            label = f"{place.name} · {_('step {t}', t=place.t + 1)}"
            if place.layer != layer:
                label += f" · {_('layer {layer}', layer=place.layer + 1)}"
            st.button(label, key=f"{key} {number}", on_click=look_at, args=(place,))
        if weight is not None:
            name, place, column = weight
            st.button(name, key=f"{key} weight", on_click=look_at, args=(place, column))


def four_digits(value: float) -> str:
    """Four digits that are worth showing."""
    return f"{value:.4g}"
