"""The Gates page as a reader uses it."""

import itertools
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.drawer import open_settings
from tests.e2e.patience import until
from tests.e2e.test_live_page import wait

pytestmark = pytest.mark.e2e

HEAT = """() => [...document.querySelectorAll(".js-plotly-plot")]
  .flatMap(plot => plot.data.filter(trace => trace.type === "heatmap").map(trace => trace.name))"""
VALUES = """name => {  // of every heat map of that name: its smallest and its largest number
  const plots = [...document.querySelectorAll(".js-plotly-plot")].flatMap(plot => plot._fullData);
  return plots.filter(trace => trace.name === name).map(trace => {
    const z = [...trace.z].flatMap(row => [...row]);
    return [Math.min(...z), Math.max(...z)];
  });
}"""


def settled(page: Page) -> None:
    page.wait_for_timeout(200)
    expect(
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    ).to_be_visible()


def opened(page: Page, query: str) -> None:
    page.goto(f"/gates?{query}")
    expect(page.get_by_role("button", name="Train 100 updates")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    settled(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settled(page)


def turn_to(page: Page, tab: str) -> None:
    page.get_by_role("tab", name=tab).click()
    settled(page)


def test_hold_a_gate_train_under_it_and_take_it_away(page):
    opened(page, "task=adding&length=12&cell=gru&hidden_size=6&batch_size=8")
    maps = page.evaluate(HEAT)
    assert maps == [
        "reset gate r",
        "update gate z",
        "candidate n",
        "hidden state h",
    ]
    page.get_by_role("button", name="Train 100 updates").click()
    expect(page.get_by_text(re.compile("update [1-9]"))).to_be_visible()

    turn_to(page, "Interventions")
    expect(page.get_by_text("Nothing is held yet")).to_be_visible()
    press(page, "Add")
    expect(page.get_by_text("z = 1, all")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Loss: .+ → "))).to_be_visible()

    def held_at_nothing():
        maps = page.evaluate(VALUES, "hidden state h")
        assert len(maps) == 3
        without, held, difference = maps
        assert max(map(abs, without)) > 0.01
        assert held == [0, 0], "z = 1 keeps the first state, which is 0, for ever"
        assert difference == pytest.approx([-without[1], -without[0]], abs=1e-6)

    until(page, held_at_nothing)

    page.locator('[data-testid="stSlider"]').last.get_by_role("slider").press("ArrowLeft")
    expect(page.get_by_text("z = 0.95, all")).to_be_visible()

    def no_longer_held():
        assert page.evaluate(VALUES, "hidden state h")[1] != [0, 0]

    until(page, no_longer_held)

    press(page, "Held-out mse")
    expect(page.get_by_text(re.compile(r"Held-out mse: .+ → "))).to_be_visible()
    press(page, "Train on under this")
    banner = page.get_by_text("This run trains under an intervention: z = 0.95, all")
    expect(banner).to_be_visible()
    page.get_by_role("link", name="Live").first.click()
    expect(banner).to_be_visible()
    page.locator(".play").click()
    wait(page, "update", 110)
    page.locator(".play").click()
    press(page, "Remove it")
    expect(banner).to_have_count(0)


@pytest.mark.long
def test_a_link_carries_the_interventions_and_they_can_be_removed(page):
    opened(page, "task=adding&length=8&cell=lstm&hidden_size=4")
    turn_to(page, "Interventions")
    press(page, "Add")
    page.get_by_role("combobox", name=re.compile("What to do")).click()
    page.get_by_role("option", name="Silence a unit").click()
    expect(page.get_by_role("combobox", name=re.compile("Gate or state"))).to_have_count(0)
    press(page, "Add")
    expect(page.get_by_text("h = 0, unit 0")).to_be_visible()
    page.wait_for_url(re.compile("intervene="))
    page.reload()
    settled(page)
    turn_to(page, "Interventions")
    expect(page.get_by_text("f = 1, all")).to_be_visible()
    expect(page.get_by_text("h = 0, unit 0")).to_be_visible()
    for left in (1, 0):
        page.get_by_role("button", name="✕").first.click()
        settled(page)
        expect(page.get_by_role("button", name="✕")).to_have_count(left)
    expect(page.get_by_text("Nothing is held yet")).to_be_visible()
    page.wait_for_url(lambda url: "intervene" not in url)
    open_settings(page).get_by_role("radio", name="RNN").click()
    turn_to(page, "Over time")
    expect(page.get_by_text("A plain RNN has no gates")).to_be_visible()

    def only_the_state():
        assert page.evaluate(HEAT) == ["hidden state h"]

    until(page, only_the_state)


@pytest.mark.long
def test_find_units_and_see_the_other_views(page):
    opened(page, "task=names&cell=lstm&hidden_size=12")
    page.get_by_role("button", name="Train 100 updates").click()
    expect(page.get_by_text(re.compile("update [1-9]"))).to_be_visible()
    turn_to(page, "Saturation and memory")
    expect(page.get_by_text("share of steps above 0.9")).to_be_visible()
    expect(page.get_by_text("steps until half is forgotten")).to_be_visible()
    turn_to(page, "Over training")
    expect(page.locator(".js-plotly-plot")).to_have_count(1)
    turn_to(page, "Find units")
    expect(page.get_by_text(re.compile("Unit [0-9]+ in held-out sequences"))).to_be_visible()
    stretch = page.get_by_test_id("stMain").get_by_test_id("stSlider").first
    told = page.get_by_text(re.compile("Unit [0-9]+ in held-out sequences"))
    before = told.inner_text()
    for _ in range(3):
        stretch.get_by_role("slider").first.press("ArrowLeft")
    expect(told).not_to_have_text(before)
    expect(page.locator('[data-testid="stDataFrame"]')).to_have_count(2)


def test_the_order_of_the_units_holds_in_all_maps_and_in_the_session(page):
    opened(page, "task=adding&length=12&cell=gru&hidden_size=8")
    rows = """() => [...document.querySelectorAll(".js-plotly-plot")].flatMap(plot => plot._fullData
      .filter(trace => trace.type === "heatmap" && trace.customdata?.length === 8)
      .map(trace => [...trace.customdata].map(row => [...row][0]).join()))"""
    assert set(page.evaluate(rows)) == {"0,1,2,3,4,5,6,7"}
    order = page.get_by_role("combobox", name=re.compile("Order of the units"))
    order.click()
    page.get_by_role("option", name="Units by half-life of their state").click()

    def ordered() -> str:
        (only,) = set(page.evaluate(rows))
        assert only != "0,1,2,3,4,5,6,7"
        return only

    until(page, ordered)
    expect(page.get_by_text("half of whose state is left after")).to_be_visible()
    page.get_by_role("link", name="Gradients").click()
    expect(page.locator(".triangle .play")).to_be_visible()
    page.get_by_role("link", name="Gates").click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    until(page, ordered)


@pytest.mark.long
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_a_phone_shows_every_tab_without_sideways_scrolling(phone, number):
    phone.goto(f"/gates?task=adding&length=20&cell=lstm&hidden_size=8&tab={number}")
    if number == 4:
        phone.get_by_role("button", name="Add").tap()
    expect(phone.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    settled(phone)
    wide = phone.evaluate(
        """() => [document.scrollingElement, document.querySelector("[data-testid=stMain]")]
          .map(each => each.scrollWidth - innerWidth)"""
    )
    assert max(wide) <= 0

    def each_says_what_it_shows_and_has_its_toolbar_below():
        plots = phone.locator(".js-plotly-plot").evaluate_all(
            """plots => plots.map(plot => [
              plot.querySelector("svg[role=img]")?.getAttribute("aria-label") ?? "",
              plot.querySelector(".modebar").getBoundingClientRect().top
                - plot.querySelector(".main-svg").getBoundingClientRect().bottom,
            ])"""
        )
        for text, below in plots:
            assert len(text) > 40, text
            assert below >= 0, "the toolbar lies on the picture"

    until(phone, each_says_what_it_shows_and_has_its_toolbar_below)


def test_a_finger_on_a_figure_scrolls_the_page_and_a_tap_reads_it(phone):
    opened(phone, "task=adding&length=12&cell=lstm&hidden_size=8")
    box = phone.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert box is not None
    x, y = box["x"] + 100, box["y"] + 20
    browser = phone.context.new_cdp_session(phone)

    def touch(kind: str, *points: dict[str, float]) -> None:
        browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    for up in range(20, 220, 20):
        touch("touchMove", {"x": x, "y": y - up})
    touch("touchEnd")
    scrolled = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    until(phone, lambda: phone.evaluate(scrolled) > 50 or pytest.fail("it did not scroll"))
    plot = phone.locator(".js-plotly-plot .nsewdrag").nth(3)
    plot.tap()
    reading = phone.locator(".js-plotly-plot .hovertext")
    expect(reading).to_contain_text(re.compile(r"output gate o, unit \d, step \d+: 0\.\d"))


@pytest.mark.long
def test_symbols_lie_on_none_before_them(phone):
    opened(phone, "task=adding&length=40&cell=lstm&hidden_size=8")

    def apart():
        ends = phone.evaluate(
            """() => [...document.querySelectorAll(".js-plotly-plot .xtick > text")]
              .filter(text => text.style.visibility !== "hidden")
              .map(text => [text.getBoundingClientRect().left, text.getBoundingClientRect().right])"""
        )
        assert len(ends) > 5
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(ends))

    until(phone, apart)
