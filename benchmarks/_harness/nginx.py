"""A real nginx before servers of this machine, with deploy/nginx.conf."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.serving import programs
from dashboard.serving.nginx import configuration, write_command


@contextmanager
def nginx(
    servers: list[str], base: str = "", edit: Callable[[str], str] = lambda text: text
) -> Iterator[str]:
    """A running nginx before servers at http://localhost:port: the address of the app.

    base: the path under which the app is, such as "/class/rnn". edit: of the configuration.
    """
    port = programs.free_port()
    replicas = [server.replace("http://localhost", "127.0.0.1") for server in servers]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = edit(configuration(folder, f"127.0.0.1:{port}", replicas))
        program = programs.start(write_command(folder, text), folder / "log")
        address = f"http://127.0.0.1:{port}{base}"
        try:
            programs.wait_until(lambda: programs.is_healthy(address), program)
            yield address
        finally:
            programs.end(program)
