"""A lesson from its beginning to its end: with the mouse, with keys alone, and on a phone by touch."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import visit
from tests.e2e.patience import until

pytestmark = pytest.mark.e2e
START = "/?lesson=tiny"
STORED = "JSON.parse(localStorage.getItem('unrolled-course')).lessons.tiny.steps"
# The classes of the rows that stand out for a moment when a link is followed.
FOLLOW_LINK = """link => { link.click();
  const find = root => [...root.querySelectorAll("*")].flatMap(each => [
    ...(each.matches(".pointed-out") ? [each.className] : []),
    ...(each.shadowRoot ? find(each.shadowRoot) : [])]);
  return find(document); }"""
# The element that has the focus, through the shadow roots.
FOCUSED = """selector => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return !!at?.matches(selector);
}"""


@pytest.fixture
def server(small_course):
    """The app whose course is one small lesson."""
    return small_course


def opened(page: Page, address: str = START) -> None:
    page.goto(address)
    expect(page.locator(".rail h2")).to_be_attached()
    expect(page.locator(".strip .play")).to_be_visible()


def at_step(page: Page, n: int, heading: str) -> None:
    expect(page.locator(".rail .kind")).to_have_text(f"Step {n} of 11")
    expect(page.locator(".rail h3")).to_have_text(heading)
    expect(page.locator(".rail h3")).to_be_focused()


def go_on(page: Page) -> None:
    page.locator(".rail footer .next").click()


def draw(page: Page) -> None:
    box = page.locator(".rail .plane").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.16 * box["width"], box["y"] + 0.7 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 0.2 * box["height"], steps=3)
    page.mouse.up()


def test_a_lesson_from_beginning_to_end_with_the_mouse(page):
    opened(page)
    said, notice = page.locator(".rail .said"), page.locator(".notice")
    page.locator(".strip .play").click()
    expect(notice).to_have_text("First say what you expect.")
    page.locator(".strip .step").click()
    expect(page.locator(".player")).to_have_attribute("data-update", "0")
    expect(page.locator(".player")).to_have_attribute("data-status", "paused")
    go_on(page)
    expect(said).to_have_text("First say what you expect.")
    expect(page.locator(".rail .kind")).to_have_text("Step 1 of 11")
    page.locator(".text [data-verb=step]").click()
    expect(page.locator(".player")).to_have_attribute("data-time", "1")
    page.locator(".text [data-verb=term]").click()
    expect(page.locator(".rail .term")).to_contain_text("hidden state")
    page.keyboard.press("Escape")
    expect(page.locator(".rail .term")).to_be_hidden()

    page.get_by_label("some of them").check()
    expect(said).to_be_empty()
    go_on(page)
    at_step(page, 2, "What do you expect?")
    expect(page).to_have_url(re.compile("part=share"))
    field = page.locator(".rail .entry input")
    for typed, problem in (("abc", "“abc”"), ("1e400", "below"), ("", "nothing"), ("120", "100")):
        field.fill(typed)
        page.get_by_role("button", name="I expect this").click()
        expect(page.locator(".rail .problem")).to_contain_text(problem)
    field.fill("62,5 %")
    page.get_by_role("button", name="I expect this").click()
    expect(page.locator(".rail .note")).to_have_text("You expect 62.5\u00a0%.")
    go_on(page)
    at_step(page, 3, "What do you expect?")
    draw(page)
    assert all(isinstance(y, float | int) for y in page.evaluate(f"{STORED}.arrives.value"))
    go_on(page)
    at_step(page, 4, "Try it")
    expect(page.locator(".so-far")).to_have_text("Update 0 of 40")
    page.locator(".strip .play").click()
    expect(page.locator(".so-far")).to_contain_text("Done.")
    page.locator(".strip .play").click()
    go_on(page)
    at_step(page, 5, "What came")
    expect(page.locator(".player details.norms")).to_have_attribute("open", "")  # it is pointed at
    expect(page.locator(".expected .yours")).to_contain_text("some of them")
    expect(page.locator(".dot-plot .stored")).to_contain_text("three other runs")
    expect(page.locator(".dot-plot .stored")).to_contain_text("50\u00a0% · 60\u00a0% · 70\u00a0%")
    expect(page.locator(".dot-plot .run")).to_contain_text(re.compile(r"at update \d+"))
    go_on(page)
    expect(page.locator(".dot-plot .yours")).to_contain_text("62.5\u00a0%")
    go_on(page)
    expect(page.locator(".overlay .measured")).to_have_attribute("d", re.compile("^M.*L"))
    go_on(page)
    at_step(page, 8, "Why?")
    expect(page.locator(".model")).to_be_hidden()
    page.locator(".rail textarea").fill("It is too early.")
    page.get_by_role("button", name="Compare with the model answer").click()
    expect(page.locator(".model")).to_contain_text("40 updates only")
    go_on(page)
    at_step(page, 9, "Check yourself")
    field.fill("0.01")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".verdict")).to_contain_text("logarithm")
    field.fill("5,2e-3")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".verdict.right")).to_contain_text("next to nothing")
    go_on(page)
    at_step(page, 10, "Check yourself")
    plot = page.locator(".player .row.h .plot")
    box = plot.bounding_box()
    assert box is not None
    low = box["height"] - 5
    plot.click(position={"x": 5, "y": low})
    expect(page.locator(".verdict.wrong")).to_contain_text("Look for")
    plot.click(position={"x": 0.4 * box["width"], "y": low})
    expect(page.locator(".verdict.right")).to_be_visible()
    go_on(page)
    at_step(page, 11, "On your own")
    expect(page.locator(".player.compare .one")).to_have_count(2)
    expect(page.locator(".course-point")).to_be_visible()
    keeps = page.locator(".text [data-verb=row]").evaluate(FOLLOW_LINK)
    assert [each.split()[:3] for each in keeps] == [
        ["row", "gateless", "pointed-out"],
        ["row", "heat", "z"],
    ]
    page.get_by_role("button", name="I tried it").click()
    expect(page.locator(".model")).to_contain_text("gate")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator(".rail")).to_have_count(0)
    expect(page.locator(".course-point")).to_have_count(0)


def test_the_answers_are_there_after_a_reload_and_in_a_second_tab(browser, server):
    context = browser.new_context(base_url=server[0], viewport={"width": 1440, "height": 900})
    page, other = context.new_page(), context.new_page()
    opened(page)
    page.get_by_label("all of them").check()
    go_on(page)
    expect(page).to_have_url(re.compile("part=share"))
    page.reload()
    expect(page.locator(".rail .kind")).to_have_text("Step 2 of 11")
    opened(other)
    expect(other.get_by_label("all of them")).to_be_checked()
    other.get_by_role("button", name="Go on at step 2").click()
    other.locator(".rail .entry input").fill("40")
    other.get_by_role("button", name="I expect this").click()
    until(page, lambda: expect(page.locator(".rail .next.waits")).to_have_count(0, timeout=100))
    assert page.evaluate(f"{STORED}.share.value") == 40
    page.get_by_role("button", name="Step 1 of 11: What do you expect?").click()
    page.get_by_role("button", name="Start this lesson again").click()
    expect(page.get_by_label("all of them")).not_to_be_checked()
    assert "share" not in page.evaluate(STORED)
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """By Tab alone."""
    for _ in range(80):
        if page.evaluate(FOCUSED, selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def go_on_by_keys(page: Page) -> None:
    tab_to(page, ".rail footer .next")
    page.keyboard.press("Enter")


@pytest.mark.long
def test_a_lesson_from_beginning_to_end_with_keys_alone(page):
    opened(page)
    press = page.keyboard.press
    tab_to(page, ".rail .choice input")
    press("Space")
    press("ArrowDown")
    expect(page.get_by_label("some of them")).to_be_checked()
    go_on_by_keys(page)
    at_step(page, 2, "What do you expect?")
    tab_to(page, ".rail .entry input")
    page.keyboard.type("60")
    press("Enter")
    go_on_by_keys(page)
    at_step(page, 3, "What do you expect?")
    tab_to(page, ".knob")
    for key in ("ArrowUp", "ArrowRight", "ArrowUp", "ArrowRight", "Home", "ArrowRight", "PageDown"):
        press(key)
    expect(page.locator(".knob").nth(2)).to_have_attribute("aria-valuetext", "1")
    assert page.evaluate(f"{STORED}.arrives.value") == [0.01, 0.01, 1, 1]
    go_on_by_keys(page)
    at_step(page, 4, "Try it")
    press("Space")  # Play: the heading has the focus
    expect(page.locator(".so-far")).to_contain_text("Done.")
    press("Space")
    for n in (5, 6, 7, 8):
        go_on_by_keys(page)
        expect(page.locator(".rail .kind")).to_have_text(f"Step {n} of 11")
    tab_to(page, ".rail textarea")
    page.keyboard.type("It is too early.")
    press("Tab")
    press("Enter")
    expect(page.locator(".model")).to_be_focused()
    go_on_by_keys(page)
    at_step(page, 9, "Check yourself")
    tab_to(page, ".rail .entry input")
    page.keyboard.type("0.0052")
    press("Enter")
    go_on_by_keys(page)
    at_step(page, 10, "Check yourself")
    for _ in range(3):
        press("ArrowLeft")  # from the last step to the second
    expect(page.locator(".verdict.right")).to_be_visible()
    go_on_by_keys(page)
    at_step(page, 11, "On your own")
    go_on_by_keys(page)
    expect(page.locator(".rail")).to_have_count(0)


def in_sight_below_the_rail(page: Page) -> None:
    rail, point = (page.locator(each).bounding_box() for each in (".rail", ".course-point"))
    assert rail is not None
    assert point is not None
    assert rail["y"] + rail["height"] <= point["y"] < 800


# Where the frame ends that can be seen of what a lesson points at.
FRAME_END = """() => { const frame = document.querySelector(".course-point");
  const hidden = /^inset\\(\\S+ \\S+ ([\\d.]+)px/.exec(frame.style.clipPath)?.[1] ?? 0;
  return frame.getBoundingClientRect().bottom - hidden; }"""


def ends_above_what_sticks_to_the_bottom(page: Page) -> None:
    strip, words = (page.locator(f".player {each}").bounding_box() for each in (".strip", ".words"))
    assert strip is not None
    assert words is not None
    expect(page.locator(".course-point")).to_be_attached()
    end = strip["y"] - words["height"]
    assert page.evaluate(FRAME_END) <= end + 0.5  # pixels that no screen shows


def test_a_lesson_on_a_phone_by_touch(browser, server):
    small = {"width": 390, "height": 844}
    pages = visit(browser, server, viewport=small, has_touch=True, is_mobile=True)
    page = next(pages)
    tap_next = page.locator(".rail footer .next").tap
    opened(page)
    until(page, lambda: in_sight_below_the_rail(page))
    page.get_by_label("some of them").tap()
    tap_next()
    page.locator(".rail .entry input").fill("60")
    page.get_by_role("button", name="I expect this").tap()
    tap_next()
    at_step(page, 3, "What do you expect?")
    draw(page)
    tap_next()
    at_step(page, 4, "Try it")
    page.locator(".strip .play").tap()
    expect(page.locator(".rail .fold")).to_have_attribute("aria-expanded", "false")
    line = page.locator(".rail .line").bounding_box()
    assert line is not None
    assert line["height"] < 64
    expect(page.locator(".summary")).to_contain_text("Done.")
    page.locator(".strip .play").tap()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.mouse.wheel(0, 600)
    expect(page.locator(".rail .line")).to_be_in_viewport()
    page.locator(".rail .line .next").tap()
    at_step(page, 5, "What came")
    page.mouse.wheel(0, -3000)  # what is pointed at lies below the window now
    until(page, lambda: ends_above_what_sticks_to_the_bottom(page))
    tap_next()
    for n in (6, 7):
        at_step(page, n, "What came")
        tap_next()
    page.locator(".rail textarea").fill("It is too early.")
    page.get_by_role("button", name="Compare with the model answer").tap()
    tap_next()
    at_step(page, 9, "Check yourself")
    for typed in ("1", "2"):
        page.locator(".rail .entry input").fill(typed)
        page.get_by_role("button", name="Check", exact=True).tap()
    page.get_by_role("button", name="Show the answer").tap()
    expect(page.locator(".verdict")).to_contain_text("0.0052")
    tap_next()
    at_step(page, 10, "Check yourself")
    page.locator(".rail .fold").tap()
    plot = page.locator(".player .row.h .plot")
    box = plot.bounding_box()
    assert box is not None
    plot.tap(position={"x": 0.4 * box["width"], "y": 8})
    page.locator(".rail .fold").tap()
    expect(page.locator(".verdict.right")).to_be_visible()
    tap_next()
    at_step(page, 11, "On your own")
    page.get_by_role("button", name="Finish").tap()
    expect(page.locator(".rail")).to_have_count(0)
    next(pages, None)


def test_a_prediction_is_sent_to_the_room_until_it_arrives_and_nothing_waits(page):
    room = "a" * 24
    sent: list[Any] = []

    def answer(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(status=204 if len(sent) > 1 else 503)

    page.route("**/rooms/**", answer)
    opened(page, f"{START}&room={room}")
    page.get_by_label("some of them").check()
    go_on(page)
    at_step(page, 2, "What do you expect?")
    for _ in range(50):
        if len(sent) == 2:
            break
        page.wait_for_timeout(200)
    assert sent[0] == sent[1]
    assert sent[0].pop("visitor") == page.evaluate("localStorage.getItem('unrolled-visitor')")
    assert sent[0] == {"lesson": "tiny", "step": "question", "value": "some"}
    page.wait_for_timeout(2500)
    assert len(sent) == 2


def test_a_long_wait_or_the_end_of_a_run_leaves_nobody_stuck(page):
    page.clock.install()
    opened(page, f"{START}&part=train")
    go_on(page)
    expect(page.locator(".rail .said")).to_contain_text("not come so far")
    anyway = page.get_by_role("button", name="Go on all the same")
    expect(anyway).to_be_hidden()
    page.clock.fast_forward(61_000)
    anyway.click()
    go_on(page)
    at_step(page, 5, "What came")


def test_no_page_trains_while_a_prediction_is_due(page):
    opened(page)
    page.get_by_role("link", name="Unrolled", exact=True).click()
    train = page.get_by_role("button", name="Train 100 updates")
    train.click()
    expect(page.locator(".rail .said")).to_have_text("First say what you expect.")
    expect(page.locator("small.about")).to_contain_text("update 0")
    page.get_by_label("some of them").check()
    expect(page.locator(".rail .said")).to_be_empty()
