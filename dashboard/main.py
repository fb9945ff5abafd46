"""What every visit runs: the frame of the page, and one line for each page."""

import streamlit as st

from dashboard.text import _

st.set_page_config(page_title="Unrolled", page_icon="🔁", layout="wide")
st.navigation(
    [
        st.Page("views/live.py", title=_("Live"), default=True),
    ],
    position="top",
).run()
