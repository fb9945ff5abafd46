"""Running a part of the page anew."""

from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException


def again() -> NoReturn:
    """Runs the fragment anew; the whole page, where it runs as a part of that.

    Streamlit makes one run of two clicks in quick succession, the first on a button of a fragment, the
    second on a control: then the button's code runs with the whole page, and may ask for no less.
    """
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()
    raise AssertionError("a rerun ends the run")
