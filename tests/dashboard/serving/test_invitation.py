"""The address that a class types, its QR code, and for how many the machine is enough."""

import pytest
import segno

from dashboard.serving import invitation

BLOCKS = {" ": (1, 1), "▀": (0, 1), "▄": (1, 0), "█": (0, 0)}  # upper and lower module: 1 is dark


def test_the_code_in_the_terminal_is_that_of_the_address():
    address = "http://192.168.178.23:8080"
    rows: list[list[int]] = []
    for line in invitation.qr_code(address).splitlines():
        rows += ([BLOCKS[sign][half] for sign in line] for half in (0, 1))
    modules = [list(row) for row in segno.make_qr(address, error="l").matrix]
    margin = 2
    n = len(modules)
    inner = [row[margin : margin + n] for row in rows[margin : margin + n]]
    assert inner == modules
    assert not any(map(any, rows[:margin]))
    assert not any(any(row[:margin]) or any(row[margin + n :]) for row in rows[:-1])


@pytest.mark.parametrize(
    ("address", "port", "page"),
    [
        ("0.0.0.0", 8080, "http://192.168.178.23:8080"),
        ("0.0.0.0", 80, "http://192.168.178.23"),
        ("10.0.0.7", 8080, "http://10.0.0.7:8080"),
    ],
)
def test_readers_type_the_address_of_the_network(monkeypatch, address, port, page):
    monkeypatch.setattr(invitation, "lan_address", lambda: "192.168.178.23")
    assert invitation.page_address(address, port) == page
    assert "no network" not in invitation.invitation(page)


def test_a_machine_without_a_way_out_is_known_by_its_own_name(monkeypatch):
    monkeypatch.setattr(invitation, "ELSEWHERE", ("255.255.255.255", 9))  # refused at once
    monkeypatch.setattr(
        invitation.socket,
        "gethostbyname_ex",
        lambda name: (name, [], ["127.0.1.1", "192.168.4.4"]),
    )
    assert invitation.lan_address() == "192.168.4.4"


def test_without_any_network_that_is_said(monkeypatch):
    def fail(name):
        raise OSError("no such name")

    monkeypatch.setattr(invitation, "ELSEWHERE", ("255.255.255.255", 9))
    monkeypatch.setattr(invitation.socket, "gethostbyname_ex", fail)
    page = invitation.page_address("0.0.0.0", 8080)
    assert page == "http://localhost:8080"
    assert "nobody else reaches that address" in invitation.invitation(page)


def test_capacity_is_what_was_measured_by_ten():
    assert "2 processes together compute 246 updates" in invitation.capacity_in_words(246.4, 2)
    assert "at most 25 readers get 10 a second" in invitation.capacity_in_words(246.4, 2)
    assert "one process computes 88 updates" in invitation.capacity_in_words(88.0, 1)
