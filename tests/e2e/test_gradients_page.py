"""The Gradients page as a reader uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.patience import until
from tests.e2e.test_live_page import PIXELS, number, wait

pytestmark = pytest.mark.e2e

TABS = {
    "run": ("This network", "Jacobians"),
    "untrained": ("Workbench", "Untrained: sliders"),
    "exploding": ("This network", "Exploding and clipping"),
    "cliff": ("Workbench", "The error cliff"),
}


def opened(page: Page, query: str) -> None:
    page.goto(f"/gradients?{query}")
    expect(page.locator(".triangle .play")).to_be_visible()
    expect(page.locator(".triangle .words")).to_contain_text("The gradient of loss")


def tab(page: Page, name: str) -> None:
    level, title = TABS[name]
    page.get_by_role("radio", name=level).click()
    page.get_by_role("tab", name=title).click()


def charts(page: Page, count: int) -> None:
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=40_000)
    expect(page.locator(".js-plotly-plot")).to_have_count(count, timeout=40_000)


def point(page: Page, k: float, t: float) -> None:
    """Hovers the map at these shares of its height and width."""
    box = page.locator(".triangle .map").bounding_box()
    assert box is not None
    width, height = box["width"], box["height"]
    page.mouse.move(box["x"] + 62 + t * (width - 330), box["y"] + 30 + k * (0.65 * height - 30))


def expect_no_sideways_scrolling(page: Page) -> None:
    wide = page.evaluate(
        """() => [document.scrollingElement, document.querySelector("[data-testid=stMain]")]
          .map(each => each.scrollWidth - innerWidth)"""
    )
    assert max(wide) <= 0, f"the page is wider than the screen by {wide} px"


def described_charts(page: Page) -> list[str]:
    """What each chart of the page is for a screen reader."""
    return page.locator(".js-plotly-plot").evaluate_all(
        "plots => plots.map(p => p.querySelector('svg[role=img]')?.getAttribute('aria-label') ?? '')"
    )


def test_play_pause_step_hover_and_keys(page):
    opened(page, "task=text&length=20&hidden_size=16")
    canvas = page.locator(".triangle .map")
    before, play = canvas.evaluate(PIXELS), page.locator(".triangle .play")
    play.click()
    wait(page, "update", 5)
    assert canvas.evaluate(PIXELS) != before, "the triangle stood still"
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")

    def at_rest() -> float:  # the answer that was under way has come
        here = number(page, "update")
        page.wait_for_timeout(1000)
        assert number(page, "update") == here, "the counter went on after Pause"
        return here

    paused = until(page, at_rest)
    page.get_by_role("button", name="Step", exact=True).click()
    wait(page, "update", paused + 1)
    assert number(page, "update") == paused + 1

    words = page.locator(".triangle .words")
    expect(words).to_contain_text("loss 20")
    point(page, 0.5, 0.1)
    row, column = number(page, "row"), number(page, "time")
    assert 5 < row < 15
    assert column < 5
    expect(words).to_contain_text(f"loss {row + 1:.0f} ")
    expect(words).to_contain_text(re.compile(r"1 % of its peak for \d+ of \d+ steps"))
    lit = canvas.evaluate(PIXELS)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert (number(page, "row"), number(page, "time")) == (row + 2, column + 1)
    assert canvas.evaluate(PIXELS) != lit, "the keys changed nothing in the picture"
    page.keyboard.press("ArrowUp")
    assert number(page, "row") == row + 1
    page.get_by_label("Colours").select_option("1")
    assert canvas.evaluate(PIXELS) != lit


@pytest.mark.long
def test_layers_and_states_are_chosen(page):
    opened(page, "task=text&length=12&hidden_size=8&cell=lstm&num_layers=2")
    canvas, chooser = page.locator(".triangle .map"), page.get_by_label("State", exact=True)
    expect(chooser.locator("option")).to_have_text(
        ["h · layer 1", "h · layer 2", "c · layer 1", "c · layer 2"]
    )
    seen = set()
    for k in range(4):
        chooser.select_option(str(k))
        seen.add(canvas.evaluate(PIXELS))
    assert len(seen) == 4


def test_a_vanished_gradient_and_its_remedy(page):
    opened(page, "task=adding&cell=rnn&length=40&hidden_size=16")
    expect(page.locator(".triangle .words")).to_contain_text("loss 40")
    page.get_by_role("button", name="Train 100 updates").click()
    wait(page, "update", 100)
    expect(page.get_by_text("vanished", exact=True)).to_be_visible()
    horizon = number(page, "horizon")
    assert horizon < 20
    page.get_by_role("button", name="Take an LSTM with forget bias 1").click()
    expect(page).to_have_url(re.compile("cell=lstm"))
    expect(page).to_have_url(re.compile("forget_bias=1"))
    wait(page, "update", 0)
    page.wait_for_function(
        """least => [...document.querySelectorAll("*")].some(host =>
          +(host.shadowRoot?.querySelector(".triangle")?.dataset.horizon) > least)""",
        arg=horizon,
    )


@pytest.mark.long
def test_jacobians_sliders_norms_and_the_cliff(page):
    opened(page, "task=adding&length=10&hidden_size=8&clip_at=0.05")
    tab(page, "run")
    charts(page, 3)
    tab(page, "untrained")
    charts(page, 3)
    told = page.get_by_text("On its way back from step 50")
    expect(told).to_be_visible()
    before = told.inner_text()
    radius = page.get_by_role("slider", name="Spectral radius")
    radius.focus()
    for _ in range(4):
        radius.press("ArrowLeft")
    expect(told).not_to_have_text(before)

    tab(page, "exploding")
    page.get_by_role("button", name="Train 100 updates").click()
    expect(page.get_by_text("of the updates were clipped (by norm, at 0.05)")).to_be_visible()
    charts(page, 1)
    page.get_by_role("button", name="Draw the loss around the present weights").click()
    charts(page, 3)

    tab(page, "cliff")
    expect(page.get_by_text("update 77 takes the longest step")).to_be_visible()
    charts(page, 3)
    expect(page.get_by_role("button", name="Train 100 updates")).to_have_count(0)
    expect(page.get_by_role("button", name="All settings")).to_be_hidden()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()

    def all_say_what_they_show():
        texts = described_charts(page)
        assert [t.partition(".")[0].partition(":")[0] for t in texts] == [
            "Loss of one unit over its two weights",
            "Loss along both paths",
            "|∂L/∂h_t| inside",
        ]

    until(page, all_say_what_they_show)
    start = page.get_by_role("slider", name="Learning rate").last
    start.focus()
    start.press("ArrowLeft")
    expect(page.get_by_text("update 77 takes the longest step")).to_have_count(0)


@pytest.mark.long
def test_with_and_without_clipping_side_by_side(page):
    opened(page, "task=adding&length=10&hidden_size=8")
    tab(page, "exploding")
    page.get_by_role("button", name="Compare without and with clipping").click()
    expect(page).to_have_url(re.compile("/compare"))
    expect(page.locator(".one > h2")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"a\.clipping=off|clipping=off"))


def test_a_run_that_diverged_is_told_and_goes_back(page):
    opened(
        page,
        "task=adding&cell=rnn&activation=identity&clipping=off&optimizer=sgd&learning_rate=1000",
    )
    page.locator(".triangle .play").click()
    expect(page.get_by_text("expected finite numbers")).to_be_visible()
    expect(page.locator(".triangle .play")).to_be_disabled()
    expect(page.locator(".triangle .words")).to_contain_text("is not finite")
    page.get_by_role("button", name=re.compile("Go back")).click()
    expect(page.locator(".triangle .play")).to_be_enabled()
    expect(page).not_to_have_url(re.compile("clipping=off|learning_rate=1000"))


@pytest.mark.long
def test_what_was_trained_here_is_on_the_live_page(page):
    opened(page, "task=adding&length=10&hidden_size=8")
    page.get_by_role("button", name="Train 100 updates").click()
    wait(page, "update", 100)
    page.get_by_role("link", name="Live").click()
    expect(page.locator(".row.heat").first).to_be_visible()
    wait(page, "update", 100)


@pytest.mark.long
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7])
def test_links_of_before_open_the_same_tab_on_a_phone_without_sideways_scrolling(phone, number):
    titles = (
        "How far back a loss reaches",
        "Jacobians",
        "Untrained: sliders",
        "Exploding and clipping",
        "The error cliff",
        "Where the states go",
        "Which inputs mattered",
    )
    phone.goto(f"/gradients?task=text&length=20&hidden_size=8&tab={number}")
    shown = phone.get_by_role("tab", name=titles[number - 1])
    expect(shown).to_have_attribute("aria-selected", "true")
    if number != 4:
        expect(phone.locator(".triangle .map, .js-plotly-plot .main-svg").first).to_be_visible()
    until(phone, lambda: expect_no_sideways_scrolling(phone))


def test_a_tap_lights_a_loss_and_the_transport_stands_at_the_bottom(phone):
    opened(phone, "task=text&length=20&hidden_size=8")
    bar = phone.locator(".triangle .strip").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] == pytest.approx(844, abs=1)
    assert bar["height"] >= 44
    canvas = phone.locator(".triangle .map")
    canvas.scroll_into_view_if_needed()
    canvas.tap(position={"x": 70, "y": 250})
    row = number(phone, "row")
    assert row >= 0
    expect(phone.locator(".triangle .words")).to_contain_text(f"loss {row + 1:.0f} ")
    phone.locator(".triangle .help").tap()
    expect(phone.get_by_role("dialog", name="Keys")).to_be_visible()


def test_keys_work_after_a_click_on_play_and_a_list_names_them(page):
    opened(page, "task=text&length=20&hidden_size=8")
    play = page.locator(".triangle .play")
    play.click()
    play.click()
    page.keyboard.press("ArrowUp")
    assert number(page, "row") == 18
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
