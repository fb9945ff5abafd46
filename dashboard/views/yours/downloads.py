"""Files to download that are made when the reader asks for them.

Streamlit makes such a file in a thread of its own, where no script runs: the session's controls have no values
there, and `state` would be another session's, empty one. So the session's topics go along. The file is made of what
they hold at that moment, also where the reader typed something after the button was drawn.
"""

import weakref
from collections.abc import Callable

import streamlit as st

from dashboard.common.i18n import _
from dashboard.serving import turns
from dashboard.session.state import act_for, present_topics


def offer_file(title: str, make: Callable[[], bytes | str], name: str, mime: str, key: str) -> None:
    """A button that makes the file and downloads it. make: may read `state` and take a time slice.

    It must not read controls: their values are known only while a script runs.
    """
    topics, client = weakref.ref(present_topics()), weakref.ref(turns.client())

    def make_for_reader() -> bytes | str:
        mine, turn_taker = topics(), client()
        if mine is None or turn_taker is None:  # the button must not outlive its session
            raise ValueError(_("This tab has been closed. Reload the page."))
        with act_for(mine), turns.act_for(turn_taker):
            return make()

    st.download_button(title, make_for_reader, name, mime, on_click="ignore", key=key)
