"""A choice whose options are words: it lasts when the language changes, and while another page is open.

Streamlit's page knows the option of a list by its words, so that a list under a fixed key would begin anew in another
language.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from dashboard.common.i18n import _
from dashboard.session import sticky

T = TypeVar("T")


def draw_list(
    label: str, options: Sequence[T], index: int | None, place: Any = st, **more: Any
) -> Any:
    """A list of which one is chosen, or None yet. place: a column, or the page. more: for `st.selectbox`.

    Its placeholder is read out also where something is chosen: in the reader's language.
    """
    return place.selectbox(label, options, index, placeholder=_("Choose one"), **more)


def pick_option(
    label: str,
    options: Sequence[T],
    name: str,
    words: Callable[[T], str],
    first: int = 0,
    **more: Any,
) -> T:
    """The option that the reader chose under this name, from a list; options[first] until then.

    words: what the list calls an option. more: for `st.selectbox`.
    """
    option = _valid(options, name, first)
    draw_list(
        label,
        options,
        options.index(option),
        format_func=words,
        **sticky.connect(name, option),
        **more,
    )
    return option


def pick_segment(
    label: str,
    options: Sequence[T],
    name: str,
    words: Callable[[T], str],
    first: int = 0,
    **more: Any,
) -> T:
    """The same from segments, which are all in sight."""
    option = _valid(options, name, first)
    st.segmented_control(
        label,
        options,
        default=option,
        format_func=words,
        required=True,
        **sticky.connect(name, option),
        **more,
    )
    return option


def pick_several(label: str, options: Sequence[T], name: str, words: Callable[[T], str]) -> list[T]:
    """Those that the reader chose under this name, of a list; none until then. words: as of `pick_option`."""
    chosen = [option for option in sticky.get_value(name, []) if option in options]
    st.multiselect(
        label,
        options,
        chosen,
        format_func=words,
        placeholder=_("none"),
        **sticky.connect(name, chosen),
    )
    return chosen


def _valid(options: Sequence[T], name: str, first: int) -> T:
    option = sticky.get_value(name, options[first])
    return option if option in options else options[first]
