"""A corpus is pasted, read and looked at in the browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_gates_page import opened, press, settled, turn_to

pytestmark = pytest.mark.e2e

TEXT = "the cat sat. <img src=x onerror=alert(1)> and the dog ran, and a bird sang. " * 8


def click_cell(page: Page, table: int, row: int, x: int = 90) -> None:
    """A click into a table of the page, of which a canvas is drawn. row: 0 is that of the titles."""
    frame = page.locator('[data-testid="stDataFrame"]').nth(table)
    frame.evaluate("frame => frame.scrollIntoView({ block: 'center' })")
    frame.click(position={"x": x, "y": 17 + 35 * row})
    settled(page)


def test_a_pasted_corpus_is_read_and_a_unit_of_its_table_is_silenced(page: Page):
    opened(page, "task=text&cell=gru&hidden_size=6&length=10")
    turn_to(page, "Units over a corpus")
    page.get_by_label("or paste it here").fill(TEXT)
    page.get_by_label("or paste it here").press("Control+Enter")
    expect(page.get_by_text("pasted text")).to_be_visible()
    press(page, "Read it")
    letters = page.locator(".letters")
    expect(letters).to_have_count(5)
    expect(
        page.get_by_text("are not in the vocabulary").or_(page.get_by_text("left out:"))
    ).to_be_visible()
    # what is above 0 has its bar below the letter, what is below 0 above it; the text is text
    bars = letters.first.locator("span[title]").evaluate_all(
        """letters => letters.map(letter => {
          const style = getComputedStyle(letter);
          const value = Number(letter.title.split("= ")[1].replace("−", "-"));
          return [value, parseFloat(style.borderBottomWidth), parseFloat(style.borderTopWidth),
                  style.borderBottomColor, style.borderTopColor];
        })"""
    )
    assert len(bars) > 20
    for value, _below, _above, colour_below, colour_above in bars:
        if abs(value) > 0.05:
            assert colour_below.startswith("rgb(224, 104, 16") == (value > 0)
            assert colour_above.startswith("rgb(24, 112, 196") == (value < 0)
    assert page.locator(".letters img").count() == 0
    click_cell(page, 0, row=3)
    chosen = page.locator("h4").inner_text()
    click_cell(page, -1, row=1)  # of the units like it
    expect(page.locator("h4")).not_to_have_text(chosen)
    click_cell(page, 0, row=0, x=450)
    expect(page.get_by_label("Sorted by")).to_have_value("half-life, steps")
    press(page, "Silence it")
    expect(page.get_by_role("tab", name="Interventions")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("h = 0, unit")).to_be_visible()
