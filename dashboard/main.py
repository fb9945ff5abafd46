"""What every visit runs: the frame of the page, the greeting, and the page that is open."""

import streamlit as st

from dashboard import navigation
from dashboard.widgets.frame import wait_for_server

page, script = navigation.draw_menu()
st.set_page_config(
    page_title=f"{page.title} · Unrolled",  # the name of its entries in the browser's history, too
    page_icon="🔁",
    layout="wide",
    initial_sidebar_state="collapsed",
)
# Streamlit's own margins would take a fifth of a projector's screen, and those of four buttons in the sidebar
# would break their row. And it fades what a run of more than half a second may change, but a player says itself
# that it trains, and shows real numbers until the next ones.
st.html(
    """<style>
.stMainBlockContainer { padding: 4rem 1.4rem 1rem; }
:has(> .st-key-history_box), :has(> .st-key-keyring_box), :has(> .st-key-cursors_box) { position: absolute; }
[data-testid="stSidebar"] [data-testid="stButtonGroup"] button { min-width: 0; padding-inline: 0.4rem; }
[data-stale="true"]:has(> .stBidiComponent) { opacity: 1; transition: none; }
</style>"""
)
wait_for_server(page)

from dashboard.widgets import welcome  # noqa: E402 (it imports torch, which the server may still be doing)

welcome.draw_greeting(page)
script.run()
