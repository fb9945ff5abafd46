"""The line to the training in a browser: another run plays on, and what is seen while nobody answers."""

import os
import sys
import time

import pytest
from playwright.sync_api import Page, expect

from dashboard.serving import programs
from tests.e2e.conftest import LONG, ROOT
from tests.e2e.drawer import open_settings

pytestmark = pytest.mark.e2e
SMALL = "/?task=adding&length=8&hidden_size=6&batch_size=4"
NOTICE = "The server does not answer. Trying again; nothing is lost."


def data(page: Page, name: str) -> str:
    return page.locator(".player").get_attribute(f"data-{name}") or ""


def plays_beyond(page: Page, update: int, run: str = "") -> None:
    """The player shows a later update than this one, of this run."""
    end = time.monotonic() + LONG / 1000
    while int(data(page, "update")) <= update or data(page, "run") != (run or data(page, "run")):
        assert time.monotonic() < end, f"update {data(page, 'update')} of run {data(page, 'run')}"
        page.wait_for_timeout(50)


def open_and_play(page: Page, address: str = SMALL) -> str:
    """Opens the page, presses Play -> the name of the run."""
    page.goto(address)
    page.locator(".play").click()
    plays_beyond(page, 10)
    return data(page, "run")


def choose_cell(page: Page, cell: str) -> None:
    open_settings(page).get_by_text(cell, exact=True).click()


def test_another_network_plays_on_and_the_run_before_is_one_click_away(page):
    first = open_and_play(page)
    choose_cell(page, "LSTM")
    expect(page.locator(f'.player:not([data-run="{first}"])')).to_be_visible()
    second = data(page, "run")
    plays_beyond(page, 5, second)
    page.locator(".play").click()
    expect(page.locator('.player[data-status="paused"]')).to_be_visible()
    page.get_by_role("button", name="Back to the previous run").click()
    expect(page.locator(f'.player[data-run="{first}"]')).to_be_visible()
    expect(page.locator('.player[data-status="paused"]')).to_be_visible()
    assert int(data(page, "update")) >= 10, "its updates are still there"
    assert page.locator(".player input[type=range]").get_attribute("max") != "0"
    choose_cell(page, "LSTM")
    expect(page.locator(f'.player:not([data-run="{first}"])')).to_be_visible()
    expect(page.locator('.player[data-status="paused"]')).to_be_visible()


@pytest.mark.parametrize(
    ("page_name", "query"), [("Live", SMALL), ("Compare", "/compare" + SMALL[1:])]
)
def test_who_comes_back_to_a_page_finds_its_run_as_it_was(page, page_name, query):
    first = open_and_play(page, query)
    page.locator(".play").click()
    expect(page.locator('.player[data-status="paused"]')).to_be_visible()
    update = data(page, "update")
    page.get_by_role("link", name="Architectures", exact=True).click()
    expect(page.locator(".player")).to_have_count(0)
    page.get_by_role("link", name=page_name, exact=True).click()
    expect(page.locator(f'.player[data-run="{first}"][data-update="{update}"]')).to_be_visible()
    page.locator(".play").click()
    plays_beyond(page, int(update), first)


def test_a_run_goes_on_with_another_learning_rate(page):
    first = open_and_play(page)
    slider = open_settings(page).get_by_role("slider").first
    slider.press("ArrowLeft")
    page.wait_for_url("**learning_rate=**")
    update = int(data(page, "update"))
    plays_beyond(page, update + 10, first)


@pytest.mark.long
def test_a_network_that_is_gone_for_a_while_is_waited_for(page):
    first = open_and_play(page)
    page.context.set_offline(True)
    expect(page.locator(".notice")).to_have_text(NOTICE)
    page.wait_for_timeout(2500)
    seen = int(data(page, "update"))
    page.context.set_offline(False)
    plays_beyond(page, seen + 5, first)
    expect(page.locator(".notice")).to_be_hidden()


@pytest.mark.long
def test_a_server_that_is_started_anew_goes_on_with_the_saved_run(browser, tmp_path):
    port = programs.free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    environment = os.environ | {
        "UNROLLED_RUNS": str(tmp_path / "runs"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }

    def start() -> programs.Program:
        program = programs.start(
            [*command, "--server.port", str(port)], tmp_path / "log", cwd=ROOT, env=environment
        )
        programs.wait_until(lambda: programs.is_healthy(f"http://localhost:{port}"), program)
        return program

    program = start()
    page = browser.new_page(base_url=f"http://localhost:{port}")
    try:
        page.set_default_timeout(LONG)
        open_and_play(page)
        end = time.monotonic() + LONG / 1000
        while not [*(tmp_path / "runs").rglob("run.json")]:
            assert time.monotonic() < end, "it was not saved by itself"
            page.wait_for_timeout(200)
        programs.end(program)
        expect(page.locator(".notice")).to_have_text(NOTICE)
        update = int(data(page, "update"))
        program = start()
        plays_beyond(page, update)
        expect(page.locator(".notice")).to_be_hidden()
        assert page.locator(".player").get_attribute("data-status") == "playing"
    finally:
        page.close()
        programs.end(program)
