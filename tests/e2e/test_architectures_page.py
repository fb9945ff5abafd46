"""The Architectures page as a reader uses it: a wire of the cell opens its equation, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

LSTM = "task=names&cell=lstm&hidden_size=6"


def opened(page: Page, query: str = LSTM) -> None:
    page.goto(f"/architectures?{query}")
    expect(page.locator(".cell-diagram")).to_be_visible()
    expect(page.locator(".cell .number").first).not_to_be_empty()


def equation(page: Page):
    return page.locator(".st-key-cell-equation")


def number_of(page: Page, quantity: str) -> str:
    return page.locator(f'.quantities [data-quantity="{quantity}"] .number').inner_text()


def label_of(page: Page, quantity: str) -> str:
    return (
        page.locator(f'.cell-diagram .label[data-source="{quantity}"] .number').text_content() or ""
    )


def as_number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_a_click_on_a_wire_or_an_operation_opens_its_equation(page):
    opened(page)
    for quantity, words in (("f", "forget gate"), ("i", "input gate"), ("c", "cell state")):
        page.locator(f'.cell-diagram .label[data-source="{quantity}"]').click()
        expect(equation(page)).to_contain_text(re.compile(rf"^{quantity} = .*{words}"))
        shown = re.match(r"\S+ = (\S+) ", equation(page).inner_text())
        assert shown is not None
        assert abs(as_number(shown[1]) - as_number(label_of(page, quantity))) < 0.006
        assert label_of(page, quantity) == number_of(page, quantity)
        pressed = page.locator('.quantities [aria-pressed="true"]')
        expect(pressed).to_have_attribute("data-quantity", quantity)
    page.locator('.cell-diagram .node[data-node="a_o"]').click()
    expect(equation(page)).to_contain_text("a_o = ")
    page.locator('.cell-diagram .wire[data-source="g"] .hit').first.click(force=True)
    expect(equation(page)).to_contain_text(re.compile(r"^g = "))


@pytest.mark.long
def test_enter_opens_an_equation_and_arrows_change_the_step(page):
    opened(page)
    page.locator('.quantities [data-quantity="o"]').focus()
    page.keyboard.press("Enter")
    expect(equation(page)).to_contain_text(re.compile(r"^o = .*step 7"))
    before = page.locator(".cell-diagram").get_attribute("aria-label")
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(equation(page)).to_contain_text(re.compile(r"^o = .*step 5"))
    words = page.locator(".cell-diagram").get_attribute("aria-label") or ""
    assert words != before
    assert "step 5 of 7" in words
    assert f"output gate o {number_of(page, 'o')}" in words
    unit = page.get_by_role("spinbutton", name="Unit", exact=True)
    unit.fill("2")
    unit.press("Enter")
    expect(equation(page)).to_contain_text(re.compile(r"unit 2, step 5"))
    shown = re.match(r"o = (\S+) ", equation(page).inner_text())
    assert shown is not None
    expect(page.locator('.quantities [data-quantity="o"] .number')).to_have_text(
        f"{as_number(shown[1]):.2f}"
    )


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_nothing_is_wider_than_the_screen_and_no_letter_is_small(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, "task=names&cell=lstm&peephole=true&hidden_size=6")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    box = page.locator(".cell-diagram").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    drawn = page.locator(".cell-diagram").evaluate(
        "e => e.getBoundingClientRect().width / e.width.baseVal.value"
    )
    sizes = page.locator(".cell-diagram :is(text, tspan)").evaluate_all(
        "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) * drawn >= 12
    cards = page.locator(".st-key-shapes > *").evaluate_all(
        "all => all.map(e => Math.round(e.getBoundingClientRect().height))"
    )
    assert len({*cards}) == 1, cards


@pytest.mark.long
def test_the_page_has_its_headings_and_pictures_their_words(page):
    opened(page)
    assert page.locator("h1").all_text_contents() == ["Architectures"]
    assert page.locator("h2").all_text_contents()[:2] == ["The cell", "Shapes"]
    images = page.locator(".stImage img")
    expect(images).to_have_count(7)
    for words in images.evaluate_all("all => all.map(e => e.alt)"):
        assert "an output at" in words
