"""The browser is opened for who started the app by hand at a display, and for nobody else."""

import asyncio
import os
import pty
import socket
import subprocess
import sys
import webbrowser
from pathlib import Path

import pytest
import streamlit as st

from benchmarks._harness.browser import free_port
from dashboard.serving import open_browser

ROOT = Path(__file__).parents[3]
ASK = "from dashboard.serving.open_browser import is_wanted; print(f'wanted: {is_wanted()}')"


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "a"}, True),  # forwarded
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "a"}, False),
        ("win32", {}, True),
    ],
)
def test_where_there_is_a_display(platform, environment, expected):
    assert open_browser.has_display(platform, environment) == expected


def ask(display: str, *words: str, by_hand: bool) -> str:
    """What a process says that is started in a terminal, or by another program."""
    ours, theirs = pty.openpty()
    streams = {"stdin": theirs, "stdout": theirs} if by_hand else {"stdout": subprocess.PIPE}
    command = [sys.executable, "-c", ASK, *words]
    environment = os.environ | {"DISPLAY": display, "WAYLAND_DISPLAY": ""}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, **streams
    )
    os.close(theirs)
    heard = process.communicate()[0] if not by_hand else b""
    process.wait()
    heard = heard or os.read(ours, 1000)
    os.close(ours)
    return heard.decode().strip().rpartition("wanted: ")[2]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
def test_who_is_wanted_one():
    assert ask(":0", by_hand=True) == "True"
    assert ask("", by_hand=True) == "False"
    assert ask(":0", by_hand=False) == "False"
    assert ask(":0", "--server.headless=true", by_hand=True) == "False"


def test_it_opens_the_page_when_the_server_answers(monkeypatch):
    port, opened = free_port(), []
    monkeypatch.setattr(st, "get_option", {"server.port": port, "server.baseUrlPath": "lab"}.get)
    monkeypatch.setattr(webbrowser, "open", opened.append)

    async def begin() -> None:
        opening = asyncio.create_task(open_browser.open_browser())
        await asyncio.sleep(0.3)
        assert opened == [], "nobody listens yet"
        with socket.create_server(("localhost", port)):
            await opening

    asyncio.run(begin())
    assert opened == [f"http://localhost:{port}/lab/"]
