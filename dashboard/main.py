"""What every visit runs: the frame of the page, and one line for each page."""

import streamlit as st

from dashboard import arrival
from dashboard.delivery import delivered
from dashboard.text import _

st.set_page_config(page_title="Unrolled", page_icon="🔁", layout="wide", initial_sidebar_state=260)
# Streamlit's own margins would take a fifth of a projector's screen; and it fades what a run of more than half
# a second may change, but a player says itself that it trains, and shows real numbers until the next ones.
st.html(
    """<style>
.stMainBlockContainer { padding: 4rem 1.4rem 1rem; }
:has(> .st-key-keyring_box), :has(> .st-key-cursors_box) { position: absolute; }
[data-stale="true"]:has(> .stBidiComponent) { opacity: 1; transition: none; }
</style>"""
)
pages = st.navigation(
    [
        st.Page("views/live.py", title=_("Live"), default=True),
        st.Page("views/compare.py", title=_("Compare")),
        st.Page("views/unrolled.py", title=_("Unrolled")),
        st.Page("views/gates.py", title=_("Gates")),
        st.Page("views/gradients.py", title=_("Gradients")),
        st.Page("views/memory.py", title=_("Memory")),
        st.Page("views/architectures.py", title=_("Architectures")),
        st.Page("views/yours.py", title=_("Yours")),
    ],
    position="top",
)
arrival.greet(pages.url_path)
pages.run()
delivered()
