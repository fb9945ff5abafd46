"""The scheduler of this process, and the client of the session whose script runs."""

import functools
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

import streamlit as st

from dashboard.serving.memory_limit import memory_limit
from dashboard.serving.scheduler import Client, Scheduler, TimeSlice
from dashboard.serving.streamlit_private import has_reader, rerun_watcher


@functools.cache
def scheduler() -> Scheduler:
    """The one scheduler of this process, for all its sessions."""
    return Scheduler(memory_limit())


@functools.cache
def _shared_client() -> Client:
    return scheduler().add_client()


_acted_for: ContextVar[Client | None] = ContextVar("acted_for", default=None)


@contextmanager
def act_for(client: Client) -> Iterator[None]:
    """Inside, `client` is this one, in a thread where no script of a session runs."""
    token = _acted_for.set(client)
    try:
        yield
    finally:
        _acted_for.reset(token)


def client() -> Client:
    """The session's client, which leaves with the session. Outside of any session: one for all."""
    if (acted_for := _acted_for.get()) is not None:
        return acted_for
    if not has_reader():
        return _shared_client()
    if "client" not in st.session_state:
        st.session_state["client"] = scheduler().add_client()
    return st.session_state["client"]


class Turn(AbstractContextManager[TimeSlice]):
    """`with turn as time_slice:`, as often as wanted, one slice after the other."""

    def __init__(self, is_click: bool):
        self._is_click = is_click

    def __enter__(self) -> TimeSlice:
        is_cancelled = _never if self._is_click else rerun_watcher()
        self._slice = scheduler().time_slice(client(), self._is_click, is_cancelled)
        return self._slice.__enter__()

    def __exit__(self, *error: Any) -> bool | None:
        return self._slice.__exit__(*error)


def time_slice(is_click: bool = True) -> Turn:
    """Waits until the session may train. is_click: False where nobody clicked, and a player plays on.

    TurnCancelledError: a player waited, and the reader has clicked on something else meanwhile.
    """
    return Turn(is_click)


def _never() -> bool:
    return False


def reserve_memory(what: str, n_bytes: int) -> None:
    """Reserves n_bytes for what the session has of this name, in place of the bytes reserved before.

    ValueError with a sentence when the server has no memory left for them; 0 bytes always fit.
    """
    scheduler().reserve_memory(client(), what, n_bytes)
