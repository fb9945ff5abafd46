"""The configuration for servers of this machine is deploy/nginx.conf, but for three places, and nginx takes it."""

import subprocess

import pytest

from dashboard.serving import nginx

SERVERS = ["127.0.0.1:4001", "127.0.0.1:4002", "127.0.0.1:4003"]


def test_addresses_and_temporary_paths_alone_are_changed(tmp_path):
    template = nginx.TEMPLATE.read_text("utf-8").splitlines()
    lines = nginx.configuration(tmp_path, "192.168.7.1:8090", SERVERS).splitlines()
    added = [line.strip() for line in lines if line not in template]
    removed = [line.strip() for line in template if line not in lines]
    assert [line for line in added if line.startswith("server ")] == [
        f"server {server} max_fails=1 fail_timeout=5s;" for server in SERVERS
    ]
    assert "listen 192.168.7.1:8090;" in added
    paths = {line for line in added if "_temp_path" in line}
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    assert paths == {f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds}
    assert len(added) == len(SERVERS) + 1 + len(paths)
    assert all(line.startswith(("server one:", "server two:", "listen 8080;")) for line in removed)
    assert len(removed) == 3


def test_nginx_takes_it(tmp_path):
    text = nginx.configuration(tmp_path, "127.0.0.1:8090", SERVERS)
    command = [*nginx.write_command(tmp_path, text), "-t"]
    tried = subprocess.run(command, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    (tmp_path / "nginx.conf").write_text(text.replace("hash $reader", "hush $reader"))
    assert subprocess.run(command, capture_output=True).returncode != 0


def test_without_nginx_it_is_said_what_to_install_and_what_does_without(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(nginx, "MORE_FOLDERS", ())
    with pytest.raises(RuntimeError, match="nginx: expected it on this machine, got none") as error:
        nginx.find_nginx()
    for cure in ("apt install nginx-light", "brew install nginx", "--server.address 0.0.0.0"):
        assert cure in str(error.value)


def test_it_is_found_where_debian_has_it_though_the_path_of_a_user_does_not_lead_there(
    monkeypatch, tmp_path
):
    sbin = tmp_path / "sbin"
    sbin.mkdir()
    (sbin / "nginx").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(nginx, "MORE_FOLDERS", (str(sbin),))
    assert nginx.find_nginx() == str(sbin / "nginx")


def test_a_template_without_the_lines_to_replace_is_said(monkeypatch, tmp_path):
    template = tmp_path / "template"
    template.write_text(nginx.TEMPLATE.read_text("utf-8").replace("listen 8080", "listen 80"))
    monkeypatch.setattr(nginx, "TEMPLATE", template)
    with pytest.raises(RuntimeError, match=r"expected listen 8080; once, got it 0 times"):
        nginx.configuration(tmp_path, "127.0.0.1:8090", SERVERS)
