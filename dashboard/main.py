"""What every visit runs: the frame of the page, and one line for each page."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.serving.flush import delivered
from dashboard.widgets import welcome

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
        st.Page("views/live/page.py", title=_("Live"), default=True),
        st.Page("views/compare/page.py", title=_("Compare"), url_path="compare"),
        st.Page("views/unrolled/page.py", title=_("Unrolled"), url_path="unrolled"),
        st.Page("views/gates/page.py", title=_("Gates"), url_path="gates"),
        st.Page("views/gradients/page.py", title=_("Gradients"), url_path="gradients"),
        st.Page("views/memory/page.py", title=_("Memory"), url_path="memory"),
        st.Page("views/architectures/page.py", title=_("Architectures"), url_path="architectures"),
        st.Page("views/yours/page.py", title=_("Yours"), url_path="yours"),
    ],
    position="top",
)
welcome.greet(pages.url_path)
pages.run()
delivered()
