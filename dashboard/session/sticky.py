"""Controls that keep their value while another page is open.

Streamlit forgets a control's value when the reader leaves its page.

    sticky.restore_value("own steps", 20)            # before the control, which gets no value of its own
    st.number_input("Steps", key="own steps")
    sticky.keep_values(("own steps",))               # after it
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
    """Gives the control of this key the value that it had when its page was left, else the default."""
    if key not in st.session_state:
        st.session_state[key] = state(StickyState).values.get(key, default)


def keep_values(keys: Iterable[str]) -> None:
    """Notes the values of those of these controls that are on the page."""
    state(StickyState).values.update(
        {key: st.session_state[key] for key in keys if key in st.session_state}
    )


def forget_values(keys: Iterable[str]) -> None:
    """Forgets the values of these controls: they begin with their defaults again."""
    for key in keys:
        state(StickyState).values.pop(key, None)
        st.session_state.pop(key, None)
