"""The scheduler of this process, and the client of the session whose script runs."""

import functools
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import streamlit as st

from core.studies.comparison import bytes_needed
from core.training.experiment import Experiment
from core.training.time_budget import update_seconds
from dashboard.serving.scheduler import Client, Scheduler, TimeSlice
from dashboard.serving.streamlit_private import has_reader, rerun_watcher

# Of the machine's memory, for runs; the rest is for Python, torch and the readers' frames.
RUNS_MEMORY_SHARE = 0.5
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")  # what a container may take


def memory_limit() -> int:
    """Bytes that all runs together may take: UNROLLED_MEMORY (in MiB), else a share of the machine's."""
    mebibytes = os.environ.get("UNROLLED_MEMORY", "")
    if mebibytes.isdecimal():
        return int(mebibytes) * 2**20
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if CONTAINER_LIMIT.exists() and (limit := CONTAINER_LIMIT.read_text().strip()).isdecimal():
        machine = min(machine, int(limit))
    return int(RUNS_MEMORY_SHARE * machine)


@functools.cache
def scheduler() -> Scheduler:
    """The one scheduler of this process, for all its sessions."""
    return Scheduler(memory_limit())


@functools.cache
def _shared_client() -> Client:
    return scheduler().add_client()


def client() -> Client:
    """The session's client, which leaves with the session. Outside of any session: one for all."""
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


def start_runs(page: str, experiments: list[Experiment], seeds: int = 1) -> Turn:
    """The turn in which new runs of these experiments begin, in place of the page's last ones.

    ValueError with a sentence when the server has no memory left for them.
    """
    reserve_memory(page, seeds * sum(bytes_needed(e) for e in experiments))
    return _turn_for(experiments, seeds)


def start_beside(page: str, experiments: list[Experiment], before: str) -> tuple[Turn, bool]:
    """As `start_runs`, but the page's last runs stay, under the name `before` -> the turn, and whether they may.

    Where the server has no memory for both, those of `before` have to go.
    """
    scheduler().exchange_memory(client(), page, before)
    try:
        reserve_memory(page, sum(bytes_needed(e) for e in experiments))
        return _turn_for(experiments), True
    except ValueError:
        scheduler().exchange_memory(client(), page, before)
    reserve_memory(before, 0)
    return start_runs(page, experiments), False


def exchange_runs(page: str, before: str, experiments: list[Experiment]) -> Turn:
    """The turn in which the runs of `page` and those kept under `before` change places.

    experiments: of those that are on the page afterwards.
    """
    scheduler().exchange_memory(client(), page, before)
    return _turn_for(experiments)


def continue_runs(experiments: list[Experiment], seeds: int = 1) -> Turn:
    """The turn in which the runs go on as these experiments; the pace that was measured is theirs."""
    client().runs = (experiments, seeds)
    return time_slice()


def _turn_for(experiments: list[Experiment], seeds: int = 1) -> Turn:
    me = client()
    me.update_seconds, me.expected_seconds = 0.0, _estimate_update(experiments, seeds)
    me.runs = (experiments, seeds)
    return time_slice()


def forecast(experiments: list[Experiment], seeds: int = 1) -> str:
    """A sentence on the pace of runs that will be slow on this server at present; "" when they will not."""
    me = client()
    measured = me.update_seconds if me.runs == (experiments, seeds) else 0.0
    return scheduler().forecast(me, measured or _estimate_update(experiments, seeds))


def _estimate_update(experiments: list[Experiment], seeds: int) -> float:
    """Seconds that one update of all of them takes."""
    return seeds * sum(update_seconds(e) for e in experiments)
