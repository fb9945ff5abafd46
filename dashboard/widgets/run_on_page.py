"""The run that a page is about: begun where the settings ask for another one, with a sentence where it cannot."""

from typing import Any

import streamlit as st

from core.training.experiment import Experiment
from dashboard.common.markdown import plain
from dashboard.serving.turns import turn
from dashboard.session.live_run import Live, current, get_run, set_run
from dashboard.session.settings import choose_experiment
from dashboard.widgets import download_progress, experiment_panel


def open_run(experiment: Experiment) -> Live:
    """The session's run of this experiment; where there can be none a sentence says why, and the page ends."""
    place = st.empty()  # where a download shows how far it is
    try:
        return current(experiment, lambda: download_progress.load(place, experiment))
    except (ValueError, LookupError, OSError) as error:
        st.error(plain(str(error)))
        st.stop()


def rewind(**changes: Any) -> None:
    """The page's run, which diverged, goes on from a good state before; its curves and settings follow.

    changes: as of `Trainer.rewind`. For a callback of a fragment that calls `experiment_panel.draw_changes`.
    """
    live = get_run()
    with turn():
        trainer = live.trainer.rewind(**changes)
        live.curves.cut(trainer.index)
        set_run(live.succeeded_by(trainer, live.curves))
    choose_experiment(trainer.experiment)
    experiment_panel.show_changes()
