"""Studies beside the page: each runs in a process of its own, which the page starts, asks and stops.

The process is `python -m core.studies FOLDER`: it blocks no page, goes on when the tab is closed or the
server is restarted, and ends on SIGTERM. Its results are in the folder.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import streamlit as st

from core.common.messages import say, sentence_of
from core.studies import Folder, Study
from core.studies.cost import measure_update_seconds
from core.studies.folder import StudyError, studies_folder
from core.studies.workers import SCHEDULER_ADDRESS
from dashboard.common.i18n import _
from dashboard.serving.turns import time_slice

ROOT = Path(__file__).parents[3]
MAX_HOURS = 24  # of one study on this machine, when it is started from the page
NICENESS = "10"  # of 19: how far behind the pages of the readers


@st.cache_resource
def _processes() -> dict[str, subprocess.Popen]:
    """The processes that this server has started, by folder."""
    return {}


@st.cache_data(max_entries=200, show_spinner=False, hash_funcs={Study: lambda study: study.id})
def study_cost(study: Study) -> float:
    """Seconds of one core if no training ended before its patience does, measured on this machine."""
    with time_slice():
        each = measure_update_seconds(study)
    return sum(each.values()) * len(study.seeds) * study.updates


def study_folder(study: Study, name: str = "") -> Folder:
    """Where the page keeps what it computes of a study: the same study is the same folder for all."""
    return Folder(studies_folder() / (name or f"{study.task}-{study.id}"))


def process_state(folder: Folder) -> tuple[str, dict[str, Any]]:
    """("running" | "stopped" | "failed" | "finished" | "killed" | "", what the process said last)."""
    process = _processes().get(str(folder.path))
    is_alive = process is not None and process.poll() is None
    status = folder.status
    if is_alive or folder.at_work:
        return "running", status if status.get("state") == "running" else {}
    last_state = str(status.get("state", ""))
    return ("killed" if last_state == "running" else last_state), status


def start_study(study: Study, folder: Folder, cores: int, cluster: str) -> None:
    """Begins, or goes on. ValueError or StudyError with a sentence when it cannot."""
    if cluster and not may_use_clusters():
        raise ValueError(
            say(
                "cluster: expected none on a server that others can reach, got one. Start the study from the command line."
            )
        )
    if cluster and not re.fullmatch(SCHEDULER_ADDRESS, cluster):
        raise ValueError(
            say(
                "cluster: expected an address like tcp://host:8786, got {got!r}. "
                "Use the one that `dask scheduler` prints.",
                got=cluster[:60],
            )
        )
    hours = study_cost(study) / cores / 3600
    if hours > MAX_HOURS and not cluster:
        raise ValueError(
            say(
                "study: expected at most {most} hours on this machine, got up to {hours:,.0f}. "
                "Take fewer or shorter trainings, or use the command line.",
                most=MAX_HOURS,
                hours=hours,
            )
        )
    busy = None if cluster else _busy_folder()
    if busy:
        raise StudyError(
            say(
                "study: expected no other study to run on this machine, got {got}. "
                "Wait for it, or pause it.",
                got=busy.name,
            )
        )
    folder.prepare(study)
    words = ["--cores", str(cores), "--nice", NICENESS]
    words += ["--cluster", cluster] if cluster else []
    try:
        with (folder.path / "log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "core.studies", str(folder.path), *words],
                **{"cwd": ROOT, "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log},
                start_new_session=True,
            )
    except OSError as error:
        raise StudyError(
            say(
                "study: expected to start a process, got: {error}. Try again.",
                error=sentence_of(error),
            )
        ) from error
    _processes()[str(folder.path)] = process


def _busy_folder() -> Path | None:
    """A folder of this machine at which a process works."""
    for path in studies_folder().iterdir() if os.path.isdir(studies_folder()) else ():
        if process_state(Folder(path))[0] == "running":
            return path
    return None


def stop_study(folder: Folder) -> None:
    """Asks the process to end; what is finished is kept."""
    process = _processes().get(str(folder.path))
    if process is not None and process.poll() is None:
        process.terminate()
    elif folder.at_work:
        pid = folder.status.get("pid")
        if isinstance(pid, int):
            os.kill(pid, signal.SIGTERM)


def last_words(folder: Folder) -> str:
    """The last line that the process printed: why it ended, if it could not write that to its status."""
    try:
        lines = (folder.path / "log").read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][:500] if lines else ""


def may_use_clusters() -> bool:
    """Only on a server for oneself: whoever names a scheduler makes this machine talk to it and trust it."""
    return st.get_option("server.address") in ("localhost", "127.0.0.1", "::1")


def state_titles() -> dict[str, str]:
    """What to call each state."""
    return {
        "running": _("running"),
        "stopped": _("paused"),
        "failed": _("stopped by a problem"),
        "finished": _("complete"),
        "killed": _("interrupted"),
        "": _("not begun"),
    }
