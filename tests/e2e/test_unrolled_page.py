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


@pytest.mark.long
def test_a_number_of_dw_is_named_and_leads_to_its_factors(page):
    opened(page)
    page.keyboard.press("End")
    box = page.locator(".unrolled .sum").bounding_box()
    x, y = box["x"] + 80, box["y"] + 80
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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
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


LONG = "task=adding&length=50&cell=lstm&hidden_size=8&batch_size=8"


def window(page: Page) -> tuple[int, int]:
    """The first and the last step that are drawn."""
    data = page.locator(".unrolled").evaluate("e => ({...e.dataset})")
    return int(data["first"]), int(data["last"])


def test_the_window_on_fifty_steps_is_dragged_and_moved_by_key_and_follows_the_pass(page):
    opened(page, LONG)
    strip = page.get_by_role("slider", name="Steps that are drawn, of all steps")
    first, last = window(page)
    assert last == 50, "the page opens where the network has answered"
    assert last - first + 1 < 40
    box = strip.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 20, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=4)
    page.mouse.up()
    dragged = window(page)
    assert 10 < dragged[0] < first
    expect(strip).to_have_attribute("aria-valuetext", f"steps {dragged[0]} to {dragged[1]} of 50")
    strip.press("ArrowLeft")
    assert window(page) == (dragged[0] - 1, dragged[1] - 1)
    strip.press("Home")
    assert window(page)[0] == 1
    follow = page.get_by_role("button", name="Follow the pass")
    expect(follow).to_have_attribute("aria-pressed", "false")
    page.locator(".unrolled .play").press(
        "Space"
    )  # plays backward from the losses; the window stays
    expect(page.locator(".unrolled")).to_have_attribute("data-stage", "backward")
    assert window(page)[0] == 1
    page.locator(".unrolled .play").press("Space")
    page.locator(".unrolled .play").press("ArrowLeft")  # a step by hand: it follows again
    expect(follow).to_have_attribute("aria-pressed", "true")
    assert window(page)[1] == 50
    page.mouse.click(box["x"] + 60, middle)
    assert window(page)[0] == 1


def test_the_states_alone_show_more_steps(page):
    page.set_viewport_size({"width": 1024, "height": 768})
    opened(page, LONG)
    quantities = page.get_by_role("button", name="All quantities")
    expect(quantities).to_have_attribute("aria-pressed", "false")
    first, last = window(page)
    quantities.click()
    expect(quantities).to_have_attribute("aria-pressed", "true")
    full = window(page)
    assert last - first > 1.8 * (full[1] - full[0])


def test_every_number_is_reached_by_keyboard_and_marked(page):
    opened(page)
    page.keyboard.press("End")
    network = page.get_by_role("application", name=re.compile("The unrolled network, steps 1 to 8"))
    network.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "PageUp"):
        network.press(key)
    expect(page.locator(".unrolled .words")).to_contain_text(re.compile(r"^dc, t = 3, unit 2: "))
    network.press("Enter")
    settled(page)
    shown = page.locator(".st-key-microscope")
    expect(shown.locator("p").first).to_contain_text(re.compile(r"dc = .* · unit 2, step 3"))
    expect(page.locator(".unrolled")).to_have_attribute("data-picked", "dc.3.2.")
    shown.get_by_role("button", name="df · step 3").click()  # goes into
    settled(page)
    expect(page.locator(".unrolled")).to_have_attribute("data-picked", "df.3.2.")
    shown.get_by_role("button", name="da_f · step 3").click()
    settled(page)
    shown.get_by_role("button", name=re.compile(r"^dW_hf\[2, \d\]$")).click()
    settled(page)
    expect(page.locator(".unrolled")).to_have_attribute(
        "data-picked", re.compile(r"da_f\.3\.2\.\d")
    )
    matrix = page.locator(".unrolled .sum")
    matrix.focus()
    for key in ("ArrowDown", "PageDown", "ArrowRight"):
        matrix.press(key)
    expect(page.locator(".unrolled .words")).to_contain_text("dW_hf[0, 1] = ")
    matrix.press("Enter")
    settled(page)
    expect(page.locator(".unrolled")).to_have_attribute(
        "data-picked", re.compile(r"da_f\..*\.0\.1")
    )
    assert not page.locator("[data-testid=stException]").count()


@pytest.mark.long
def test_the_curve_of_the_unit_leads_to_another_step(page):
    opened(page)
    curve = page.get_by_role("slider", name="The same number at every step")
    expect(curve).to_have_attribute("aria-valuenow", "8")
    box = curve.bounding_box()
    page.mouse.click(box["x"] + 46 + (box["width"] - 52) * 2.5 / 8, box["y"] + 40)
    settled(page)
    expect(page.locator(".st-key-microscope p").first).to_contain_text("step 3")
    curve.press("ArrowRight")
    expect(page.locator(".st-key-microscope p").first).to_contain_text("step 4")
    expect(page.locator(".unrolled")).to_have_attribute("data-picked", "h.4.0.")


def test_the_step_that_is_lit_on_live_is_lit_here_and_goes_back(page):
    page.goto(f"/?{LONG}")
    live = page.locator(".player.live")
    expect(live).to_have_attribute("data-update", "0")
    page.locator(".player .play").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    lit = 3
    expect(live).to_have_attribute("data-time", str(lit))
    page.get_by_role("link", name="Unrolled").click()
    expect(page.locator(".unrolled")).to_have_attribute("data-phase", "50")
    first, last = window(page)
    assert first <= lit + 1 <= last < 50
    expect(page.locator(".unrolled .words")).to_contain_text(f"h, t = {lit + 1}, unit 0: ")
    page.locator(".unrolled .net").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("link", name="Live").click()
    expect(live).to_have_attribute("data-time", str(lit + 1))


def test_a_tap_on_a_phone_explains_a_number_and_nothing_scrolls_sideways(browser, server):
    context = browser.new_context(
        base_url=server[0], viewport={"width": 390, "height": 844}, has_touch=True
    )
    page = context.new_page()
    opened(page, LONG)
    box = page.locator(".unrolled .net").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 22, box["y"] + box["height"] / 2)
    expect(page.locator(".unrolled .words")).to_contain_text(
        re.compile(r"state [ch], t = 50, unit \d")
    )
    settled(page)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    strip = page.locator(".unrolled .strip").bounding_box()
    assert strip["y"] + strip["height"] == pytest.approx(844, abs=1)
    context.close()
