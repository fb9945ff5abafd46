"""On a page without the player: the run trains, in view, to the update at which the session's link stands."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.navigation import Page
from dashboard.session import position
from dashboard.session.live_run import get_run

SECONDS_PER_LOOK = 0.25  # of training from one look at the progress bar to the next


def train_to_position(page: Page) -> None:
    """Trains the session's run to the update of the link. Pause, or leaving the page, ends it for good."""
    live = get_run()
    goal = (position.get_link_position(page, live) or {}).get("update", 0)
    if live.trainer.index >= goal or live.trainer.diverged:
        return
    place, updates = st.empty(), 1
    with place.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Pause"), key="pause at once", on_click=_stop_there, icon=":material/pause:")
        bar = st.progress(0.0, width="stretch")
    while updates and live.trainer.index < goal:
        index = live.trainer.index
        # A click on Pause ends the script here.
        bar.progress(
            index / goal, _("Training to update {goal} of the link: now at {n}", goal=goal, n=index)
        )
        updates = live.train(goal - index, SECONDS_PER_LOOK)
    place.empty()


def _stop_there() -> None:
    get_run().from_link = False
