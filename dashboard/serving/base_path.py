"""The path that the app is served below, as Streamlit's option says."""

import streamlit as st


def base_path() -> str:
    """What stands before the path of each route: "/class/rnn" for server.baseUrlPath class/rnn, else ""."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
