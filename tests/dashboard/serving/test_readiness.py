"""The server answers while it prepares; pages wait until it has."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from starlette.routing import Route

from dashboard.serving import readiness
from tests.helpers.asking import get

ROOT = Path(__file__).parents[3]
SECONDS = 30.0  # nothing here takes so long, unless it hangs


def status() -> int:
    return get([Route("/ready", readiness.send_readiness)], "/ready").status


def waiting_page() -> threading.Thread:
    page = threading.Thread(target=readiness.wait_until_ready, daemon=True)
    page.start()
    return page


def test_without_a_server_nothing_waits():
    assert readiness.is_ready()
    readiness.wait_until_ready()


def test_a_page_waits_until_the_work_is_done_and_no_longer():
    go_on, interval = threading.Event(), sys.getswitchinterval()
    readiness.prepare(lambda: (go_on.wait(SECONDS), None)[1])
    page = waiting_page()
    page.join(0.1)
    assert page.is_alive()
    assert status() == 503
    go_on.set()
    page.join(SECONDS)
    assert not page.is_alive()
    assert readiness.is_ready()
    assert status() == 200
    assert sys.getswitchinterval() == pytest.approx(interval)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_that_fails_keeps_no_page_waiting():
    def fail() -> None:
        raise ImportError("no torch")

    readiness.prepare(fail)
    page = waiting_page()
    page.join(SECONDS)
    assert not page.is_alive()
    for thread in threading.enumerate():
        if thread.name == "prepare":
            thread.join(SECONDS)  # its error belongs to this test


def test_the_frame_of_a_page_needs_no_torch():
    program = """
import sys
import streamlit as st
from streamlit.testing.v1 import AppTest
from dashboard.serving import readiness

def stop():
    print([name for name in ("torch", "core.training", "core.tasks") if name in sys.modules])
    st.stop()

readiness.is_ready, readiness.wait_until_ready = (lambda: False), stop
app = AppTest.from_file(sys.argv[1], default_timeout=60).run()
print(len(app.exception), [html.proto.body for html in app.get("html")])
"""
    command = [sys.executable, "-W", "ignore", "-c", program, str(ROOT / "dashboard" / "main.py")]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    modules, page = output.splitlines()[-2:]
    assert modules == "[]"
    assert page.startswith("0 ")
    assert "Starting." in page
