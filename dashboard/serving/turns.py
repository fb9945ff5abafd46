"""The class of this process, and the seat of the session whose script runs."""

import functools
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import streamlit as st

from core.studies.comparison import memory
from core.training.experiment import Experiment
from core.training.time_budget import update_seconds
from dashboard.serving.scheduler import Client, Scheduler, TimeSlice
from dashboard.serving.streamlit_private import has_reader, rerun_watcher

RUNS_MEMORY_SHARE = (
    0.5  # of the machine's memory, for runs; the rest is for Python, torch and the readers' frames
)
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")  # what a container may take


def memory_limit() -> int:
    """Bytes that all runs together may take: UNROLLED_MEMORY (in MiB), else a share of the machine's."""
    told = os.environ.get("UNROLLED_MEMORY", "")
    if told.isdecimal():
        return int(told) * 2**20
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if CONTAINER_LIMIT.exists() and (limit := CONTAINER_LIMIT.read_text().strip()).isdecimal():
        whole = min(whole, int(limit))
    return int(RUNS_MEMORY_SHARE * whole)


@functools.cache
def scheduler() -> Scheduler:
    """All sessions of this process."""
    return Scheduler(memory_limit())


@functools.cache
def _nobody() -> Client:
    return scheduler().add_client()


def client() -> Client:
    """The session's seat; it is given back with the session. Outside of any session: one for all."""
    if not has_reader():
        return _nobody()
    if "seat" not in st.session_state:
        st.session_state["seat"] = scheduler().add_client()
    return st.session_state["seat"]


class Turn(AbstractContextManager[TimeSlice]):
    """`with turn():`, as often as wanted, one after the other."""

    def __init__(self, soon: bool):
        self._soon = soon

    def __enter__(self) -> TimeSlice:
        self._turn = scheduler().time_slice(
            client(), self._soon, _never if self._soon else rerun_watcher()
        )
        return self._turn.__enter__()

    def __exit__(self, *error: Any) -> bool | None:
        return self._turn.__exit__(*error)


def time_slice(soon: bool = True) -> Turn:
    """Waits until it is the session's turn. soon: not to play on, but because somebody clicked.

    Who waits to play on, and has clicked on something else meanwhile, need not wait: classroom.Left.
    """
    return Turn(soon)


def _never() -> bool:
    return False


def reserve_memory(what: str, need: int) -> None:
    """Counts `need` bytes that the session holds of this, in place of those it held before.

    ValueError with a sentence when the server has no memory left for them; 0 always has room.
    """
    scheduler().reserve_memory(client(), what, need)


def start_runs(page: str, experiments: list[Experiment], seeds: int = 1) -> Turn:
    """The turn in which new runs of these experiments begin, in place of the page's last ones.

    ValueError with a sentence when the server has no memory left for them.
    """
    reserve_memory(page, seeds * sum(memory(e) for e in experiments))
    me = client()
    me.update, me.expected = 0.0, seeds * sum(update_seconds(e) for e in experiments)
    me.runs = (experiments, seeds)
    return time_slice()


def forecast(experiments: list[Experiment], seeds: int = 1) -> str:
    """What to expect of runs that will be slow on this server at present; "" when they will not."""
    me = client()
    known = me.update if me.runs == (experiments, seeds) else 0.0
    return scheduler().forecast(me, known or seeds * sum(update_seconds(e) for e in experiments))
