"""The top of Live as a reader uses it: the sentence that is the control, the transport, the keys, the drawer."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.drawer import open_settings
from tests.e2e.patience import until
from tests.e2e.test_live_page import player, wait

pytestmark = pytest.mark.e2e
SMALL = "/?task=adding&length=8&hidden_size=6&batch_size=4"
# 12 choices; of those in one line the second is made before the first can have had its effect.
CHOICES = [
    ("cell", "lstm"), ("hidden_size", "8"),
    ("length", "12"), ("cell", "rnn"),
    ("hidden_size", "16"), ("length", "5"),
    ("task", "echo"),
    ("delay", "3"), ("hidden_size", "4"),
    ("cell", "gru"), ("delay", "2"), ("hidden_size", "2"),
]  # fmt: skip


def opened(page: Page, address: str = SMALL) -> None:
    page.goto(address)
    expect(page.locator(".play")).to_be_visible()


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f".sentence select[name={name}]").select_option(value)


def says(page: Page, words: str) -> None:
    """The sentence holds these words; what could be chosen is no part of it."""
    parts = """line => [...line.children].map(
      part => (part.querySelector(".chosen") ?? part).textContent).join("")"""

    def check() -> None:
        assert words in page.locator(".sentence").evaluate(parts)

    until(page, check)


def play_is(page: Page, pressed: bool) -> None:
    expect(page.locator(".play")).to_have_attribute("aria-pressed", str(pressed).lower())


def test_what_is_chosen_in_the_sentence_while_it_plays_is_never_lost(page):
    opened(page)
    page.locator(".play").click()
    for k, (name, value) in enumerate(CHOICES):
        choose(page, name, value)
        if k in (1, 3, 5, 6, 8):
            expect(page).to_have_url(re.compile(rf"\b{name}={value}\b"))
            wait(page, "update", 3)
    says(
        page, "A GRU with 2 units reads random numbers, and says which one it read 2 steps before."
    )
    expect(page).to_have_url(re.compile(r"task=echo&cell=gru&hidden_size=2&.*delay=2"))
    play_is(page, True)
    wait(page, "update", 5)
    page.wait_for_timeout(1000)  # the run of the last choice is on the page
    run = player(page).get_attribute("data-run")
    wait(page, "update", int(player(page).get_attribute("data-update") or 0) + 5)
    assert player(page).get_attribute("data-run") == run
    drawer = open_settings(page)
    expect(drawer.get_by_role("spinbutton", name="Hidden units")).to_have_value("2")
    expect(drawer.get_by_role("radio", name="GRU")).to_be_checked()
    units = drawer.get_by_role("spinbutton", name="Hidden units")
    units.fill("5")
    units.press("Enter")
    says(page, "5 units")
    choose(page, "hidden_size", "8")
    expect(units.first).to_have_value("8")


def test_a_choice_that_cannot_be_is_refused_by_its_label_and_changes_nothing(page):
    opened(page, "/?task=two_sequence&length=10&hidden_size=4")
    page.locator(".play").click()
    run, address = player(page).get_attribute("data-run"), page.url
    choose(page, "marked", "20")
    expect(page.get_by_text("Marked: expected fewer than the 10 steps").first).to_be_visible()
    says(page, "whether the first 3 were plus or minus one")
    expect(page.locator(".sentence select[name=marked]")).to_have_value("3")
    expect(page.locator(".choice.waiting")).to_have_count(0)
    assert (player(page).get_attribute("data-run"), page.url) == (run, address)
    wait(page, "update", int(player(page).get_attribute("data-update") or 0) + 5)


def test_the_sentence_by_keys_keeps_the_focus(page):
    opened(page)
    page.locator(".sentence").get_by_label("Cell").focus()
    page.keyboard.press("ArrowUp")  # from GRU to LSTM
    says(page, "An LSTM with 6 units")
    expect(page).to_have_url(re.compile("cell=lstm"))
    expect(page.locator(".sentence select[name=cell]")).to_be_focused()
    expect(page.locator(".choice").first).to_have_css("outline-style", "solid")


def test_the_sentence_leads_to_all_settings(page):
    opened(page)
    drawer = page.get_by_test_id("stSidebar")
    expect(drawer).to_have_attribute("data-collapsed", "true")
    choose(page, "cell", "")
    expect(drawer).to_have_attribute("data-collapsed", "false")
    settings = page.get_by_role("button", name="All settings", exact=True)
    expect(settings).to_have_attribute("aria-expanded", "true")
    expect(drawer.get_by_role("button", name="Collapse sidebar")).to_be_focused()
    page.keyboard.press("Enter")
    expect(drawer).to_have_attribute("data-collapsed", "true")
    expect(settings).to_have_attribute("aria-expanded", "false")
    expect(settings).to_be_focused()
    says(page, "A GRU with 6 units")


def test_what_a_lesson_hides_or_locks_is_plain_text(page):
    opened(page, f"{SMALL}&hide=hidden_size&lock=task")
    says(page, "A GRU with 6 units reads 8 numbers")
    names = page.locator(".sentence select").evaluate_all("all => all.map(one => one.name)")
    assert names == ["cell", "length"]


def test_keys_work_after_a_click_on_play(page):
    opened(page)
    page.locator(".play").click()
    wait(page, "update", 5)
    page.keyboard.press(" ")
    play_is(page, False)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(player(page)).to_have_attribute("data-time", "1")
    page.keyboard.press("ArrowLeft")
    expect(player(page)).to_have_attribute("data-time", "0")
    page.keyboard.press("Escape")
    expect(player(page)).to_have_attribute("data-time", "-1")
    page.locator(".step").focus()
    page.keyboard.press("ArrowRight")
    expect(player(page)).to_have_attribute("data-time", "0")
    play_is(page, False)


def test_a_question_mark_lists_the_keys(page):
    opened(page)
    page.locator(".step").focus()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    expect(keys.locator("kbd").first).to_have_text("Space")
    page.keyboard.press("ArrowRight")
    expect(player(page)).to_have_attribute("data-time", "-1")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page.locator(".step")).to_be_focused()
    page.get_by_role("button", name="Keys").click()
    expect(keys).to_be_visible()
    keys.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Keys")).to_be_focused()
    page.get_by_label("Sequence to watch").fill("0.5* 0.2*?")
    page.get_by_label("Sequence to watch").press("?")
    expect(keys).to_be_hidden()


@pytest.mark.long
def test_slow_motion_is_a_mode_with_three_speeds(page):
    opened(page)
    slow = page.get_by_role("button", name="Slow motion")
    expect(slow).to_have_attribute("aria-pressed", "false")
    slow.click()
    expect(slow).to_have_attribute("aria-pressed", "true")
    speeds = page.get_by_label("Speed of slow motion")
    assert speeds.locator("option").all_inner_texts() == ["1×", "½×", "¼×"]
    speeds.select_option("0.25")
    page.locator(".play").click()
    expect(page.locator(".status")).to_contain_text("backward pass")
    choose(page, "hidden_size", "8")
    expect(page).to_have_url(re.compile("hidden_size=8"))
    says(page, "8 units")
    expect(speeds).to_have_value("0.25")
    slow.click()
    expect(slow).to_have_attribute("aria-pressed", "false")
    wait(page, "update", 5)


def test_the_counter_says_the_update_and_is_silent(page):
    opened(page)
    page.locator(".play").click()
    wait(page, "update", 20)
    page.locator(".play").click()
    play_is(page, False)
    update = player(page).get_attribute("data-update")
    expect(page.locator(".count")).to_have_text(update or "")
    live = "[aria-live], output, [role=status], [role=log], [role=timer]"
    assert page.locator(".strip").locator(live).count() == 0


def test_on_a_phone_the_transport_stands_at_the_bottom(browser, server):
    phone = browser.new_context(
        base_url=server[0], viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = phone.new_page()
    try:
        opened(page)
        page.locator(".play").tap()
        wait(page, "update", 3)
        for _ in range(2):
            box = page.locator(".strip").bounding_box()
            assert box is not None
            assert (box["x"], box["width"]) == (0, 390)
            assert box["y"] + box["height"] == 844
            for part in (".play", ".step", ".slow", ".scrub", ".count", ".more"):
                inner = page.locator(f".strip {part}").bounding_box()
                assert inner is not None, part
                assert inner["x"] >= 0, part
                assert inner["x"] + inner["width"] <= 390, part
                assert part == ".count" or inner["height"] >= 36, part
            page.mouse.wheel(0, 2000)
        page.locator(".more").tap()
        page.locator(".reset").tap()
        expect(player(page)).to_have_attribute("data-update", re.compile("^[0-3]$"))
        page.get_by_role("button", name="All settings", exact=True).tap()
        drawer = page.get_by_test_id("stSidebar")
        expect(drawer.get_by_role("link", name="Yours")).to_be_visible()
        expect(drawer.get_by_role("spinbutton", name="Hidden units")).to_be_visible()
        drawer.get_by_role("link", name="Gates").tap()
        expect(page).to_have_title("Gates · Unrolled")
    finally:
        phone.close()


PAGES = ["", "compare", "unrolled", "gates", "gradients", "memory", "architectures", "yours"]


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_the_frame(page, name):
    page.goto(f"/{name}{SMALL[1:]}")
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_test_id("stHeaderLogo")).to_be_visible()
    if name != "yours":
        drawer = open_settings(page)
        expect(drawer.locator("input").first).to_be_visible()
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("tab", name="Share")).to_have_attribute("aria-selected", "true")
