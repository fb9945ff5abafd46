"""Addresses of the app's own pages, for the reader's browser and for others in the same network."""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlencode, urlsplit, urlunsplit

import streamlit as st

from dashboard.navigation import PAGES, Page
from dashboard.serving.invitation import lan_address

FIRST_ADDRESS = "http://localhost:8501/"  # where Streamlit opens the app unless told otherwise
SECONDS_TO_ANSWER = 0.3  # a machine answers itself at once, or refuses


@dataclass(frozen=True)
class Reach:
    """Who reaches the address in the reader's browser.

    is_local: it names the reader's own computer, so in a link it leads others to theirs. host: the name of this
    machine in its network; "" where it is in none. is_open: whether the server answers there.
    """

    is_local: bool
    host: str = ""
    is_open: bool = False

    @property
    def host_for_others(self) -> str:
        """The host that belongs into a link for others; "" where the browser's own will do, or there is none."""
        return self.host if self.is_open else ""


def find_reach() -> Reach:
    """Who reaches the browser's address. Asks this machine alone; nothing goes to the network."""
    parts = _browser_address()
    if not _is_local(parts.hostname or ""):
        return Reach(is_local=False)
    host = lan_address()
    if not host:
        return Reach(is_local=True)
    return Reach(
        True, host, _is_answered(host, parts.port or (443 if parts.scheme == "https" else 80))
    )


def network_address(host: str) -> str:
    """The app's address with this host in place of localhost."""
    parts = _browser_address()
    return urlunsplit((parts.scheme, _netloc(parts, host), "", "", ""))


def page_address(page: Page, host: str = "") -> str:
    """The address of a page, without parameters, as this reader's browser sees it; host: with this one instead."""
    parts = _browser_address()
    path = parts.path.rstrip("/")
    last = path.rpartition("/")[2]
    if last in [each.name for each in PAGES.values()]:
        path = path[: -len(last) - 1]
    return urlunsplit((parts.scheme, _netloc(parts, host), f"{path}/{page.url}", "", ""))


def page_link(page: Page, query: dict[str, str], host: str = "") -> str:
    """The address of a page with parameters."""
    return f"{page_address(page, host)}?{urlencode(query, quote_via=quote)}"


def _browser_address() -> SplitResult:
    return urlsplit(st.context.url or FIRST_ADDRESS)


def _netloc(parts: SplitResult, host: str) -> str:
    if not host:
        return parts.netloc
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_answered(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), SECONDS_TO_ANSWER):
            return True
    except OSError:
        return False
