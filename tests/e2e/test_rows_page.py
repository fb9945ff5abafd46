"""The named rows of the Live page: what is lit by tap and by keys, what is opened, what is typed."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_live_page import player, wait

pytestmark = pytest.mark.e2e


def open_gru(page: Page, updates: int = 3) -> None:
    page.goto("/?cell=gru&hidden_size=16")
    page.locator(".play").click()
    wait(page, "update", updates)
    page.locator(".play").click()
    expect(player(page)).to_have_attribute("data-status", "paused")


def test_a_tap_lights_a_step_and_a_unit_on_a_phone(browser: Browser, address: str):
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, base_url=address
    )
    page = phone.new_page()
    open_gru(page)
    maps = page.locator(".row.h canvas.map")
    box = maps.bounding_box()
    assert box is not None
    steps = page.locator(".row.reads .symbols span:visible").count()
    maps.tap(position={"x": box["width"] * 2.5 / steps, "y": box["height"] * 4.5 / 16})
    words = page.locator(".words")
    expect(words).to_contain_text("t = 3")
    expect(words).to_contain_text("h[4] ≈")
    expect(words).to_contain_text("of the old value")
    assert words.locator("p").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 16
    expect(words).to_be_in_viewport()
    for row in ("says", "reads", "learns"):
        lit = page.locator(f".row.{row} .lit")
        expect(lit).to_have_count(1)
    letter = page.locator(".row.reads .texts span").nth(1)
    letter.tap()
    expect(words).to_contain_text("t = 2")
    expect(page.locator(".probe")).not_to_be_focused()  # no keyboard over the picture
    letter.tap()
    expect(player(page)).to_have_attribute("data-time", "-1")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    phone.close()


def test_keys_light_steps_and_units_and_the_reading_is_spoken(page):
    open_gru(page)
    player(page).focus()
    spoken = page.locator(".left .spoken")
    expect(spoken).to_have_attribute("role", "status")
    expect(spoken).to_contain_text("After ")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    steps = page.locator(".row.reads .symbols span:visible").count()
    expect(player(page)).to_have_attribute("data-time", str(steps - 2))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(spoken).to_contain_text("h[1] ≈")
    expect(player(page)).to_have_attribute("data-time", str(steps - 2))
    page.keyboard.press("ArrowUp")
    expect(spoken).to_contain_text("h[0] ≈")
    expect(spoken).to_contain_text("Gradient here: ")
    said = page.locator(".row.says canvas").get_attribute("aria-label") or ""
    assert re.match(r"It says: .+ \d+ %", said)
    label = page.locator(".row.h canvas.map").get_attribute("aria-label") or ""
    assert re.fullmatch(r"It remembers: 16 units over \d+ steps", label)


def test_what_is_opened_stays_open_while_it_plays_and_in_the_next_run(page):
    open_gru(page)
    reset = page.get_by_role("button", name="reset gate")
    expect(reset).to_have_attribute("aria-expanded", "false")
    strip = page.locator(".row.r .plot")
    thin = strip.bounding_box()["height"]
    reset.click()
    expect(reset).to_have_attribute("aria-expanded", "true")
    assert strip.bounding_box()["height"] > 1.5 * thin
    tops = page.locator(".live .row").evaluate_all("rows => rows.map(e => e.offsetTop)")
    page.locator(".play").click()
    wait(page, "update", 40)
    expect(reset).to_have_attribute("aria-expanded", "true")
    assert page.locator(".live .row").evaluate_all("rows => rows.map(e => e.offsetTop)") == tops
    page.locator(".reset").click()
    expect(player(page)).to_have_attribute("data-update", "0")
    expect(page.get_by_role("button", name="reset gate")).to_have_attribute("aria-expanded", "true")


def test_a_sequence_is_typed_over_the_row_that_shows_it(page):
    open_gru(page)
    probe = page.locator(".probe")
    page.locator(".row.reads .texts span").first.click()
    expect(probe).to_be_focused()
    expect(probe).to_have_css("opacity", "1")
    probe.fill("wong")
    probe.press("Escape")
    expect(probe).to_have_css("opacity", "0")
    page.get_by_role("button", name="type your own").click()
    expect(probe).to_be_focused()
    probe.fill("rossi")
    probe.press("Enter")
    expect(page.locator(".row.reads .symbols")).to_have_text("rossi")
    expect(probe).not_to_be_focused()
    probe.fill("7!?")
    probe.press("Enter")
    expect(page.locator(".error")).to_contain_text("expected")
    expect(probe).to_have_css("opacity", "1")


def test_an_lstm_shows_its_cell_state_and_the_gate_that_keeps_it(page):
    page.goto("/?cell=lstm&hidden_size=8")
    expect(page.locator(".play")).to_be_visible()
    headings = page.locator(".live .row:not([hidden]) h2").all_inner_texts()
    assert [re.sub(r"\s+", " ", text).strip() for text in headings] == [
        *("It says", "It remembers h", "It carries c", "It reads", "What mattered", "It keeps f"),
        *("input gate i", "candidate g", "output gate o", "It learns c"),
    ]
    folded = page.locator(".row.heat.folded:not(.open)")
    expect(folded).to_have_count(3)
