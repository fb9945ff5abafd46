"""Addresses of the app's own pages."""

from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import streamlit as st

PAGES = ("compare", "unrolled", "gates", "gradients", "memory", "architectures", "yours")


def address(page: str) -> str:
    """The address of a page ("" is Live), without parameters, as this reader's browser sees it."""
    parts = urlsplit(st.context.url or "http://localhost:8501/")
    path = parts.path.rstrip("/")
    last = path.rpartition("/")[2]
    if last in PAGES or last == st.session_state.get("page", "yours"):
        path = path[: -len(last) - 1]
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/{page}", "", ""))


def link(page: str, query: dict[str, str]) -> str:
    """The address of a page with parameters."""
    return f"{address(page)}?{urlencode(query, quote_via=quote)}"
