"""Addresses of the app's own pages."""

from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import streamlit as st

from dashboard.navigation import PAGES, Page


def page_address(page: Page) -> str:
    """The address of a page, without parameters, as this reader's browser sees it."""
    parts = urlsplit(st.context.url or "http://localhost:8501/")
    path = parts.path.rstrip("/")
    last = path.rpartition("/")[2]
    if last in [each.name for each in PAGES.values()]:
        path = path[: -len(last) - 1]
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/{page.url}", "", ""))


def page_link(page: Page, query: dict[str, str]) -> str:
    """The address of a page with parameters."""
    return f"{page_address(page)}?{urlencode(query, quote_via=quote)}"
