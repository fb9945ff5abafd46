"""The examples of the course: the card beside the run, its links, and the gallery."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.training.presets import PRESETS
from tests.e2e.test_live_page import wait

pytestmark = pytest.mark.e2e

NAMES = list(PRESETS)


def link(page: Page, verb: str, which: int = 0):
    return page.locator(f".look .follow[data-verb={verb}]").nth(which)


def expect_example(page: Page, name: str) -> None:
    expect(page.locator(".look h2")).to_have_text(PRESETS[name].title)
    expect(page.locator(".look .place")).to_have_text(
        f"Example {NAMES.index(name) + 1} of {len(NAMES)}"
    )


def test_the_app_opens_with_an_example_whose_link_says_its_settings(page):
    page.goto("/")
    expect_example(page, "names")
    expect(page).to_have_url(re.compile(r"\?task=names&hidden_size=24$"))
    expect(page.locator(".probe")).to_have_value("alvarez")
    page.goto("/?task=names")
    expect(page.locator(".look")).to_contain_text("no example of the course")
    expect(page.locator(".look .follow")).to_have_text("Names to languages")


def test_next_and_previous_while_it_plays_lose_nothing(page):
    page.goto("/")
    page.locator(".play").click()
    wait(page, "update", 20)
    page.get_by_role("button", name="Next example").click()
    expect_example(page, "echo")
    wait(page, "update", 20)  # it plays on
    focus = "element => element.getRootNode().activeElement?.className"
    assert page.locator(".look").evaluate(focus) == "after"
    page.keyboard.press("Enter")
    expect_example(page, "subtraction")
    page.get_by_role("button", name="Previous example").click()
    expect_example(page, "echo")
    page.locator(".back").click()
    expect_example(page, "subtraction")


def test_the_gallery_by_keyboard_and_what_a_link_lights(page):
    page.goto("/")
    gallery = page.get_by_role("dialog", name="Examples of the course")
    button = page.get_by_role("button", name="All examples")
    button.focus()
    page.keyboard.press("Enter")
    expect(gallery.get_by_role("heading", level=3)).to_have_count(5)
    expect(gallery.locator("button[data-name=names]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(gallery).to_be_hidden()
    expect(button).to_be_focused()

    button.click()
    drawn = "canvas => [canvas.width, canvas.height]"
    gru = gallery.locator("button[data-name=gru]")
    expect(gru.locator("canvas")).not_to_have_attribute("width", "300")
    expect(gru.locator("canvas")).to_have_attribute("width", re.compile("^[1-9]"))
    assert gru.locator("canvas").evaluate(drawn) == [30, 37]  # 24 units, a gap, 12 of the gate
    gru.click()
    expect_example(page, "gru")
    expect(page).to_have_url(re.compile("task=adding"))

    link(page, "step").click()
    expect(page.locator(".player")).to_have_attribute("data-time", "4")
    link(page, "step", 1).click()
    expect(page.locator(".player")).to_have_attribute("data-time", "43")
    link(page, "hold").click()
    expect(page.get_by_text("This run trains under an intervention")).to_be_visible()
    expect(page).to_have_url(re.compile("intervene="))
    link(page, "hold", 1).click()
    expect(page.get_by_text("This run trains under an intervention")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 820])
def test_the_gallery_on_a_small_screen(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/")
    page.get_by_role("button", name="All examples").click()
    gallery = page.get_by_role("dialog", name="Examples of the course")
    expect(gallery).to_be_visible()
    assert gallery.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    if width < 640:
        lefts = gallery.locator("section button").evaluate_all(
            "cards => [...new Set(cards.map(card => card.getBoundingClientRect().left))]"
        )
        assert len(lefts) == 1
