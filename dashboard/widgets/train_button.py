"""The button that trains the session's run for a while, on the pages without the player."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.session.live_run import get_run

UPDATES_PER_PRESS, PATIENCE_SECONDS = 100, 20.0  # of one press, at most


def draw_train_button() -> None:
    """One press trains UPDATES_PER_PRESS updates; where that takes too long fewer, and it says so."""
    st.button(
        _("Train {n} updates", n=UPDATES_PER_PRESS),
        key="train 100",
        on_click=_train_for_a_while,
        disabled=bool(get_run().trainer.diverged),
    )


def _train_for_a_while() -> None:
    run = get_run()
    updates = run.train(UPDATES_PER_PRESS, PATIENCE_SECONDS)
    if updates < UPDATES_PER_PRESS and not run.trainer.diverged:
        st.toast(
            _(
                "{made} updates in {seconds:.0f} seconds. Press again to continue.",
                made=updates,
                seconds=PATIENCE_SECONDS,
            )
        )
