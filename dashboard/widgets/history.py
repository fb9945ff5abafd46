"""The browser's history: one press of Back or Forward for each page and each setting.

`dashboard.session.link` restores the settings; here the browser hears that they are restored.
"""

from dataclasses import dataclass

import streamlit as st

from dashboard.player.component import load_component
from dashboard.serving.streamlit_private import visited_query
from dashboard.session.state import state


@dataclass
class HistoryState:
    """visits: how often the reader has gone back or forward."""

    visits: int = 0


def answer_visit() -> None:
    """Tells the browser which entry of its history this run shows, if it answers a press of Back or Forward."""
    mine, query = state(HistoryState), visited_query()
    if query is not None:
        mine.visits += 1
    with st.container(key="history_box"):
        # The number tells two visits to the same address apart.
        load_component("hidden/history")(
            key="history", data={"query": query, "visits": mine.visits}
        )
