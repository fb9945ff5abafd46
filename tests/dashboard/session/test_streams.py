"""A session's streams: they act in its name, whichever thread asks, and end with it."""

import gc
import threading
from dataclasses import dataclass

import pytest
import streamlit as st

from dashboard.player.messages import Message
from dashboard.serving.streams import Request, find_stream
from dashboard.session.state import TOPICS_KEY, act_for, present_topics, state
from dashboard.session.streams import get_stream
from tests.helpers.streams import long_slice


@dataclass
class Counted:
    number: int = 0


def count(message: Message) -> Request:
    """Counts in the session, at each of the three moments."""
    state(Counted).number += 1

    def answer(_slice: object) -> bytes:
        state(Counted).number += 10
        return str(state(Counted).number).encode()

    def finish() -> None:
        state(Counted).number += 100

    return Request(message.text("kind") != "", answer, lambda: finish)


@pytest.fixture(autouse=True)
def fresh_session():
    st.session_state.clear()
    yield
    st.session_state.clear()


def test_what_is_asked_in_another_thread_happens_in_the_session_of_the_stream():
    stream, mine = get_stream("live", count), present_topics()
    assert get_stream("live", count) is stream, "one for each component"
    assert get_stream("compare", count) is not stream
    st.session_state.pop(TOPICS_KEY)  # another session's script runs now
    answers = []

    def ask() -> None:
        question = stream.read({"kind": "x"})
        answers.append((question.is_click, question.answer(long_slice())))
        rest = question.after()
        assert rest is not None
        rest()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert answers == [(True, b"11")]
    with act_for(mine):
        assert state(Counted).number == 111
    assert state(Counted).number == 0


def test_a_stream_ends_with_its_session():
    token = get_stream("live", count).token
    assert find_stream(token) is not None
    gc.disable()
    try:
        st.session_state.clear()
        assert find_stream(token) is None, "at once: nothing refers to it in a circle"
    finally:
        gc.enable()


def test_a_question_that_outlives_its_session_is_refused():
    stream = get_stream("live", count)
    st.session_state.clear()
    with pytest.raises(ValueError, match="has been closed"):
        stream.read({})
