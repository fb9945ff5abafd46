"""The browser's Back and Forward: one press for each page and each setting, and each brings back what was there."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.drawer import open_settings

pytestmark = [pytest.mark.e2e, pytest.mark.long]

Entry = tuple[str, Callable[[], None]]  # an address, and a check that the page shows it


def shows_experiment(page: Page, title: str, cell: str, units: str) -> Callable[[], None]:
    def check() -> None:
        expect(page).to_have_title(f"{title} · Unrolled")
        expect(
            open_settings(page).get_by_role("radio", name=cell, exact=True).first
        ).to_be_checked()
        shows_value(open_settings(page).get_by_role("spinbutton", name="Hidden units"), units)

    return check


def shows_value(control: Locator, value: str) -> None:
    """The control shows it. Until all of a page is drawn, a former control stands below the one in its place."""
    expect(control.first).to_have_value(value)
    expect(control).to_have_count(1)


def choose_cell(page: Page, cell: str) -> None:
    open_settings(page).get_by_role("radio", name=cell, exact=True).click()


def choose_units(page: Page, units: str) -> None:
    field = open_settings(page).get_by_role("spinbutton", name="Hidden units")
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

    page.goto("/?length=5&hidden_size=4&task=adding")
    opened = page.evaluate("history.length")
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
    assert page.evaluate("history.length") == opened + len(entries) - 1
    walk(page, entries)


def open_tab(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)


def test_a_page_that_python_opens_is_one_entry(page):
    page.goto("/?task=characters", wait_until="commit")
    opened = page.evaluate("history.length")
    settle(page)
    live = page.url
    open_settings(page).get_by_role("button", name="Your own data").click()
    expect(page).to_have_title("Yours · Unrolled")
    settle(page)
    assert page.evaluate("history.length") == opened + 1
    page.go_back(wait_until="commit")
    expect(page).to_have_title("Live · Unrolled")
    expect(page).to_have_url(live)
    settle(page)
    page.go_forward(wait_until="commit")
    expect(page).to_have_title("Yours · Unrolled")


def test_a_comparison(page):
    def come(seeds: str, columns: int) -> Entry:
        def check() -> None:
            expect(page).to_have_title("Compare · Unrolled")
            shows_value(open_settings(page).get_by_role("spinbutton", name="Seeds"), seeds)
            expect(page.locator(".one")).to_have_count(columns)

        check()
        settle(page)
        return page.url, check

    open_tab(page, "/compare?task=adding&length=4&hidden_size=3")
    entries = [come("1", 3)]
    seeds = open_settings(page).get_by_role("spinbutton", name="Seeds")
    seeds.fill("2")
    seeds.press("Enter")
    entries.append(come("2", 3))
    open_settings(page).get_by_role("button", name="Add an experiment").click()
    entries.append(come("2", 4))
    open_from_menu(page, "Live")
    expect(page).to_have_title("Live · Unrolled")
    settle(page)
    entries.append((page.url, lambda: expect(page).to_have_title("Live · Unrolled")))
    walk(page, entries)


def test_a_study(page):
    def come(study: str, seeds: str) -> Entry:
        def check() -> None:
            expect(page).to_have_title("Memory · Unrolled")
            shows_value(page.get_by_label("Study", exact=True), study)
            field = open_settings(page).get_by_role("spinbutton", name="Seeds: trainings of each")
            expect(field).to_have_count(1 if seeds else 0)
            if seeds:
                shows_value(field, seeds)

        check()
        settle(page)
        return page.url, check

    def choose(study: str) -> None:
        page.get_by_label("Study", exact=True).click()
        page.get_by_role("option", name=study, exact=True).click()

    open_tab(page, "/memory?task=two_sequence&cells=rnn&lengths=5&seeds=2&hidden_size=4&updates=20")
    own, file = "A study of your own", "A study from a file"
    entries = [come(own, "2")]
    seeds = open_settings(page).get_by_role("spinbutton", name="Seeds: trainings of each")
    seeds.fill("3")
    seeds.press("Enter")
    entries.append(come(own, "3"))
    choose(file)
    entries.append(come(file, ""))
    walk(page, entries)


SLOW = """delay => {
  globalThis.WebSocket = class extends WebSocket {
    send(message) { setTimeout(() => super.send(message), delay); }
    addEventListener(type, listener, options) {
      const late = event => setTimeout(() => listener.call(this, event), delay);
      super.addEventListener(type, type === "message" ? late : listener, options);
    }
    set onmessage(listener) { super.onmessage = event => setTimeout(() => listener.call(this, event), delay); }
  };
}"""


def test_presses_that_overtake_their_answers(page):
    page.add_init_script(f"({SLOW})(150)")
    open_tab(page, "/?task=adding&hidden_size=4&length=5")
    cells = ["GRU", "LSTM", "RNN"]
    addresses = [page.url]
    for cell in cells[1:]:
        choose_cell(page, cell)
        page.wait_for_function("old => location.href !== old", arg=addresses[-1])
        settle(page)
        addresses.append(page.url)
    open_from_menu(page, "Architectures")
    expect(page).to_have_title("Architectures · Unrolled")
    settle(page)
    length = page.evaluate("history.length")
    for pauses, place in (((0, 200, 100), 0), ((200, 0), 2), ((100, 0), 0)):
        step = "history.back()" if place == 0 else "history.forward()"
        for pause in pauses:
            page.evaluate(step)
            page.wait_for_timeout(pause)
        shows_experiment(page, "Live", cells[place], "4")()
        settle(page)
        expect(page).to_have_url(addresses[place])
        shows_experiment(page, "Live", cells[place], "4")()
    assert page.evaluate("history.length") == length
