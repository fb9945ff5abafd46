"""The Unrolled page as a reader uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

QUERY = "task=adding&length=8&cell=lstm&hidden_size=6&batch_size=8"


def opened(page: Page, query: str = QUERY) -> None:
    page.goto(f"/unrolled?{query}")
    expect(page.locator(".unrolled .play")).to_be_visible()
    expect(page.locator(".unrolled")).to_have_attribute("data-phase", re.compile(r"\d+"))


def stage(page: Page) -> tuple[str, int, int]:
    data = page.locator(".unrolled").evaluate("e => ({...e.dataset})")
    return data["stage"], int(data["time"]), int(data["phase"])


def settled(page: Page) -> None:
    page.wait_for_timeout(300)
    expect(
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    ).to_be_visible()


def test_forward_the_losses_and_backward_by_key_and_by_play(page):
    opened(page)
    page.keyboard.press("Home")
    assert stage(page) == ("forward", 0, 0)
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert stage(page) == ("forward", 7, 7)
    page.keyboard.press("ArrowRight")
    assert stage(page)[0] == "loss"
    expect(page.locator(".unrolled .told")).to_contain_text("The losses:")
    page.keyboard.press("ArrowRight")
    assert stage(page) == ("backward", 7, 9)
    expect(page.locator(".unrolled .told")).to_contain_text("reaches step 8 of 8")
    page.keyboard.press("End")
    assert stage(page) == ("backward", 0, 16)
    page.get_by_label("Steps a second").select_option("5")
    page.locator(".unrolled .play").click()
    expect(page.locator(".unrolled")).to_have_attribute("data-status", "playing")
    expect(page.locator(".unrolled")).to_have_attribute("data-status", "paused")
    assert stage(page)[2] == 16


def test_a_click_explains_a_number_and_leads_to_what_it_came_from(page):
    opened(page)
    page.keyboard.press("End")  # all gradients are known
    box = page.locator(".unrolled .net").bounding_box()
    for x in range(60, int(box["width"]) - 20, 7):  # onto a strip of a late step
        page.mouse.move(box["x"] + box["width"] - x, box["y"] + box["height"] * 0.5)
        words = page.locator(".unrolled .words").last.inner_text()
        if words.startswith("dc, t = "):
            break
    page.mouse.down()
    page.mouse.up()
    settled(page)
    shown = page.locator(".st-key-microscope")
    expect(shown.locator("p").first).to_contain_text("dc = ")
    value = words.rsplit(": ", 1)[1]
    told = shown.locator("p").first.inner_text()
    number = float(told.split(" = ")[1].split(" ")[0].replace("−", "-"))
    assert abs(number - float(value)) <= 0.01 * abs(number)
    assert shown.locator(".katex").count() >= 2
    shown.get_by_role("button", name=re.compile(r"^dh · step")).click()
    settled(page)
    expect(shown.locator("p").first).to_contain_text("dh = ")
    shown.get_by_role("button", name="⟵").click()
    settled(page)
    expect(shown.locator("p").first).to_contain_text("dc = ")


def test_a_number_of_dw_is_named_and_leads_to_its_factors(page):
    opened(page)
    page.keyboard.press("End")
    box = page.locator(".unrolled .sum").bounding_box()
    x, y = box["x"] + 80, box["y"] + 150
    page.mouse.move(x, y)
    expect(page.locator(".unrolled .last .words")).to_contain_text(
        re.compile(r"dW_h[ifgo]\[\d, \d\] = .* which is row \d+ of weight_hh")
    )
    page.mouse.down()
    page.mouse.up()
    settled(page)
    shown = page.locator(".st-key-microscope")
    expect(shown.locator("p").first).to_contain_text(
        re.compile(r"row \d+, column \d of weight_hh_l0")
    )
    shown.get_by_role("button", name=re.compile(r"^da_[ifgo] · step")).click()
    settled(page)
    expect(shown.locator("p").first).to_contain_text(re.compile(r"da_[ifgo] = "))


def test_a_gradient_leads_through_the_head_to_the_prediction(page):
    opened(page, "task=names&cell=gru&hidden_size=8&notation=gamma")
    shown = page.locator(".st-key-microscope")
    page.keyboard.press("End")
    box = page.locator(".unrolled .net").bounding_box()
    for x in range(20, 120, 4):
        page.mouse.move(box["x"] + box["width"] - x, box["y"] + box["height"] * 0.5)
        if page.locator(".unrolled .last .words").inner_text().startswith("dh, t = "):
            break
    page.mouse.down()
    page.mouse.up()
    settled(page)
    for name in ("da_y", "y", "a_y"):
        shown.get_by_role("button", name=re.compile(rf"^{name} · step")).click()
        settled(page)
        expect(shown.locator("p").first).to_contain_text(f"{name} = ")
    assert not shown.locator(".katex-error").count()
    assert not page.locator("[data-testid=stException]").count()


def test_the_check_and_a_saved_picture(page):
    opened(page)
    page.get_by_role("button", name="Check against autograd").click()
    expect(
        page.get_by_text(re.compile(r"largest difference .* over 21 quantities, 8 steps"))
    ).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture as SVG").click()
    with open(download.value.path(), encoding="utf-8") as file:
        picture = file.read()
    text = " ".join(re.findall(r">([^<>]+)<", picture))
    assert "Adding: the sum of two marked numbers · LSTM, 6 units · update 0" in text
    assert "Space plays" not in text


def test_truncation_is_drawn_and_measured_and_more_updates_are_made(page):
    opened(page, "task=text&cell=gru&hidden_size=8")
    number = page.get_by_label("Truncate after (0: not at all)")
    number.fill("5")
    number.press("Enter")
    expect(page.get_by_text(re.compile(r"Truncated after 5 steps, dW_hh points"))).to_be_visible()
    page.get_by_role("button", name="Train 100 updates").click()
    expect(page.locator(".unrolled")).to_have_attribute("data-run", re.compile(r"\.100\."))
    page.get_by_text("The letters of your book", exact=True).click()
    settled(page)
    assert not page.locator("[data-testid=stException]").count()


@pytest.mark.parametrize(
    "query",
    [
        "task=translate&attention=true&num_layers=2&hidden_size=8",
        "task=names&bidirectional=true&num_layers=2&hidden_size=8",
    ],
)
def test_deep_and_two_part_networks_unroll(page, query):
    opened(page, query)
    which = page.locator(".unrolled .which")
    expect(which).to_be_visible()
    which.select_option(index=1)
    page.keyboard.press("Escape")
    page.locator(".unrolled .net").click()
    settled(page)
    assert not page.locator("[data-testid=stException]").count()
