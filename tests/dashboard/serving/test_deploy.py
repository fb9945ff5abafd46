"""What the server does unless told otherwise, and two of them behind nginx."""

import asyncio
import re
import tomllib
from urllib.parse import quote, urlencode

import h11
import pytest

from benchmarks._harness.browser import ROOT, process
from benchmarks._harness.nginx import nginx
from benchmarks.serving import replicas
from core.training.experiment import FIELDS, MAX_LINK_BYTES
from dashboard.session import interventions, simplification

pytestmark = pytest.mark.long

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
SETTINGS_BYTES = 4 * len(urlencode({name: o.write(o.high) for name, o in FIELDS.items()}))


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("server", "address", "localhost"),  # nobody on the network reaches it
        ("server", "enableXsrfProtection", True),
        ("server", "enableCORS", True),
        ("browser", "gatherUsageStats", False),
        ("server", "fileWatcherType", "none"),
        ("runner", "postScriptGC", False),
        ("runner", "magicEnabled", False),
    ],
)
def test_defaults(section, name, value):
    assert CONFIG[section][name] == value


def test_nothing_large_is_taken_and_what_was_left_is_freed():
    server = CONFIG["server"]
    assert server["maxUploadSize"] <= 65
    assert server["maxMessageSize"] <= 50
    assert server["disconnectedSessionTTL"] <= 120


def test_nginx_takes_what_streamlit_takes_and_waits_longer_than_it_pings():
    (size,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    assert int(size) > CONFIG["server"]["maxUploadSize"]
    assert "proxy_read_timeout 1h" in NGINX
    assert CONFIG["server"]["websocketPingInterval"] < 60


def test_nginx_takes_the_longest_link():
    longest = {
        "an own text": MAX_LINK_BYTES,
        "the settings of four networks": SETTINGS_BYTES,
        "interventions": 3 * interventions.MAX_LINK_CHARACTERS,
        "a lesson's sentence": len(quote("🎓")) * simplification.MAX_SAY_CHARACTERS,
        "controls hidden and locked": 2 * simplification.MAX_NAMES * len("bidirectional_%2C"),
        "a page's address, the position on it, a key": 1000,
    }
    ((number, kilobytes),) = re.findall(r"large_client_header_buffers (\d+) (\d+)k;", NGINX)
    assert sum(longest.values()) <= int(kilobytes) * 1024
    assert int(number) >= 2, "one for the line of the request, one for the other headers"


def test_the_page_on_classrooms_names_these_bounds():
    text = " ".join((ROOT / "docs" / "classroom.md").read_text().split())
    assert f"up to {MAX_LINK_BYTES:,} bytes" in text
    for pattern in (r"large_client_header_buffers \d+ (\d+)k", r"client_max_body_size (\d+)m"):
        assert re.search(rf"\b{re.findall(pattern, NGINX)[0]} [kM]B", text)


def test_a_server_takes_an_own_text_beside_all_settings_in_a_link():
    other_headers = 5000
    head_bytes = MAX_LINK_BYTES + SETTINGS_BYTES + other_headers
    assert head_bytes <= h11._connection.DEFAULT_MAX_INCOMPLETE_EVENT_SIZE


def test_the_containers_agree_with_nginx():
    compose = (ROOT / "deploy" / "compose.yaml").read_text()
    names = re.findall(r"server (\w+):8501", NGINX)
    assert len(names) >= 2
    for name in names:
        assert re.search(rf"^  {name}:\n    <<: \*replica", compose, re.M)
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    assert "USER unrolled" in dockerfile
    assert "--server.port=8501" in dockerfile
    assert re.search(r"- runs:/data\b", compose), "saved runs are on a folder that all share"
    assert "/data" in re.findall(r"UNROLLED_RUNS=(\S+)", dockerfile)[0]


def test_readers_of_a_killed_server_go_on_with_the_other(capsys):
    with (
        process() as (one, first),
        process() as (two, second),
        nginx([one, two]) as address,
    ):
        found = asyncio.run(replicas.lesson(address, [first, second], 14))
    lost = found["of the server that was killed"]
    assert 0 < lost < 14, "cookies spread them"
    assert found["of the other, whose runs went on"] == 14 - lost
    assert found["who train afterwards"] == 14
