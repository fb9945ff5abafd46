"""Whether a reader sits at the server's own machine."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PROXY_HEADERS = (
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "forwarded",
    "via",
)


def is_at_this_machine() -> bool:
    """Whether the browser reaches this server without a proxy, from the machine that both are on."""
    return st.context.ip_address is None and is_direct(st.context.headers)


def is_direct(headers: Mapping[str, str]) -> bool:
    """Whether the headers are those of a browser that asked this machine by its name for itself, and no proxy's."""
    names = {name.lower(): value for name, value in headers.items()}
    host = urlsplit(f"//{names.get('host', '')}").hostname
    return host in LOOPBACK and not any(name in names for name in PROXY_HEADERS)
