"""The session's state: a typed object for each topic, under one key of Streamlit's state.

    @dataclass
    class UnrolledState:
        cut: int | None = None

    state(UnrolledState).cut = 3      # made on first use; it stays for every rerun, and for a tab that reconnects

A topic that several pages share stands in this folder, beside its functions; the topic of one page alone, in the
folder of that page. The values of controls are Streamlit's own: see `controls`.
"""

from collections.abc import MutableMapping
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")
TOPICS_KEY = "topics"


def state(topic: type[T]) -> T:
    """The session's object of this class."""
    return topic_of(st.session_state, topic)


def topic_of(session: MutableMapping[Any, Any], topic: type[T]) -> T:
    """The object of this class in a session, made on first use.

    A class is known by its name: a script that reruns makes another class of the same name.
    """
    if TOPICS_KEY not in session:
        session[TOPICS_KEY] = {}
    topics, name = session[TOPICS_KEY], f"{topic.__module__}.{topic.__qualname__}"
    if name not in topics:
        topics[name] = topic()
    return topics[name]
