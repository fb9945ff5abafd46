"""What a monitor sends to an app on another machine arrives there, late and in order, or is said not to."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch
from torch import nn

from core.io.monitor import Monitor, list_monitored, sink
from core.io.monitor.inbox import RunTakenError, receive_file
from core.io.monitor.layout import ABOUT_FILE, STATE_FILE, frame_file

# A thread of the sink warns, which pytest could only see by chance.
pytestmark = pytest.mark.filterwarnings("ignore:Unrolled")
TOKEN = "t" * 24
PROBE = torch.zeros(5, 1, 3)


class App(BaseHTTPRequestHandler):
    """The app's route, as it is to be built."""

    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(self.headers["X-Unrolled-File"])
        try:
            if self.path != f"/monitor/{TOKEN}":
                status = 403
            else:
                names = ("X-Unrolled-Run", "X-Unrolled-Writer", "X-Unrolled-File")
                receive_file(self.server.root, *(self.headers[n] for n in names), content)
                status = 204
        except RunTakenError:
            status = 409
        except LookupError:
            status = 404
        except ValueError:
            status = 400
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def app(root, port=0):
    server = ThreadingHTTPServer(("127.0.0.1", port), App)
    server.root, server.seen = root, []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


def watched(root, port, token=TOKEN, name="a"):
    torch.manual_seed(0)
    address = f"http://127.0.0.1:{port}/"
    return Monitor(nn.GRU(3, 4), PROBE, name=name, every=1, root=root, post=address, token=token)


def test_the_app_has_what_the_folder_has(tmp_path):
    with app(tmp_path / "app") as server:
        with watched(tmp_path / "here", server.server_port) as monitor:
            for k in range(4):
                monitor.step(k)
        assert monitor.sentences == ()
    (there,), (here,) = list_monitored(tmp_path / "app"), list_monitored(tmp_path / "here")
    for run in (there, here):
        run.refresh()
    assert (there.key, there.about) == (here.key, here.about)
    assert there.updates == here.updates == [0, 1, 2, 3, 4]
    assert there.numbers == here.numbers
    assert there.state.name == "ended"
    for update in here.updates:
        content = [(run.folder / frame_file(update)).read_bytes() for run in (there, here)]
        assert content[0] == content[1]


def test_an_app_that_comes_late_gets_it_all_and_training_does_not_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(sink, "FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(sink, "LAST_PAUSE_SECONDS", 0.05)
    with app(tmp_path / "nobody") as server:
        port = server.server_port
    monitor = watched(tmp_path / "here", port)
    for k in range(3):
        monitor.step(k)
    wait_for(lambda: monitor.sentences)
    assert "expected the app there, got [Errno 111]" in monitor.sentences[0]
    with app(tmp_path / "app", port):
        monitor.close()
    (there,) = list_monitored(tmp_path / "app")
    there.refresh()
    assert there.updates == [0, 1, 2, 3]
    assert [*there.numbers] == [0, 1, 2, 3]


def test_what_waits_is_bounded_and_the_oldest_goes(monkeypatch):
    monkeypatch.setattr(sink, "MAX_WAITING_BYTES", 350)
    monkeypatch.setattr(sink.Sink, "_run", lambda self: None)
    complaints = []
    waiting = sink.Sink("http://host:1", TOKEN, "0" * 16, "w", complaints.append)
    waiting.send(ABOUT_FILE, b"about")
    for k in range(6):
        waiting.send(frame_file(k), b"x" * 100)
        waiting.send(STATE_FILE, b"state %d" % k)
        waiting.send("numbers.jsonl", b"%d\n" % k)
    files = [file for file, _ in waiting._waiting]
    assert [f for f in files if f.startswith("update")] == [frame_file(k) for k in (3, 4, 5)]
    assert files.count(STATE_FILE) == 1
    assert b"".join(c for f, c in waiting._waiting if f == "numbers.jsonl") == b"0\n1\n2\n3\n4\n5\n"
    (complaint,) = complaints
    assert "The oldest recorded updates are not sent" in complaint


def test_a_wrong_token_is_said(tmp_path):
    with app(tmp_path / "app") as server:
        with watched(tmp_path / "here", server.server_port, "u" * 24) as monitor:
            monitor.step(1)
        assert "got the answer 403" in monitor.sentences[0]
    assert list_monitored(tmp_path / "app") == []


def test_two_machines_with_one_name(tmp_path):
    with app(tmp_path / "app") as server, watched(tmp_path / "one", server.server_port) as first:
        first.step(1)
        wait_for(lambda: list_monitored(tmp_path / "app"))
        second = watched(tmp_path / "two", server.server_port)
        second.step(2)
        second.close()
        assert "this one is shown beside it" in second.sentences[0]
        first.step(3)
    runs = {run.key: run for run in list_monitored(tmp_path / "app")}
    for run in runs.values():
        run.refresh()
    assert runs[first.key].numbers == {0: {}, 1: {"loss": 1.0}, 2: {"loss": 3.0}}
    assert runs[f"{first.key}-2"].numbers == {0: {}, 1: {"loss": 2.0}}


@pytest.mark.parametrize(
    ("run", "writer", "file", "content"),
    [
        ("../../etc/passwd", "w", ABOUT_FILE, b""),
        ("0" * 16, "w/..", ABOUT_FILE, b""),
        ("0" * 16, "w", "../x.py", b""),
        ("0" * 16, "w", "writer.lock", b""),
        ("0" * 16, "w", ABOUT_FILE, b'{"format": "unrolled-monitor-1"}'),
        ("0" * 16, "w", ABOUT_FILE, b" " * (2**20 + 1)),
    ],
)
def test_what_no_monitor_sends_is_not_taken(tmp_path, run, writer, file, content):
    with pytest.raises(ValueError, match="expected"):
        receive_file(tmp_path, run, writer, file, content)
    assert not list(tmp_path.rglob("*"))


def test_a_frame_of_another_make_is_not_taken(tmp_path):
    with app(tmp_path / "app") as server, watched(tmp_path / "here", server.server_port) as monitor:
        monitor.step(1)
    key = monitor.key
    with pytest.raises(ValueError, match="recorded update: expected a file"):
        receive_file(tmp_path / "app", key, "w", frame_file(2), b"\x08\0\0\0\0\0\0\0{}      ")
    whole = (tmp_path / "here" / "live" / key / frame_file(1)).read_bytes()
    with pytest.raises(ValueError, match="expected the update 2, got another"):
        receive_file(tmp_path / "app", key, "w", frame_file(2), whole)
    with pytest.raises(LookupError, match=r"whose about\.json was sent"):
        receive_file(tmp_path / "app", "0" * 16, "w", frame_file(1), whole)
