"""A server of a test's own."""

import pytest
import streamlit as st

from dashboard.serving import admission, turns
from dashboard.serving.scheduler import Scheduler


@pytest.fixture
def server(monkeypatch):
    """A server of its own, with room for all, and a session with nothing in it."""
    st.session_state.clear()
    scheduler = Scheduler(10**12)
    client = scheduler.add_client()
    for module in (turns, admission):
        monkeypatch.setattr(module, "scheduler", lambda: scheduler)
        monkeypatch.setattr(module, "client", lambda: client)
    yield scheduler
    st.session_state.clear()
