"""The rail of a lesson covers nothing of the page, at any width, and axe finds nothing in it."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_accessibility_page import AXE, find_violations
from tests.e2e.test_course_page import START, opened

pytestmark = pytest.mark.e2e
LONG = pytest.mark.long


@pytest.fixture
def server(small_course):
    """The app whose course is one small lesson."""
    return small_course


@pytest.mark.parametrize(
    "width", [390, pytest.param(820, marks=LONG), pytest.param(1024, marks=LONG), 1440]
)
def test_the_rail_covers_nothing_and_axe_finds_nothing(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(reduced_motion="reduce")
    opened(page)
    # What is pointed at was scrolled to; from its beginning nothing of the page is under the rail.
    page.evaluate("document.querySelector('.stMain').scrollTo(0, 0)")
    page.mouse.wheel(0, -5000)
    rail, player = page.locator(".rail").bounding_box(), page.locator(".player").bounding_box()
    assert rail is not None
    assert player is not None
    if width >= 900:
        assert player["x"] + player["width"] <= rail["x"]
        assert rail["y"] + rail["height"] <= 800
    else:
        assert player["y"] >= rail["y"] + rail["height"]
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    expect_no_violations(page)


@pytest.mark.parametrize(
    "part",
    [
        "came_curve",
        *(
            pytest.param(part, marks=LONG)
            for part in ("arrives", "power", "came", "came_share", "why")
        ),
    ],
)
def test_axe_finds_nothing_at_any_kind_of_step(page, part):
    answers = {
        id: {"seen": 1, "time": 2, "value": value}
        for id, value in {
            "question": "some",
            "share": 60,
            "arrives": [0.1, 0.01, 0.1, 1],
            "came_curve": {"update": 40, "curve": [[1, 0.2], [2, 1], [3, 0.7], [4, 0.6]]},
            "why": {"text": "It is too early.", "isShown": True},
            "power": {"tries": 1, "isRight": True, "isOver": True},
        }.items()
    }
    stored = {"version": 1, "lessons": {"tiny": {"begun": 0, "done": 0, "steps": answers}}}
    page.add_init_script(
        f"localStorage.setItem('unrolled-course', {json.dumps(json.dumps(stored))})"
    )
    page.emulate_media(reduced_motion="reduce")
    opened(page, f"{START}&part={part}")
    if part == "came_curve":
        expect(page.locator(".overlay .drawn")).to_have_attribute("d", re.compile("^M.*L"))
        described = page.locator(".overlay svg").get_attribute("aria-label") or ""
        assert "At 2 you expected 0.01, and 1 came." in described
    expect_no_violations(page)


def expect_no_violations(page: Page) -> None:
    page.add_script_tag(path=AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
        assert find_violations(page) == []
