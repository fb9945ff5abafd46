"""Values of controls and messages of components, which Streamlit keeps under their keys."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.player.messages import Message


def read_control(key: str, default: Any = None) -> Any:
    """The value of the control or component of this key; the default where it is not on the page."""
    return st.session_state.get(key, default)


def set_control(key: str, value: Any) -> None:
    """Sets what the control shows: before it is drawn, or in a callback.

    StreamlitAPIException once it is drawn.
    """
    st.session_state[key] = value


def read_message(component: str, event: str, run: str | None = None) -> Message | None:
    """The message that the component of this key has just sent about this run; None where there is none.

    run: name of the run that the message must bear; None: any. There is no message either when the reader has
    just gone to another page, where there is no such component.
    """
    message = getattr(read_control(component), event, None)
    if not isinstance(message, Mapping):
        return None
    return Message(message) if run is None or message.get("run") == run else None
