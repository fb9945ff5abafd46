"""A real server, started from another folder as a user may, and the system's Chromium."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks._harness.browser import free_port
from dashboard.serving import programs

ROOT = Path(__file__).parents[2]
LONG = 60_000  # milliseconds: two browsers and two servers, on two cores that may do much else
expect.set_options(timeout=LONG)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def chromium() -> str:
    """The path of the browser. Without one: a skip that says what to do, in CI a failure."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    sentence = "Chromium: expected one on the PATH, got none. Install the package `chromium`."
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@contextmanager
def run_app(
    arguments: Callable[[int], list[str]], folder: Path, cwd: Path, environment: dict[str, str]
) -> Iterator[tuple[str, Path]]:
    """A program of Python's that serves the app: its address, and the file that it logs to. arguments: for its port."""
    port = free_port()
    address, log = f"http://localhost:{port}", folder / "log"
    program = programs.start(
        [sys.executable, *arguments(port)],
        log,
        cwd=cwd,
        env=os.environ
        | {"XDG_DATA_HOME": str(folder / "data"), "UNROLLED_RUNS": str(folder / "runs")}
        | environment,
    )
    try:
        programs.wait_until(lambda: programs.is_healthy(address), program)
        yield address, log
    finally:
        programs.end(program)


@contextmanager
def run_server(folder: Path, **environment: str) -> Iterator[tuple[str, Path]]:
    """The running app: its address, and the file that it logs to. folder: where it works. environment: of its own."""

    def arguments(port: int) -> list[str]:
        command = ["-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
        return [*command, "--logger.enableRich=false"]  # tracebacks as `failures` reads them

    with run_app(arguments, folder, folder, environment) as running:
        yield running
    assert not failures(running[1]), running[1].read_text()


@contextmanager
def run_pseudo_server(folder: Path, **environment: str) -> Iterator[tuple[str, Path]]:
    """As `run_server`, the app in a made language: see tests.helpers.pseudo_language."""

    def arguments(port: int) -> list[str]:
        return ["-m", "tests.helpers.pseudo_language", str(port), str(folder / "locales")]

    with run_app(arguments, folder, ROOT, environment) as running:
        yield running


@pytest.fixture(scope="module")
def pseudo_server(tmp_path_factory):
    """The app in the made language."""
    with run_pseudo_server(tmp_path_factory.mktemp("pseudo")) as running:
        yield running


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The running app: its address, and the file that it logs to."""
    with run_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def small_course(tmp_path_factory):
    """As `server`, an app whose course is one small lesson."""
    folder = tmp_path_factory.mktemp("course")
    with run_server(folder, UNROLLED_LESSONS=str(ROOT / "tests" / "data" / "lessons")) as running:
        yield running


@pytest.fixture(scope="session")
def address(server):
    """The address of the running app."""
    return server[0]


def failures(log: Path) -> int:
    """How often our code stands in a traceback of the server's.

    A browser that leaves while the server is sending makes Streamlit log an error of its own.
    """
    text = log.read_text()
    return sum(text.count(f'File "{ROOT / folder}') for folder in ("app.py", "core", "dashboard"))


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(), args=QUIET, timeout=1000 * programs.START_SECONDS
        )
        yield started
        started.close()


@pytest.fixture
def page(browser, server):
    """A fresh visitor; the test fails when a script of the page did, in the browser or on the server."""
    yield from visit(browser, server, viewport={"width": 1440, "height": 900})


@pytest.fixture
def phone(browser, server):
    """A fresh visitor with a phone: a small screen that is touched."""
    small = {"width": 390, "height": 844}
    yield from visit(browser, server, viewport=small, has_touch=True, is_mobile=True)


def visit(browser: Browser, server: tuple[str, Path], **device: Any) -> Iterator[Page]:
    """A page of its own on such a device, closed afterwards."""
    address, log = server
    before = failures(log)
    opened: Page = browser.new_page(base_url=address, **device)
    opened.set_default_timeout(LONG)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.close()
    assert not errors, errors
    assert failures(log) == before, log.read_text()
