"""Opens the browser where somebody started the app in a terminal and there is a display to open it on.

Streamlit would do so itself, if it were not told to be headless; but then it also asks for an e-mail address first.
"""

import asyncio
import os
import socket
import sys
import webbrowser
from collections.abc import Mapping

import streamlit as st

from dashboard.serving.base_path import base_path

TRIES, PAUSE_SECONDS = 100, 0.1


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether a window can be opened: on Linux a display says so; elsewhere there is one, but not over SSH."""
    if platform.startswith(("linux", "freebsd")):
        return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    return "SSH_CONNECTION" not in environment


def is_wanted() -> bool:
    """Whether a person started it by hand, on this machine: not as a service, in a test or for a class."""
    is_by_hand = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    is_asked_not_to = any(word.startswith("--server.headless") for word in sys.argv)
    return is_by_hand and not is_asked_not_to and has_display(sys.platform, os.environ)


async def open_browser() -> None:
    """Opens the app's first page, once the server answers; where that cannot be, the printed address remains."""
    port = int(st.get_option("server.port"))
    for _ in range(TRIES):
        with socket.socket() as probe:
            if probe.connect_ex(("localhost", port)) == 0:
                break
        await asyncio.sleep(PAUSE_SECONDS)
    else:
        return
    address = f"http://localhost:{port}{base_path()}/"
    await asyncio.get_running_loop().run_in_executor(None, webbrowser.open, address)
