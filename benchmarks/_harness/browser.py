"""The app in a real browser, for the benchmarks that look at the screen."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from dashboard.serving import programs
from dashboard.serving.programs import free_port

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@contextmanager
def server(app: Path = ROOT / "app.py") -> Iterator[tuple[str, float]]:
    """A running app: its address, and when it was started."""
    begun = time.perf_counter()
    with process(app) as (address, _):
        yield address, begun


@contextmanager
def process(
    app: Path = ROOT / "app.py", port: int = 0, base: str = "", **environment: str
) -> Iterator[tuple[str, subprocess.Popen]]:
    """A running app: its address, and its process. base: the path under which it is, such as "/class/rnn"."""
    port = port or free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(app),
        "--server.port",
        str(port),
        f"--server.baseUrlPath={base}",
    ]
    with tempfile.TemporaryDirectory() as folder:
        program = programs.start(command, Path(folder) / "log", env={**os.environ, **environment})
        address = f"http://localhost:{port}{base}"
        try:
            programs.wait_until(lambda: programs.is_healthy(address), program)
            yield address, program.process
        finally:
            programs.end(program)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium of this machine."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=FLAGS, timeout=1000 * programs.START_SECONDS
        )
        yield browser
        browser.close()


DATA = """name => {
  for (const host of document.querySelectorAll("*")) {
    const root = host.shadowRoot?.querySelector(".player");
    if (root) return root.dataset[name] ?? null;
  }
  return null;
}"""

COUNT_FRAMES = """() => { window.shown = 0;
  const look = () => { window.shown += 1; requestAnimationFrame(look); };
  requestAnimationFrame(look); }"""

MOVING = f"() => +({DATA})('update') >= 1"
