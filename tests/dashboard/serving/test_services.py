"""The servers of a class share the memory; one that cannot be started anew ends the class with its own words."""

import sys

import pytest

from dashboard.serving import services
from dashboard.serving.services import Service, end_services, restart_ended, server_services


def test_the_memory_for_runs_is_shared_out(monkeypatch, tmp_path):
    monkeypatch.setenv("UNROLLED_MEMORY", "1000")
    servers = server_services(3, tmp_path)
    assert [server.environment["UNROLLED_MEMORY"] for server in servers] == ["333"] * 3
    assert len({server.address for server in servers}) == 3
    for server in servers:
        assert "--server.address=127.0.0.1" in server.command, "only nginx is reached from outside"
        assert f"--server.port={server.address.rsplit(':', 1)[1]}" in server.command


def test_nginx_knows_every_server(tmp_path):
    servers = server_services(3, tmp_path)
    front = services.nginx_service("0.0.0.0", 8090, servers, tmp_path)
    text = (tmp_path / "nginx.conf").read_text()
    for server in servers:
        assert f"server {server.address.removeprefix('http://')} " in text
    assert "listen 0.0.0.0:8090;" in text
    assert front.address == "http://127.0.0.1:8090"


def test_one_that_dies_again_is_not_tried_for_ever(tmp_path):
    command = [sys.executable, "-c", "print('no memory left'); raise SystemExit(3)"]
    server = Service("server 1", command, "http://127.0.0.1:9", tmp_path / "log")
    server.start()
    server.program.process.wait()
    reports = []
    with pytest.raises(RuntimeError, match="got its end with exit code 3") as error:
        restart_ended([server], lambda: False, reports.append)
    assert "no memory left" in str(error.value)
    assert reports == ["server 1 has ended, with exit code 3. It is started anew."]


def test_what_a_server_left_behind_ends_with_it(tmp_path):
    grandchild = "import time; time.sleep(600)"
    script = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {grandchild!r}], stdout=subprocess.PIPE)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)"
    )
    server = Service(
        "server 1", [sys.executable, "-c", script], "http://127.0.0.1:9", tmp_path / "log"
    )
    never_started = Service("server 2", [], "http://127.0.0.1:9", tmp_path / "log 2")
    server.start()
    services.programs.wait_until(server.log.read_text, server.program)
    services.programs.wait_until(lambda: server.log.read_text().endswith("\n"), server.program)
    pid = int(server.log.read_text())
    end_services([server, never_started])
    assert server.exit_code is not None
    services.programs.wait_until(lambda: not is_alive(pid))


def is_alive(pid: int) -> bool:
    """Whether it runs: one that has ended may stay in the table until somebody asks for its exit code."""
    try:
        with open(f"/proc/{pid}/stat") as status:
            return status.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
