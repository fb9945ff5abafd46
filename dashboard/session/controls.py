"""The values of the controls on the page, which Streamlit keeps under their keys, and what components ask."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.player.messages import Message


def read_control(key: str, default: Any = None) -> Any:
    """What the control or component of this key says; the default where it is not on the page."""
    return st.session_state.get(key, default)


def set_control(key: str, value: Any) -> None:
    """The control shows this from now on. Before it is drawn, or in a callback; later Streamlit refuses."""
    st.session_state[key] = value


def read_message(component: str, event: str, run: str | None = None) -> Message | None:
    """What the component of this key asks now, about this run (None: it need not name one); else None.

    There is also none when the reader has just gone to another page, where there is no such component.
    """
    message = getattr(read_control(component), event, None)
    if not isinstance(message, Mapping):
        return None
    return Message(message) if run is None or message.get("run") == run else None
