"""On a page without the player: the run trains, in view, to the update at which the session's link stands."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.navigation import Page
from dashboard.session import position
from dashboard.session.live_run import get_run

SECONDS_PER_LOOK = 0.25  # of training from one look at the progress bar to the next


def train_to_position(page: Page) -> None:
    """Trains up to there. Pause, or leaving the page, ends it at once, for good."""
    live = get_run()
    goal = (position.of_link(page, live) or {}).get("update", 0)
    if live.trainer.index >= goal or live.trainer.diverged:
        return
    place, made = st.empty(), 1
    with place.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Pause"), key="pause at once", on_click=_stay, icon=":material/pause:")
        bar = st.progress(0.0, width="stretch")
    said = _("Training to update {goal}, where the link stands: {n}")
    while made and live.trainer.index < goal:
        n = live.trainer.index
        bar.progress(n / goal, said.format(goal=goal, n=n))  # a click on Pause ends the script here
        made = live.train(goal - n, SECONDS_PER_LOOK)
    place.empty()


def _stay() -> None:
    get_run().arrived = False
