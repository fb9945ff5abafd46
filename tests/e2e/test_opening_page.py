"""What a page costs to open: one round for the player's files, none at the second visit, one run of the page."""

import re

import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg

pytestmark = pytest.mark.e2e

SENT = "[...performance.getEntriesByType('resource')]"
PLAYER = f"{SENT}.filter(e => e.name.includes('/player/'))"


def played(page, path: str = "/"):
    page.goto(path)
    expect(page.locator(".play")).to_be_visible()
    return page


def read_question(sent: bytes | str) -> str | None:
    """What a browser's message to the server asks for."""
    assert isinstance(sent, bytes)
    message = BackMsg()
    message.ParseFromString(sent)
    return message.WhichOneof("type")


def key_of(page) -> str:
    return page.evaluate("localStorage.getItem('unrolled key')")


def cookies(page) -> list[dict]:
    return [cookie for cookie in page.context.cookies() if cookie["name"] == "unrolled_key"]


OTHERS = [
    pytest.param(path, marks=pytest.mark.long) for path in ("/compare", "/unrolled", "/gradients")
]


@pytest.mark.parametrize("path", ["/", *OTHERS])
def test_the_player_comes_in_one_round_and_is_kept(page, path):
    page.goto(path)
    expect(page.locator(".host:visible").first).to_be_visible()
    asked = page.evaluate(f"Math.max(...{PLAYER}.map(e => e.startTime))")
    streamlit = page.evaluate(f"{SENT}.find(e => e.name.includes('_stcore')).startTime")
    assert asked < streamlit, "a file was asked for only when the player was there already"
    assert page.evaluate(f"{PLAYER}.length") == page.evaluate(
        f"new Set({PLAYER}.map(e => e.name)).size"
    )
    page.goto(path)
    expect(page.locator(".host:visible").first).to_be_visible()
    assert page.evaluate(f"{PLAYER}.filter(e => e.transferSize).map(e => e.name)") == []


def test_the_key_comes_with_the_first_message_and_goes_nowhere_else(page):
    told, asked = [], []
    page.on("request", lambda request: told.append((request.url, request.all_headers())))
    page.on(
        "websocket",
        lambda line: line.on("framesent", lambda sent: asked.append(read_question(sent))),
    )
    played(page)
    (cookie,) = cookies(page)
    assert cookie["value"] == key_of(page)
    assert re.fullmatch(r"[A-Za-z0-9_-]{24}", cookie["value"])
    assert (cookie["path"], cookie["sameSite"]) == ("/_stcore/stream", "Strict")
    assert not [url for url, headers in told if cookie["value"] in f"{url} {headers}"]
    assert asked.count("rerun_script") == 1, "the page is run again for the key"


@pytest.mark.long
def test_a_key_that_a_browser_has_is_the_one_that_is_sent(page):
    page.goto("/ready")
    page.evaluate("localStorage.setItem('unrolled key', 'an-old_key-of-24-letters')")
    played(page)
    assert [cookie["value"] for cookie in cookies(page)] == ["an-old_key-of-24-letters"]
    assert key_of(page) == "an-old_key-of-24-letters"


@pytest.mark.long
def test_a_browser_that_takes_no_cookie_is_asked_for_its_key(page):
    page.add_init_script(
        "Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set: () => {} })"
    )
    played(page, "/?task=adding&length=5&hidden_size=4")
    assert not cookies(page)
    page.locator(".play").click()
    page.wait_for_timeout(7000)  # until it has saved by itself
    page.goto("about:blank")
    page.goto("/")
    expect(page.get_by_role("button", name="Continue this run")).to_be_visible()
