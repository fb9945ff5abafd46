"""Downloads from a server on this machine: progress, cache, broken lines, and what the page shows."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.tasks import air_quality
from core.tasks.air_quality import HOURS
from core.tasks.data.download import cache_folder, fetch_file, reporting_to
from tests.helpers.pages import run_of

MAIN = Path(__file__).parents[3] / "dashboard" / "main.py"

CONTENT = bytes(range(256)) * 1000


class Server(HTTPServer):
    """Answers every request with `content`; claims `length` bytes; counts what was asked."""

    content, length, asked, status = CONTENT, len(CONTENT), 0, 200


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        self.server.asked += 1
        self.send_response(self.server.status)
        if self.server.length:
            self.send_header("Content-Length", str(self.server.length))
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, format, *args):
        pass


@pytest.fixture
def server(monkeypatch, tmp_path) -> Iterator[Server]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def url(server: Server, file: str = "a.bin") -> str:
    return f"http://127.0.0.1:{server.server_port}/{file}"


def get(server: Server, most: int = 10**6) -> bytes:
    return fetch_file(
        "digits", url(server), most, bytes, "use source 5000, which needs no network."
    )


@pytest.mark.parametrize("total", [len(CONTENT), None])
def test_every_piece_is_reported_and_the_second_time_nothing_is_fetched(server, total):
    server.length = total or 0
    told: list[tuple[str, int, int | None]] = []
    with reporting_to(lambda *news: told.append(news)):
        assert get(server) == CONTENT
        assert told[0] == ("digits", 0, None)
        assert told[-1] == ("digits", len(CONTENT), total)
        sizes = [so_far for _, so_far, _ in told]
        assert sizes == sorted(set(sizes))
        assert len(told) > 3
        told.clear()
        assert get(server) == CONTENT
    assert (server.asked, told) == (1, [])


def test_nobody_has_to_listen(server):
    with reporting_to(lambda *news: pytest.fail("told after it had ended")):
        pass
    assert get(server) == CONTENT


@pytest.mark.parametrize(
    ("status", "length", "most", "says"),
    [
        (404, 0, 10**6, r"to answer within 20 seconds, got: Not Found\. Check the network, or use"),
        (200, 2 * len(CONTENT), 10**6, r"expected 512,000 bytes from .*, got 256,000 before the"),
        (
            200,
            len(CONTENT),
            1000,
            r"at most 1,000 bytes from .*, got more\. Instead, use source 5000",
        ),
    ],
)
def test_what_goes_wrong_is_said_and_nothing_is_kept(server, status, length, most, says):
    server.status, server.length = status, length
    with pytest.raises(ValueError, match=rf"^digits: .*{says}"):
        get(server, most)
    assert not cache_folder().exists()


def test_the_page_shows_how_far_it_is_and_then_the_real_data(server, monkeypatch):
    lines = ["pm2.5,TEMP,DEWP,PRES,cbwd"]
    lines += [f"{(k * 37) % 400},{k % 30},{k % 7},1000,NE" for k in range(HOURS)]
    server.content = "\n".join(lines).encode()
    server.length = len(server.content)
    monkeypatch.setattr(air_quality, "URL", url(server, "data.csv"))
    shown: list[tuple[float, str]] = []

    def progress(self, value, text):
        shown.append((value, text))

    monkeypatch.setattr("streamlit.delta_generator.DeltaGenerator.progress", progress)
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["task"], app.query_params["data"] = "air_quality", "real"
    app.run()
    assert not app.exception
    assert not app.error
    size = server.length / 1e6
    assert shown[0] == (0.0, "Downloading air_quality: 0.0 MB")
    assert shown[-1] == (1.0, f"Downloading air_quality: {size:.1f} MB of {size:.1f} MB")
    assert "real hours" in run_of(app).trainer.task.note
    number = len(shown)
    app.run()
    assert len(shown) == number


def test_without_network_the_page_says_what_to_do(monkeypatch, tmp_path, server):
    monkeypatch.setattr(air_quality, "URL", url(server, "data.csv"))
    server.status = 503
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["task"], app.query_params["data"] = "air_quality", "real"
    app.query_params["horizon"] = "9"
    app.run()
    assert not app.exception
    assert "Check the network, or use data made" in app.error[0].value
