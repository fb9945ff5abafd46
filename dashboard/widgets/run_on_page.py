"""The run that a page is about: begun where the settings ask for another one, with a sentence where it cannot."""

import streamlit as st

from core.cells import CELL_TITLES
from core.tasks import TASKS
from core.training.experiment import Experiment
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.session.live_run import (
    LiveRun,
    find_previous_run,
    get_or_start_run,
    go_back_to_previous_run,
)
from dashboard.session.simplification import simplification
from dashboard.widgets import download_progress


def open_run(experiment: Experiment, is_played: bool = False) -> LiveRun:
    """The session's run of this experiment; where there can be none a sentence says why, and the page ends.

    is_played: whether the page has its player, which offers the way back to the run before; else the sidebar does.
    """
    run = find_or_refuse_run(experiment)
    if run is None:
        st.stop()
    if not is_played and (described := describe_previous_run()):
        st.sidebar.button(
            _("Back to the previous run"),
            key="previous run",
            on_click=go_back_to_previous_run,
            help=described,
            icon=":material/undo:",
            width="stretch",
        )
    return run


def find_or_refuse_run(experiment: Experiment) -> LiveRun | None:
    """The session's run of this experiment; None where there can be none, with a sentence that says why."""
    place = st.empty()  # where a download shows how far it is
    try:
        return get_or_start_run(experiment, lambda: download_progress.load_data(place, experiment))
    except (ValueError, LookupError, OSError) as error:
        st.error(escape_markdown(say_by_label(error)))
    return None


def describe_previous_run() -> str:
    """What one step back leads to, where the settings had begun another run; "" where they had not."""
    previous = find_previous_run()
    if previous is None or simplification().guided:
        return ""
    e = previous.trainer.experiment
    return _(
        "{task}, {cell}, at update {n}: the run with its settings.",
        task=_(TASKS[e.task].title),
        cell=CELL_TITLES[e.cell],
        n=previous.trainer.index,
    )
