"""The choice at the first visit of a browser: the course, or the page that is open. The browser knows whether it is one."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.player.component import load_component
from dashboard.session.course import CourseState
from dashboard.session.state import state


def offer_course() -> None:
    """One line above the page, where the address said nothing; it goes away with either choice."""
    if not state(CourseState).greets:
        return
    strings = {
        "question": _("New here?"),
        "course": _("Take the course"),
        "play": _("Play"),
    }
    with st.container(key="first_visit_box"):
        load_component("course/first_visit")(key="first visit", data={"strings": strings})
