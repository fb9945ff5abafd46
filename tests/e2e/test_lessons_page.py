"""The front door of the course: the choice at the first visit, progress that stays, a class of thirty, a sheet to print."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_accessibility_page import AXE, find_violations

pytestmark = pytest.mark.e2e
CHOICES = ("none", "all")
POST = """async ([room, k, value]) => (await fetch(`/rooms/${room}`, {
  method: "POST", headers: {"Content-Type": "application/json"},
  body: JSON.stringify({visitor: `visitor-${k}`, lesson: "tiny", step: "question", value}),
})).status"""


@pytest.fixture
def server(small_course):
    """The app whose course is one small lesson."""
    return small_course


def test_a_first_visit_is_asked_once_and_the_course_remembers_how_far_one_came(page: Page):
    page.goto("/")
    expect(page.locator(".strip .play")).to_be_visible()
    page.locator(".greeting .course").click()
    card = page.locator(".lessons li")
    expect(card.locator("button")).to_have_text("Start")
    card.locator("button").click()
    expect(page.locator(".rail h2")).to_be_attached()
    page.locator(".rail label").filter(has_text=re.compile(".")).first.click()
    page.locator(".rail footer .next").click()
    expect(page.locator(".rail .kind")).to_have_text(re.compile("Step 2 of"))
    page.goto("/lessons")  # another visit
    expect(card.locator("button")).to_have_text("Go on")
    expect(card.locator(".state")).to_contain_text("2 of ")
    card.locator("button").click()
    expect(page.locator(".rail .kind")).to_have_text(re.compile("Step 2 of"))
    page.goto("/")
    expect(page.locator(".strip .play")).to_be_visible()
    expect(page.locator(".greeting")).to_have_count(0)


def test_who_would_rather_play_than_take_the_course_sees_it_play(page: Page):
    page.goto("/")
    button = page.locator(".strip .play")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.locator(".greeting button:not(.course)").click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".greeting")).to_have_count(0)


def test_a_link_with_settings_asks_nothing(page: Page):
    page.goto("/?task=echo")
    expect(page.locator(".strip .play")).to_be_visible()
    expect(page.locator(".greeting")).to_have_count(0)


def test_thirty_predictions_are_counted_on_the_teachers_page(page: Page):
    page.goto("/lessons")
    page.get_by_text("For a class").click()
    page.get_by_role("button", name="Open a room").click()
    address = page.locator("code").filter(has_text="room=").inner_text()
    room = re.search(r"room=([\w-]+)", address)[1]
    expect(page.locator(".board")).to_contain_text("Nobody has predicted")
    for k in range(30):
        assert page.evaluate(POST, [room, k, CHOICES[k % 2]]) == 204
    expect(page.locator(".board .choice b").first).to_have_text("15")
    expect(page.locator(".board")).to_contain_text("30 predictions")
    page.reload()
    expect(page.locator(".board")).to_contain_text("30 predictions")


def test_a_sheet_is_printed_in_the_wanted_language_and_with_answers_where_asked(page: Page):
    page.goto("/lessons")
    page.get_by_text("For teachers").click()
    sheet = page.get_by_role("link", name="To print").first
    answer = page.request.get(str(sheet.get_attribute("href")))
    assert answer.status == 200
    assert 'class="line' in answer.text()
    answers = page.get_by_role("link", name="Answer sheet").first.get_attribute("href")
    assert 'class="answer"' in page.request.get(str(answers)).text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_fits_a_phone(page: Page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/lessons")
    expect(page.locator(".lessons li button")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.add_script_tag(path=AXE)
    assert find_violations(page) == []
