"""A task, a cell and a page made of the templates, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from benchmarks._harness.browser import process
from tests.helpers.templates import copy_tree_with_templates

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """The address of an app that has them."""
    folder = tmp_path_factory.mktemp("extended")
    copy_tree_with_templates(folder)
    runs = str(folder / "runs")
    with process(folder / "app.py", PYTHONPATH=str(folder), UNROLLED_RUNS=runs) as (address, _):
        yield address


def test_the_cell_learns_the_task_and_the_page_shows_its_run(browser, extended):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{extended}/?task=parity&cell=residual")
    player = page.locator(".player")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(player.locator(".count")).to_have_text(re.compile(r"^([3-9]\d|[\d,]{3,})$"))
    page.get_by_role("button", name="Play", exact=True).click()
    expect(player.get_by_text("held-out", exact=False).first).to_contain_text("%")
    page.get_by_role("link", name="Reach").click()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.close()
    assert not errors, errors
