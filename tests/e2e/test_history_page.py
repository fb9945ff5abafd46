"""The browser's Back and Forward: one press for each page and each setting, and each brings back what was there."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

Entry = tuple[str, Callable[[], None]]  # an address, and a check that the page shows it


def sidebar(page: Page):
    return page.get_by_test_id("stSidebar")


def shows_experiment(page: Page, title: str, cell: str, units: str) -> Callable[[], None]:
    def check() -> None:
        expect(page).to_have_title(f"{title} · Unrolled")
        expect(sidebar(page).get_by_role("radio", name=cell, exact=True)).to_be_checked()
        expect(sidebar(page).get_by_role("spinbutton", name="Hidden units")).to_have_value(units)

    return check


def choose_cell(page: Page, cell: str) -> None:
    sidebar(page).get_by_role("radio", name=cell, exact=True).click()


def choose_units(page: Page, units: str) -> None:
    field = sidebar(page).get_by_role("spinbutton", name="Hidden units")
    field.fill(units)
    field.press("Enter")


def open_from_menu(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).first.click()


def arrive(page: Page, address: str, check: Callable[[], None]) -> Entry:
    """The entry of the browser's history that the page has come to, once it stands there."""
    expect(page).to_have_url(re.compile(re.escape(address) + "$"))
    check()
    settle(page)
    return page.url, check


def settle(page: Page) -> None:
    """Waits until nothing is on its way."""
    page.locator("[data-test-script-state=notRunning]").wait_for(state="attached")
    page.wait_for_timeout(300)
    page.locator("[data-test-script-state=notRunning]").wait_for(state="attached")


def walk(page: Page, entries: list[Entry]) -> None:
    """Back through all entries and forward again, one press each."""
    length = page.evaluate("history.length")
    steps = [(page.go_back, entry) for entry in entries[-2::-1]]
    steps += [(page.go_forward, entry) for entry in entries[1:]]
    for press, (address, check) in steps:
        press(wait_until="commit")
        expect(page).to_have_url(address, timeout=10_000)
        check()
        settle(page)
        expect(page).to_have_url(address, timeout=10_000)
        check()
    assert page.evaluate("history.length") == length, "going through the history added to it"


def test_five_settings_and_three_pages(page):
    def come(title: str, cell: str, units: str) -> Entry:
        cells = {} if cell == "GRU" else {"cell": cell.lower()}  # GRU: the usual one of this task
        query = urlencode({"task": "adding"} | cells | {"hidden_size": units, "length": "5"})
        place = "" if title == "Live" else title.lower()
        return arrive(page, f"/{place}?{query}", shows_experiment(page, title, cell, units))

    page.goto("/?task=adding&hidden_size=4&length=5")
    entries = [come("Live", "GRU", "4")]
    choose_cell(page, "LSTM")
    entries.append(come("Live", "LSTM", "4"))
    choose_cell(page, "RNN")
    entries.append(come("Live", "RNN", "4"))
    open_from_menu(page, "Gates")
    entries.append(come("Gates", "RNN", "4"))
    choose_cell(page, "GRU")
    entries.append(come("Gates", "GRU", "4"))
    choose_units(page, "6")
    entries.append(come("Gates", "GRU", "6"))
    open_from_menu(page, "Architectures")
    entries.append(come("Architectures", "GRU", "6"))
    choose_cell(page, "LSTM")
    entries.append(come("Architectures", "LSTM", "6"))
    walk(page, entries)
