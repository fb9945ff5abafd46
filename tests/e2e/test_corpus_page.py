"""A corpus is pasted, read and looked at in the browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_gates_page import opened, press, turn_to

pytestmark = pytest.mark.e2e

TEXT = "the cat sat. <img src=x onerror=alert(1)> and the dog ran, and a bird sang. " * 8


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
    press(page, "Silence it")
    expect(page.get_by_role("tab", name="Interventions")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("h = 0, unit")).to_be_visible()
