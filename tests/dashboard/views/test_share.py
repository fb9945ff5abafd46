"""Share: whom the link leads where, and what it does not hold."""

import socket
from urllib.parse import urlsplit

import pytest
import torch
from streamlit.testing.v1 import AppTest

from dashboard.navigation import GATES
from dashboard.session.inspected import InspectedState
from dashboard.views.yours import share
from dashboard.widgets import addresses as links
from dashboard.widgets.addresses import Reach
from tests.helpers.own_model import opened, recorded_batch
from tests.helpers.pages import MAIN, find_control, go_to, state_of
from tests.helpers.tiny_checkpoint import trained

LAN = "192.168.178.23"


@pytest.fixture
def reach(monkeypatch):
    """Sets who reaches the address."""

    def set_reach(reach: Reach) -> None:
        monkeypatch.setattr(share, "find_reach", lambda: reach)

    set_reach(Reach(is_local=False))
    return set_reach


def open_share() -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    go_to(app, "yours")
    app.session_state["yours tab"] = "Share"
    return app.run()


def shared_host(app: AppTest) -> str:
    assert not app.exception
    return urlsplit(app.code[0].value).netloc


def sentences(app: AppTest) -> str:
    return " ".join(each.value for each in (*app.warning, *app.caption))


@pytest.mark.parametrize(
    ("seen", "host", "sentence"),
    [
        (Reach(False), "localhost:8501", "The link holds the task"),
        (Reach(True, LAN, True), f"{LAN}:8501", "Others reach this address if they are in the same network"),
        (Reach(True, LAN, False), "localhost:8501", f"make class”, and others in the same network reach it at an address like http://{LAN}:8501"),
        (Reach(True), "localhost:8501", "it is in no network at present"),
    ],
)  # fmt: skip
def test_who_reaches_the_link_is_said(reach, seen, host, sentence):
    reach(seen)
    app = open_share()
    assert shared_host(app) == host
    assert sentence in sentences(app)
    if seen.is_local and not seen.is_open:
        assert "“localhost” is this computer alone" in sentences(app)
    if seen.is_open:
        app.toggle(key="for others").set_value(False).run()
        assert shared_host(app) == "localhost:8501"
        assert "for others the link leads nowhere" in sentences(app)


def test_a_machine_knows_whether_it_answers_at_its_own_address(monkeypatch):
    monkeypatch.setattr(links, "lan_address", lambda: "127.0.0.2")
    with socket.create_server(("127.0.0.2", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(links, "FIRST_ADDRESS", f"http://localhost:{port}/")
        assert links.find_reach() == Reach(True, "127.0.0.2", True)
    assert links.find_reach() == Reach(True, "127.0.0.2", False)


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        ("http://localhost:8501/yours", True),
        ("http://127.0.0.1/", True),
        ("http://127.5.0.1:80/", True),
        ("http://[::1]:8501/", True),
        ("http://app.localhost:8501/", True),
        ("http://192.168.1.5:8501/", False),
        ("https://school.example/unrolled/yours", False),
        ("http://localhost.example/", False),
    ],
)
def test_which_addresses_are_the_readers_own_computer(monkeypatch, address, is_local):
    monkeypatch.setattr(links, "FIRST_ADDRESS", address)
    monkeypatch.setattr(links, "lan_address", lambda: "")
    assert links.find_reach().is_local == is_local


@pytest.mark.parametrize(
    ("address", "host", "expected"),
    [
        ("http://localhost:8501/yours", LAN, f"http://{LAN}:8501/gates"),
        ("http://localhost/yours", LAN, f"http://{LAN}/gates"),
        ("http://localhost:8501/base/yours", LAN, f"http://{LAN}:8501/base/gates"),
        ("http://localhost:8501/yours", "fe80::1", "http://[fe80::1]:8501/gates"),
        ("http://localhost:8501/", "", "http://localhost:8501/gates"),
    ],
)
def test_another_host_keeps_port_and_path(monkeypatch, address, host, expected):
    monkeypatch.setattr(links, "FIRST_ADDRESS", address)
    assert links.page_address(GATES, host) == expected


@pytest.mark.parametrize("brought", ["model", "recording"])
def test_an_own_model_is_not_in_the_link_and_share_says_so(reach, brought):
    app = open_share()
    assert "Your own model" not in sentences(app)
    mine = state_of(app, InspectedState)
    if brought == "model":
        mine.subject = opened(trained(torch.float32))
    else:
        mine.watched = {"rnn": recorded_batch()}
    app.run()
    assert "Your own model" not in sentences(app), "Live does not show it"
    find_control(app, "to page").set_value("gates").run()
    assert "Your own model or recording is not in the link" in sentences(app)


def test_the_same_seed_is_promised_for_one_machine(reach):
    assert "on another one the last digits differ" in sentences(open_share())
