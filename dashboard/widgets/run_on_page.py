"""The run that a page is about: begun where the settings ask for another one, with a sentence where it cannot."""

import streamlit as st

from core.training.experiment import Experiment
from dashboard.common.markdown import plain
from dashboard.session.live_run import Live, current
from dashboard.widgets import download_progress


def open_run(experiment: Experiment) -> Live:
    """The session's run of this experiment; where there can be none a sentence says why, and the page ends."""
    place = st.empty()  # where a download shows how far it is
    try:
        return current(experiment, lambda: download_progress.load_data(place, experiment))
    except (ValueError, LookupError, OSError) as error:
        st.error(plain(str(error)))
        st.stop()
