"""Whole visits: by keyboard alone, by touch on a phone, and by what a screen reader is told."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_live_page import number, player, wait

pytestmark = pytest.mark.e2e

MOST_TABS = 60
FOCUSED = """() => {
  let e = document.activeElement;
  while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
  return [e?.getAttribute("aria-label") ?? "", e?.innerText ?? "", e?.title ?? ""].join("|");
}"""
SEEN = """() => {
  let e = document.activeElement;
  while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
  const box = e.matches("select") ? e.closest("label") ?? e : e;
  const style = getComputedStyle(box), within = getComputedStyle(e);
  return [style, within].some(s => s.outlineStyle !== "none" || s.boxShadow !== "none" || s.borderColor !== "");
}"""


def tab_to(page: Page, words: str) -> None:
    """Presses Tab until what has these words has the focus, and that is seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            assert page.evaluate(SEEN), words
            return
    raise AssertionError(f"no {words} within {MOST_TABS} tabs")


def test_a_visit_by_keyboard_alone(page):
    page.goto("/?task=names&cell=gru&hidden_size=8")
    expect(page.locator(".play")).to_be_visible()
    page.locator("body").press("Tab")
    tab_to(page, "Cell")
    page.keyboard.type("LSTM")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("cell=lstm"))
    tab_to(page, "Play")
    page.keyboard.press("Enter")
    wait(page, "update", 20)
    page.keyboard.press("Enter")
    expect(player(page)).to_have_attribute("data-status", "paused")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".words")).to_contain_text("h[0] ≈")
    update = number(page, "update")
    page.keyboard.press("]")
    wait(page, "update", update + 1)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    tab_to(page, "forget gate" if page.locator(".row.f .fold").count() else "input gate")
    page.keyboard.press("Enter")
    tab_to(page, "as curves")
    page.keyboard.press("Enter")
    expect(page.locator(".row.grads canvas").first).to_be_visible()
    page.keyboard.press("Home")
    page.evaluate("document.querySelector('[data-testid=stHeader] a').focus()")
    tab_to(page, "Unrolled")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Unrolled · Unrolled")
    expect(page.locator(".unrolled")).to_be_visible()


def test_a_visit_by_touch_on_a_phone(phone):
    phone.goto("/?task=names&cell=gru&hidden_size=8")
    phone.locator(".play").tap()
    wait(phone, "update", 20)
    phone.locator(".play").tap()
    expect(player(phone)).to_have_attribute("data-status", "paused")
    map_ = phone.locator(".row.h canvas.map")
    map_.tap()
    reading = phone.locator(".words")
    expect(reading).to_contain_text("After ")
    expect(reading).to_contain_text("h[")
    expect(reading).to_be_in_viewport()
    phone.locator(".sentence select[name=cell]").select_option("lstm")
    expect(phone).to_have_url(re.compile("cell=lstm"))
    expect(phone.locator(".row.c canvas.map")).to_be_visible()
    phone.get_by_role("button", name="All examples").tap()
    gallery = phone.get_by_role("dialog")
    expect(gallery).to_be_visible()
    gallery.get_by_role("button", name=re.compile("GRU: adding")).tap()
    expect(phone).to_have_url(re.compile("task=adding"))
    phone.get_by_role("button", name="All settings", exact=True).tap()
    phone.get_by_test_id("stSidebar").get_by_role("link", name="Compare").tap()
    expect(phone).to_have_title("Compare · Unrolled")
    phone.locator(".play").tap()
    wait(phone, "update", 5)
    phone.locator(".play").tap()
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 390


def test_a_visit_with_a_screen_reader(page):
    page.goto("/?task=names&cell=gru&hidden_size=16")
    page.locator(".play").click()
    wait(page, "update", 100)
    page.locator(".play").click()
    expect(player(page)).to_have_attribute("data-status", "paused")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    letters = "".join(page.locator(".row.reads .symbols").inner_text().split())
    read = "-".join(letters[:-1])
    expect(page.locator(".words")).to_contain_text(f"After {read}: ")
    tree = page.locator("body").aria_snapshot()
    assert re.search(r'heading "\d+(\.\d+)? % of names it has never seen are right"', tree)
    assert re.search(rf"After {read}: \w+ \d+ %", tree), f"no answer after {read}"
    assert re.search(r'img "It remembers: 16 units over \d+ steps', tree)
    for heading in ("It says", "It reads", "It keeps", "It learns"):
        assert re.search(rf'heading "{heading}', tree), heading
    assert 'heading "Live' in tree
    assert page.title() == "Live · Unrolled"
