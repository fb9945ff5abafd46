"""The Memory page as a reader uses it: a study that runs beside the page."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.patience import until

pytestmark = pytest.mark.e2e

TINY = "task=two_sequence&cells=rnn+lstm&lengths=5+8&seeds=2&hidden_size=4"
LONG = "task=two_sequence&cells=rnn+gru&lengths=300&seeds=2&hidden_size=4"  # of hours
WAIT = 90_000  # milliseconds for processes that import torch on a busy machine


def opened(page: Page, query: str) -> None:
    page.goto(f"/memory?{query}")
    expect(page.locator(".js-plotly-plot")).to_have_count(2, timeout=WAIT)


def heatmap(page: Page) -> list[str]:
    """What stands in the cells, row by row."""
    return page.locator(".js-plotly-plot").first.locator(".annotation-text").all_text_contents()


@pytest.mark.long
def test_a_study_runs_beside_the_page_until_it_is_paused(page, browser, address):
    opened(page, f"{LONG}&updates=100000")
    expect(page.get_by_text("0 of 4 points: not begun")).to_be_visible()
    expect(page.get_by_text(re.compile(r"At most .+ on \d+ cores of this machine"))).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text(re.compile("points: running; about"))).to_be_visible(timeout=WAIT)

    other = browser.new_page(base_url=address)  # another reader is not kept waiting
    other.goto("/?task=adding&length=9")
    expect(other.locator(".play")).to_be_visible(timeout=WAIT)
    opened(other, f"{TINY}&updates=30")  # and may not start a second one on the same cores
    other.get_by_role("button", name="Start").click(timeout=WAIT)
    expect(other.get_by_text("expected no other study to run")).to_be_visible(timeout=WAIT)
    other.close()

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text(re.compile("points: paused"))).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("button", name="Resume")).to_be_visible()


@pytest.mark.long
def test_a_study_fills_in_is_found_again_and_passed_on(page, tmp_path):
    opened(page, f"{TINY}&updates=200")

    def empty():
        assert set(heatmap(page)) == {"·"}

    until(page, empty)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("8 of 8 points: finished")).to_be_visible(timeout=2 * WAIT)

    def every_cell() -> list[str]:
        cells = heatmap(page)
        assert len(cells) == 4
        assert all(re.match(r"[0-2]/2", text) for text in cells), cells
        return cells

    shown = until(page, every_cell)

    page.reload()
    expect(page.get_by_text("8 of 8 points: finished")).to_be_visible(timeout=WAIT)
    expect(page.locator(".js-plotly-plot")).to_have_count(2, timeout=WAIT)

    def filled_in_as_before():
        assert heatmap(page) == shown

    until(page, filled_in_as_before)

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Results as JSON").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert len(json.loads(file.read_text())["points"]) == 8
    page.goto("/memory")
    page.get_by_role("combobox", name="Study").click(timeout=WAIT)
    page.get_by_text("A study from a file").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".js-plotly-plot")).to_have_count(2, timeout=WAIT)
    until(page, filled_in_as_before)


@pytest.mark.long
def test_a_scheduler_that_is_not_there_gets_a_sentence(page):
    opened(page, f"{TINY}&updates=50")
    page.get_by_role("button", name="All settings").click()
    field = page.get_by_role("textbox", name="Dask scheduler, instead of the cores")
    field.fill("here")
    field.press("Enter")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("cluster: expected an address like tcp")).to_be_visible()
    field.fill("tcp://127.0.0.1:9")
    field.press("Enter")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("expected a Dask scheduler at tcp")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("button", name="Resume")).to_be_visible()


def test_a_click_on_a_cell_trains_that_point_on_live(page):
    opened(page, "study=hochreiter1997_order")
    cell = page.locator(".js-plotly-plot").first.locator(".annotation-text").nth(5)
    expect(cell).to_contain_text("0/3")  # the second network at the longest distance
    box = cell.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    expect(page.locator(".play")).to_be_visible(timeout=WAIT)
    page.wait_for_url(re.compile(r"/\?(?=.*task=temporal_order)(?=.*cell=lstm)(?=.*length=100)"))


@pytest.mark.long
def test_the_same_by_keyboard(page):
    opened(page, "")
    box = page.get_by_role("combobox", name="Point")
    box.focus()
    page.keyboard.press("ArrowDown")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Train this point on Live").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".play")).to_be_visible(timeout=WAIT)
    assert "task=adding" in page.url


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_nothing_is_wider_than_the_screen(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, "")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    for plot in page.locator(".js-plotly-plot").all():
        box = plot.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
