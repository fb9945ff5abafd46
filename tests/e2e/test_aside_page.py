"""Beside the rows: the headline, what is wrong and the numbers behind it, as a screen reader finds them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_live_page import player, wait

pytestmark = pytest.mark.e2e

HEADLINE = re.compile(r"^\d+(\.\d+)? % of names it has never seen are right$")
MISTAKE = re.compile(r"^(\w+) → (?!\1)\w+ \d+ of \d+$")


def opened(page: Page, address: str = "/?task=names&hidden_size=16") -> None:
    page.goto(address)
    expect(page.locator(".play")).to_be_visible()


def trained(page: Page, updates: int) -> None:
    page.locator(".play").click()
    wait(page, "update", updates)
    page.locator(".play").click()
    expect(player(page)).to_have_attribute("data-status", "paused")


@pytest.mark.long
def test_the_headline_and_the_mistakes_are_text_that_is_renewed(page):
    opened(page)
    heading = page.get_by_role("heading", name=HEADLINE)
    expect(heading).to_be_visible()
    score, wrong = page.locator(".headline"), page.locator(".wrong")
    expect(score).to_contain_text("Tested before training")
    expect(wrong).to_contain_text("Not trained yet")
    untrained = heading.inner_text()
    trained(page, 200)
    expect(heading).not_to_have_text(untrained)
    share = float(heading.inner_text().split("%")[0])
    assert share > 25, "it guesses 13 %"
    baselines = score.get_by_role("listitem")
    expect(baselines).to_have_text(
        [re.compile("% of names it was trained on$"), "13 % always saying the commonest"]
    )
    mistakes = wrong.get_by_role("listitem")
    expect(mistakes).to_have_text([MISTAKE] * 3)
    expect(score.get_by_role("status")).to_have_text(re.sub(r"\s+", " ", heading.inner_text()))


def test_pictures_say_in_words_what_they_show(page):
    opened(page)
    trained(page, 50)
    curve = page.locator(".headline").get_by_role("img")
    expect(curve).to_have_accessible_name(
        re.compile(r"^Accuracy over \d+ updates: new \d+.%, seen \d+.%, guessing 13.%\.$")
    )
    panel = page.locator("canvas.panel")
    page.get_by_text("the chances, and all of it as a map").click()
    expect(panel).to_be_visible()
    player(page).focus()
    names = []
    for read in ("b", "b-o"):
        page.keyboard.press("ArrowRight")
        expect(panel).to_have_accessible_name(
            re.compile(rf"^After {read}: \w+ [\d.]+.%, \w+ [\d.]+.%; target Italian\.")
        )
        names.append(panel.get_attribute("aria-label"))
    page.locator(".play").click()
    wait(page, "update", 90)
    assert panel.get_attribute("aria-label") == names[-1], "it was renewed while it played"


@pytest.mark.long
def test_what_is_opened_stays_open_in_the_next_run(page):
    opened(page)
    loss = page.locator("details.loss")
    expect(loss.get_by_role("img")).to_be_hidden()
    loss.locator("summary").click()
    page.get_by_text("all of it, as a table").click()
    trained(page, 60)
    expect(loss.locator("summary")).to_have_text(re.compile(r"^Loss of the batch\d\.\d+$"))
    table = page.get_by_role("table")
    counts = [int(text) for text in table.get_by_role("cell").all_inner_texts() if text.isdigit()]
    assert sum(counts) == 835, "every name it has never seen, once"
    page.locator(".reset").click()
    expect(player(page)).to_have_attribute("data-update", "0")
    expect(page.locator("details.loss").get_by_role("img")).to_be_visible()
    expect(table).to_be_visible()
    expect(page.locator("details.norms").get_by_role("img")).to_be_hidden()


def test_nothing_below_the_headline_moves_while_it_plays(page):
    opened(page)
    places = """() => [...document.querySelectorAll("*")]
      .flatMap(host => [...(host.shadowRoot?.querySelectorAll(".wrong h2, details.loss, details.norms") ?? [])])
      .map(node => node.getBoundingClientRect().top)"""
    wait(page, "update", 0)
    before = page.evaluate(places)
    assert len(before) == 3
    trained(page, 150)
    assert page.evaluate(places) == pytest.approx(before, abs=0.5)


@pytest.mark.long
@pytest.mark.parametrize("task", ["load", "text", "melody"])
def test_a_picture_that_is_the_story_is_open_at_first(page, task):
    opened(page, f"/?task={task}&hidden_size=8")
    expect(page.locator("canvas.panel")).to_be_visible()
