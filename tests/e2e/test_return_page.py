"""A reader goes from page to page: each looks at the same update, and is found again as it was left."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_live_page import number, player, wait

pytestmark = [pytest.mark.e2e, pytest.mark.long]


def open_from_menu(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).first.click()


def test_what_another_page_trained_is_what_live_shows(page):
    page.goto("/?hidden_size=8")
    wait(page, "update", 0)
    open_from_menu(page, "Gates")
    page.get_by_role("button", name="Train 100 updates").click()
    expect(page.get_by_text("Update 100")).to_be_visible()
    open_from_menu(page, "Live")
    expect(player(page)).to_have_attribute("data-update", "100")
    expect(page.locator(".status")).not_to_contain_text("recording of")


def test_a_lit_step_and_an_earlier_update_are_still_there_after_another_page(page):
    page.goto("/?hidden_size=8")
    wait(page, "update", 0)
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()
    wait(page, "update", 3)
    page.get_by_role("slider", name="update").press("Home")
    expect(player(page)).to_have_attribute("data-update", "0")
    page.locator(".row.heat canvas.map").first.click(position={"x": 60, "y": 10})
    page.mouse.move(5, 5)
    words = page.locator(".words").first
    expect(words).to_contain_text("t = ")
    lit = words.text_content()
    open_from_menu(page, "Gates")
    expect(page.get_by_text("Update 3")).to_be_visible()
    expect(page.get_by_text("Live shows update 0")).to_be_visible()
    open_from_menu(page, "Live")
    expect(player(page)).to_have_attribute("data-update", "0")
    expect(words).to_have_text(re.compile(re.escape(lit or "?")))
    assert number(page, "mounts") >= 1
