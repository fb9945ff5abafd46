"""The session's state: a typed object for each topic, under one key of Streamlit's state.

    @dataclass
    class UnrolledState:
        cut: int | None = None

    state(UnrolledState).cut = 3      # made on first use; it stays for every rerun, and for a tab that reconnects

A topic that several pages share stands in this folder, beside its functions; the topic of one page alone, in the
folder of that page. The values of controls are Streamlit's own: see `controls`.
"""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")
TOPICS_KEY = "topics"


class Topics(dict[str, Any]):
    """Name of a class -> the session's object of it. A class of its own, so that it can be referred to weakly."""


_acted_for: ContextVar[Topics | None] = ContextVar("acted_for", default=None)


def state(topic: type[T]) -> T:
    """The session's object of this class."""
    topics = _acted_for.get()
    return topic_of(st.session_state if topics is None else {TOPICS_KEY: topics}, topic)


def present_topics() -> Topics:
    """All topics of the session whose script runs, for `act_for`."""
    acted_for = _acted_for.get()
    return _topics_of(st.session_state) if acted_for is None else acted_for


@contextmanager
def act_for(topics: Topics) -> Iterator[None]:
    """Inside, `state` is that of this session, in a thread where no script of it runs."""
    token = _acted_for.set(topics)
    try:
        yield
    finally:
        _acted_for.reset(token)


def is_acted_for() -> bool:
    """Whether this is inside of `act_for`."""
    return _acted_for.get() is not None


def topic_of(session: MutableMapping[Any, Any], topic: type[T]) -> T:
    """The object of this class in a session, made on first use.

    A class is known by its name: a script that reruns makes another class of the same name.
    """
    topics, name = _topics_of(session), f"{topic.__module__}.{topic.__qualname__}"
    if name not in topics:
        topics[name] = topic()
    return topics[name]


def _topics_of(session: MutableMapping[Any, Any]) -> Topics:
    if TOPICS_KEY not in session:
        session[TOPICS_KEY] = Topics()
    return session[TOPICS_KEY]
