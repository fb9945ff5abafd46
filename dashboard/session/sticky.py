"""What the reader set in controls of a page, kept while another page is open.

Streamlit forgets a control's value when the page that has it is left.

    kept.begin("own steps", 20)                      # before the control, which gets no value of its own
    st.number_input("Steps", key="own steps")
    kept.keep(("own steps",))                        # after it
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard.session.state import state


@dataclass
class StickyState:
    """Key of a control -> its value when its page was left."""

    values: dict[str, Any] = field(default_factory=dict)


def restore_value(key: str, default: Any) -> None:
    """The control of this key begins with what it was when its page was left, or with the default."""
    if key not in st.session_state:
        st.session_state[key] = state(StickyState).values.get(key, default)


def keep_values(keys: Iterable[str]) -> None:
    """What these controls show now, as far as they are on the page."""
    state(StickyState).values.update(
        {key: st.session_state[key] for key in keys if key in st.session_state}
    )


def forget_values(keys: Iterable[str]) -> None:
    """They begin with their defaults again."""
    for key in keys:
        state(StickyState).values.pop(key, None)
        st.session_state.pop(key, None)
