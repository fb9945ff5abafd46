"""What is clicked on while another page is on its way is done: the rail and the corner stand on both."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.crawling import wait_until_drawn

pytestmark = pytest.mark.e2e

# Milliseconds from one click to the next: the page has been left then, or is being drawn, or is not yet in the browser.
LONG = pytest.mark.long
DELAYS = (20, pytest.param(60, marks=LONG), pytest.param(150, marks=LONG))
# Two things that are done so shortly after each other that no driver's own time lies between them.
SHORTLY = """([first, second, delay]) => {
  const find = (selector, root = document) => {
    for (const each of root.querySelectorAll("*")) {
      if (each.matches(selector)) return each;
      const inside = each.shadowRoot && find(selector, each.shadowRoot);
      if (inside) return inside;
    }
    return null;
  };
  const act = steps => { for (const [selector, value] of steps) {
    const element = find(selector);
    if (value === undefined) element.click();
    else { element.value = value; element.dispatchEvent(new Event("change", { bubbles: true })); }
  } };
  act(first);
  return new Promise(done => setTimeout(() => { act(second); done(); }, delay));
}"""
NEXT = [".rail footer .next"]


def do_shortly(page: Page, first: list[list[str]], second: list[list[str]], delay: int) -> None:
    """Clicks on selectors, or puts a value into them; after `delay` milliseconds on others."""
    page.evaluate(SHORTLY, [first, second, delay])


@pytest.mark.parametrize("delay", DELAYS)
def test_the_second_step_of_two_is_entered_on_its_page(page, delay):
    page.goto("/gradients?lesson=forget_bias&part=result")
    expect(page.locator(".rail .kind")).to_have_text("Step 3 of 10")
    wait_until_drawn(page)
    # Step 4 opens Compare; step 5 says nothing of a page.
    do_shortly(page, [NEXT, [".rail .choice input"]], [NEXT], delay)
    expect(page.locator(".player.compare .strip .play")).to_be_visible()
    expect(page).to_have_url(re.compile("/compare.*part=train"))
    expect(page.locator(".rail .kind")).to_have_text("Step 5 of 10")


@pytest.mark.parametrize("delay", DELAYS)
def test_a_language_is_spoken_that_was_chosen_on_the_way_to_another_page(page, delay):
    page.goto("/?lesson=forget_bias&part=result")
    expect(page.locator(".rail .kind")).to_have_text("Step 3 of 10")
    wait_until_drawn(page)
    do_shortly(page, [NEXT], [["select[name=language]", "zh"]], delay)
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    expect(page.get_by_role("button", name="分享")).to_be_visible()
