"""The run that a page is about: begun where the settings ask for another one, with a sentence where it cannot."""

import streamlit as st

from core.training.experiment import Experiment
from dashboard.common.markdown import escape_markdown
from dashboard.session.live_run import LiveRun, get_or_start_run
from dashboard.widgets import download_progress


def open_run(experiment: Experiment) -> LiveRun:
    """The session's run of this experiment; where there can be none a sentence says why, and the page ends."""
    place = st.empty()  # where a download shows how far it is
    try:
        return get_or_start_run(experiment, lambda: download_progress.load_data(place, experiment))
    except (ValueError, LookupError, OSError) as error:
        st.error(escape_markdown(str(error)))
        st.stop()
