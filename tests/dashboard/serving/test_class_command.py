"""A class by one command: it starts, says where it is, outlives a killed server, and leaves nothing behind."""

import errno
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from dashboard.serving import __main__ as command
from dashboard.serving.programs import free_port, is_healthy, wait_until
from tests.dashboard.serving.test_services import is_alive

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]


@pytest.fixture
def start_class(tmp_path):
    """Starts `python -m dashboard.serving` with these words, as a terminal does: in a group of its own, which Ctrl-C
    reaches also where the tests themselves ignore it, as a job in the background does."""
    started = []
    ignored = signal.signal(signal.SIGINT, signal.default_int_handler)
    folders = {"UNROLLED_RUNS": str(tmp_path / "runs"), "TMPDIR": str(tmp_path)}

    def start(*words: object) -> subprocess.Popen:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "dashboard.serving", *map(str, words)],
                cwd=ROOT,
                env=os.environ | folders | {"UNROLLED_MEMORY": "500"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        process.wait()
        process.stdout.close()
    signal.signal(signal.SIGINT, ignored)


def read_until(process: subprocess.Popen, words: str) -> str:
    """What it prints up to the line with these words."""
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if words in line:
            return "".join(lines)
    pytest.fail(f"{words!r} was not printed, but: {''.join(lines)}")


def descendants(pid: int) -> dict[int, str]:
    """The processes that it has started, and those that they have: pid -> command line."""
    parents, commands = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            commands[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):  # ended meanwhile
            continue
        parents[int(folder.name)] = int(stat.rsplit(")", 1)[1].split()[1])
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return {member: commands[member] for member in family - {pid}}


def variables(pid: int) -> dict[str, str]:
    """The environment of a process."""
    text = Path(f"/proc/{pid}/environ").read_text()
    return dict(line.split("=", 1) for line in text.split("\0") if "=" in line)


def test_it_starts_outlives_a_killed_server_and_leaves_nothing_behind(start_class, tmp_path):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = start_class("--processes", 2, "--port", port, "--address", "127.0.0.1")
    printed = read_until(process, "Ctrl-C ends the class")
    assert "2 servers and nginx: all are ready." in printed
    assert f"The class opens  {address}\n" in printed
    assert re.search(r"2 processes together compute [1-9]\d* updates", printed)
    assert is_healthy(address)
    with urllib.request.urlopen(address) as answer:
        assert any("unrolled=" in cookie for cookie in answer.headers.get_all("Set-Cookie"))

    family = descendants(process.pid)
    servers = [pid for pid, words in family.items() if "streamlit run" in words]
    assert len(servers) == 2
    assert {variables(pid)["UNROLLED_RUNS"] for pid in servers} == {str(tmp_path / "runs")}
    assert {variables(pid)["UNROLLED_MEMORY"] for pid in servers} == {"250"}

    os.kill(servers[0], signal.SIGKILL)
    printed = read_until(process, "answers again")
    name = re.search(r"^(server [12]) has ended, with exit code -9", printed, re.M)
    assert name is not None
    assert f"{name[1]} answers again." in printed
    family |= descendants(process.pid)
    again = [words for words in descendants(process.pid).values() if "streamlit run" in words]
    assert sorted(again) == sorted(family[pid] for pid in servers), "at the same ports"

    process.terminate()
    rest = process.stdout.read()
    assert process.wait() == 0, rest
    assert rest == "The class has ended.\n"
    wait_until(lambda: not any(map(is_alive, family)))
    with pytest.raises(OSError, match="refused"):
        is_healthy(address)
    assert not list(tmp_path.glob("unrolled-class-*"))


def test_ctrl_c_while_it_starts_ends_it_without_a_traceback(start_class, tmp_path):
    process = start_class("--processes", 1, "--port", free_port(), "--address", "127.0.0.1")
    read_until(process, "Starting 1 server and nginx")
    family = descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    rest = process.stdout.read()
    assert process.wait() == 0
    assert rest == "The class has ended.\n"
    wait_until(lambda: not any(map(is_alive, family)))
    assert not list(tmp_path.glob("unrolled-class-*"))


def test_a_port_that_is_taken_is_said_at_once(start_class):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        process = start_class("--port", port, "--address", "127.0.0.1")
        printed = process.stdout.read()
        assert process.wait() == 1
    assert printed == (
        f"port {port}: expected one that is free, got one at which another program listens. "
        "End that, or choose another port with --port.\n"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--processes", "0"], "processes: expected a whole number from 1 to 256, got 0"),
        (["--port", "65536"], "port: expected a whole number from 1 to 65535, got 65536"),
        (["--address", "192.0.2.77"], "address: expected an IPv4 address of this machine, got 192"),
        (["--address", "::1"], "address: expected an IPv4 address of this machine, got ::1"),
    ],
)
def test_what_cannot_be_is_a_sentence(monkeypatch, capsys, words, sentence):
    monkeypatch.setattr(command, "stop_on_signals", lambda: None)
    assert command.main(words) == 1
    assert capsys.readouterr().err.startswith(sentence)


def test_a_port_for_administrators_is_a_sentence():
    error = PermissionError(errno.EACCES, "Permission denied")
    sentence = command.describe_taken("0.0.0.0", 80, error)
    assert sentence.startswith("port 80: expected one that this user may open")
    assert "--port 8080" in sentence


def test_a_hangup_that_is_ignored_stays_ignored():
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
        stop = command.stop_on_signals()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert not stop.is_set()
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
