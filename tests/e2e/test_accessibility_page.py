"""Every page for every reader: axe-core finds nothing, in both themes and at several widths, and nothing scrolls sideways."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.navigation import PAGES

pytestmark = pytest.mark.e2e
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (390, 820, 1440)
RUN = "() => axe.run(document, {resultTypes: ['violations']})"


def open_page(page: Page, url: str) -> None:
    """The page, drawn whole; those that show a run have trained it a little."""
    page.goto(f"/{url}")
    idle = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    expect(idle).to_be_attached()
    if PAGES[url].player:
        expect(page.locator(".player :is(canvas, svg):visible").first).to_be_visible()


def find_violations(page: Page) -> list[str]:
    """What axe-core finds, a line for each rule, with the first elements that break it."""
    found = page.evaluate(RUN)["violations"]
    return [
        f"{rule['id']}: {rule['help']}; {[node['html'][:200] for node in rule['nodes'][:3]]}"
        for rule in found
    ]


# Colours depend on the theme, and what stands where on the width: two looks see nearly all. `make long` takes all six.
TWO_LOOKS = (("light", 390), ("dark", 1440))
EVERY_LOOK = tuple((scheme, width) for scheme in ("light", "dark") for width in WIDTHS)
SELDOM = ("memory", "lessons", "yours", "compare")  # opened by `make long`


@pytest.mark.parametrize(
    ("url", "looks"),
    [
        *(pytest.param(u, TWO_LOOKS, id=p.name) for u, p in PAGES.items() if u not in SELDOM),
        *(
            pytest.param(u, EVERY_LOOK, id=f"{p.name}, every look", marks=pytest.mark.long)
            for u, p in PAGES.items()
        ),
    ],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page, url, looks):
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    open_page(page, url)
    page.add_script_tag(path=AXE)
    problems = {}
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(300)  # charts follow the width
        where = f"{scheme}, {width}"
        if lines := find_violations(page):
            problems[where] = lines
        wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        if wide > 0:
            problems[f"{where}, sideways"] = [f"{wide} px too wide"]
    assert not problems, "\n".join(f"{k}: {line}" for k, v in problems.items() for line in v)
