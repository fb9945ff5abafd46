"""The Compare page as a reader uses it."""

import csv
import io
import re

import numpy as np
import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.e2e.test_live_page import PIXELS, number, player, wait

pytestmark = pytest.mark.e2e

LETTERS = "abc"
STATES = ".one .row.heat.h canvas"
EDGES = """canvas => {  // what stands at the left edge of each of the 12 steps
  const context = canvas.getContext("2d");
  return Array.from({ length: 12 }, (_, t) => {
    const x = Math.round(((t / 12) * canvas.clientWidth + 2.2) * canvas.width / canvas.clientWidth);
    return [...context.getImageData(x, 0, 1, canvas.height).data].join();
  });
}"""


def opened(page: Page, query: str) -> None:
    page.goto(f"/compare?{query}")
    expect(page.locator(".play")).to_be_visible()


def updates(page: Page) -> list[float]:
    """The update that each column shows, read in one go."""
    found = player(page).evaluate("root => ['A', 'B', 'C'].map(l => +root.dataset['update' + l])")
    return list(found)


def states(page: Page) -> list[int]:
    return [page.locator(STATES).nth(k).evaluate(PIXELS) for k in range(3)]


def test_play_pause_scrub_and_hover_move_all_columns_together(page):
    opened(page, "task=adding&length=12&hidden_size=10")
    expect(page.locator(".one")).to_have_count(3)
    expect(page.locator(".one > h2")).to_have_text(["A RNN", "B LSTM", "C GRU"])
    before = states(page)
    page.locator(".play").click()
    for least in (5, 20, 40):
        wait(page, "update", least)
        assert len(set(updates(page))) == 1, "the columns do not show the same update"
    assert all(a != b for a, b in zip(before, states(page), strict=True)), "a column stood still"
    page.locator(".play").click()
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "false")
    paused = updates(page)
    page.wait_for_timeout(300)
    assert updates(page) == paused, "a counter went on after Pause"

    scrub = page.get_by_role("slider", name="update")
    scrub.focus()
    pictures = []
    for press, update in (("Home", "^0$"), ("End", "[1-9]"), ("Home", "^0$")):
        scrub.press(press)
        expect(player(page)).to_have_attribute("data-update-c", re.compile(update))
        assert len(set(updates(page))) == 1
        pictures.append(states(page))
    assert pictures[0] == pictures[2] == before
    assert all(a != b for a, b in zip(pictures[0], pictures[1], strict=True))

    maps = page.locator(STATES)
    box = maps.nth(1).bounding_box()
    assert box is not None
    before = [maps.nth(k).evaluate(EDGES) for k in range(3)]
    maps.nth(1).hover(position={"x": box["width"] * 4.5 / 12, "y": 10})
    expect(page.locator(".words")).to_contain_text("t = 5")
    expect(page.locator(".words")).to_contain_text("B")
    for k in range(3):
        after = maps.nth(k).evaluate(EDGES)
        lit = [t + 1 for t in range(12) if after[t] != before[k][t]]
        assert lit == [5], f"column {k}"
    page.mouse.move(5, 5)
    player(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(player(page)).to_have_attribute("data-time", "1")
    assert number(page, "mounts") == 1


def test_a_link_carries_the_comparison_and_its_sizes(page):
    query = "task=adding&length=12&hidden_size=16&fair=parameters&seeds=2&a.cell=rnn&b.cell=lstm"
    opened(page, query)
    units = page.locator(".facts span:first-child b")
    expect(units).to_have_text(["34", "16"])
    for figure in page.locator(".below figure").all():
        expect(figure).to_be_visible()
    fair = re.compile(r"^Equal parameters: about [\d,]+ each · median of 2 seeds")
    expect(page.locator(".fair")).to_have_text(fair)
    expect(page.get_by_text(re.compile("Equal parameters: "))).to_have_count(1)
    assert "fair=parameters" in page.url
    page.locator(".step").click()
    wait(page, "update", 1)
    shown = page.locator(".below .note").first.inner_text()
    page.reload()
    expect(page.locator(".play")).to_be_visible()
    wait(page, "update", 0)
    page.locator(".step").click()
    wait(page, "update", 1)
    assert page.locator(".below .note").first.inner_text() == shown


@pytest.mark.long
def test_equal_time_is_measured_and_kept_in_the_link(page):
    opened(page, "task=adding&length=6&hidden_size=8&fair=time&a.cell=rnn&b.cell=gru")
    page.wait_for_url(re.compile(r"sizes=\d+-\d+"))
    sizes = re.findall(r"sizes=(\d+)-(\d+)", page.url)[0]
    expect(page.locator(".facts span:first-child b")).to_have_text(list(sizes))
    page.reload()
    expect(page.locator(".facts span:first-child b")).to_have_text(list(sizes))


def test_one_diverges_and_the_others_go_on(page):
    opened(
        page,
        "task=adding&length=9&hidden_size=6&a.cell=rnn&a.activation=relu&a.optimizer=sgd"
        "&a.learning_rate=1000.0&a.clipping=off&a.initialization=identity&b.cell=lstm&c.cell=gru",
    )
    page.locator(".play").click()
    wait(page, "update", 40)
    lost, *others = updates(page)
    assert lost < 40 <= min(others)
    expect(page.locator(".told").first).to_contain_text("ended at update")
    page.locator(".play").click()
    page.get_by_role("slider", name="update").press("End")
    banner = page.locator(".banner")
    expect(banner).to_contain_text("A · RNN")
    page.get_by_role("slider", name="update").press("Home")
    expect(banner).to_be_hidden()
    page.get_by_role("slider", name="update").fill(str(lost))
    expect(banner).to_be_visible()
    page.get_by_role("button", name="Start again with this advice").click()
    expect(banner).to_be_hidden()
    page.wait_for_url(lambda url: "a.clipping=off" not in url)


@pytest.mark.long
def test_differences_only_where_units_correspond(page):
    opened(
        page,
        "task=adding&length=9&hidden_size=6&a.cell=lstm&b.cell=lstm&b.forget_bias=1.0&c.cell=rnn",
    )
    page.locator(".step").click()
    wait(page, "update", 1)
    before = states(page)
    page.get_by_label("Values or gradients").select_option("difference")
    expect(page.locator(".told").nth(2)).to_contain_text("cell or size differs from A")
    expect(page.locator(".told").nth(1)).not_to_contain_text("cell or size differs from A")
    same, changed, kept = (a == b for a, b in zip(before, states(page), strict=True))
    assert (same, changed, kept) == (True, False, True)
    expect(page.locator(".below b").first).to_contain_text("difference to A")


@pytest.mark.long
def test_what_is_seen_can_be_taken_away(page, tmp_path):
    opened(page, "task=adding&length=9&hidden_size=6&seeds=2")
    page.locator(".step").click()
    wait(page, "update", 1)
    with page.expect_download() as taken:
        page.locator(".keeping summary").click()
        page.get_by_role("button", name="Save picture as PNG").click()
    picture = tmp_path / "picture.png"
    taken.value.save_as(picture)
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.stat().st_size > 30_000
    with page.expect_download() as taken:
        page.get_by_role("button", name="Numbers as CSV").click()
    rows = list(csv.DictReader(io.StringIO(taken.value.path().read_text())))
    first = [row for row in rows if row["update"] == "1"]
    assert [(r["experiment"], r["seed"]) for r in first] == [
        (each, s) for each in LETTERS for s in "12"
    ]
    shown = page.locator(".below .note").first.inner_text()
    medians = [
        np.mean([float(r["loss"]) for r in first if r["experiment"] == each]) for each in LETTERS
    ]
    for number_shown, median in zip(re.findall(r"[ABC] ([\d.]+)", shown), medians, strict=True):
        assert abs(float(number_shown) - median) < 0.01 * median
    with page.expect_download() as taken:
        page.get_by_role("button", name="Numbers and recordings as NPZ").click()
    with np.load(taken.value.path()) as arrays:
        assert arrays["loss"].shape[1:] == (3, 2)
        assert arrays["b.0.forward.f.values"].shape == (9, 6)
        assert arrays["b.0.forward.f.grads"].shape == (9, 6)


@pytest.mark.long
@pytest.mark.parametrize(
    "query",
    [
        "fair=%3Cscript%3Ealert(1)%3C/script%3E&a.cell=rnn&b.cell=gru",
        "a.cell=rnn&b.cell=gru&b.task=text",
        "a.cell=rnn&b.cell=gru&seeds=1000000000",
        "a.cell=%3Cimg%20src=x%20onerror=alert(1)%3E&z.cell=rnn",
    ],
)
def test_a_hostile_link_gets_a_sentence(page, query):
    opened(page, f"{query}&seed=9")
    expect(page.get_by_text("expected", exact=False).first).to_be_visible()
    assert page.locator("script", has_text="alert(1)").count() == 0
    assert "seed=9" in page.url
    page.locator(".step").click()
    wait(page, "update", 1)


def boxes(page: Page, places: str) -> list[FloatRect]:
    """Where these stand."""
    found = [each.bounding_box() for each in page.locator(places).all() if each.is_visible()]
    return [box for box in found if box is not None]


@pytest.mark.long
@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (390, 844)])
@pytest.mark.parametrize("task", ["names", "text"])
def test_nothing_is_cut_off_and_no_label_stands_on_another(page, task, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, f"task={task}")
    page.locator(".step").click()
    wait(page, "update", 1)
    for fold in page.locator(".compare .tools .fold").all():
        fold.click()
        expect(fold).to_have_attribute("aria-expanded", "true")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= size[0]
    for box in boxes(page, ".compare canvas, .one .name, .one p"):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0] + 1
    for column in page.locator(".one").all():
        rows = column.locator(".row > .name h2, .row .symbol").all()
        heights = [each.bounding_box() for each in rows if each.is_visible()]
        assert len(heights) > 6
        for k, one in enumerate(heights):
            for other in heights[k + 1 :]:
                assert one is not None
                assert other is not None
                is_inside = (
                    other["x"] >= one["x"] and other["y"] >= one["y"] - 2
                )  # a symbol in its name
                apart = one["y"] + one["height"] <= other["y"] + 2
                assert apart or is_inside
    for each in page.locator(".one .told, .answered, .score").all():
        assert each.evaluate("p => p.scrollWidth <= p.clientWidth + 1"), "a sentence is cut"


def test_each_column_says_how_good_it_is_and_what_it_answers(page):
    opened(page, "task=names&hidden_size=8")
    page.locator(".step").click()
    wait(page, "update", 1)
    letters = player(page).locator(".probe").input_value()
    for k in range(3):
        column = page.locator(".one").nth(k)
        expect(column.locator(".score")).to_have_text(
            re.compile(r"^[\d.]+\s% of names it has never seen are right$")
        )
        read = "-".join(letters) if len(letters) <= 10 else letters
        expect(column.locator(".answered")).to_have_text(
            re.compile(rf"^after {read} it says \w+ \d+ %")
        )
    maps = page.locator(STATES)
    box = maps.nth(2).bounding_box()
    assert box is not None
    maps.nth(2).click(position={"x": 0.5 * box["width"] / len(letters), "y": 20})
    said = page.locator(".answered")
    expect(said).to_have_text([re.compile(rf"^after {letters[0]} it says")] * 3)
    spoken = page.locator(".compare .spoken")
    for name in ("A, RNN", "B, LSTM", "C, GRU"):
        expect(spoken).to_contain_text(
            re.compile(rf"{name}: [\d.]+\s% of names .*it says \w+ \d+ %")
        )
    page.mouse.move(5, 5)
    expect(said).to_have_text([re.compile(rf"^after {letters[0]} it says")] * 3)  # it is pinned
    for each in page.locator(".one canvas").all():
        assert each.get_attribute("aria-label")


def test_what_carries_is_shown_and_one_click_shows_the_rest_in_all_columns(page):
    opened(page, "task=adding&length=6&hidden_size=4")
    names = ["h", *"fch", *"zh"]

    def shown() -> list[str]:
        rows = page.locator(".one .row.heat .symbol").all()
        return [each.inner_text() for each in rows if each.is_visible()]

    assert sorted(shown()) == sorted(names)
    expect(page.locator(".keeps .gateless")).to_have_count(1)
    page.get_by_role("button", name="All quantities").click()
    assert sorted(shown()) == sorted([*"ah", *"ifgoch", *"rznh"])
    facts = page.locator(".facts").first
    expect(facts).to_be_hidden()
    page.get_by_role("button", name="Sizes and time").click()
    expect(facts).to_contain_text("parameters")


def test_a_tap_on_a_phone_lights_a_step_in_all_columns(browser, address):
    phone = {"width": 390, "height": 844}
    page = browser.new_page(base_url=address, viewport=phone, has_touch=True)
    opened(page, "task=names&hidden_size=8")
    lefts = [box["x"] for box in boxes(page, ".one")]
    assert len(set(lefts)) == 1, "the columns stand below each other"
    page.locator(STATES).nth(0).tap(position={"x": 4, "y": 20})
    expect(player(page)).to_have_attribute("data-time", "0")
    expect(page.locator(".compare .words")).to_contain_text("A, RNN: After")
    expect(page.locator(".compare .words")).to_be_in_viewport()
    page.locator(STATES).nth(0).tap(position={"x": 4, "y": 20})
    expect(player(page)).to_have_attribute("data-time", "-1")
    page.close()


@pytest.mark.long
def test_the_live_page_keeps_its_run_during_a_visit_here(page):
    page.goto("/")
    expect(page.locator(".play")).to_be_visible()
    page.locator(".play").click()
    wait(page, "update", 10)
    page.locator(".play").click()
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "false")
    run, here = player(page).get_attribute("data-run"), number(page, "update")
    page.get_by_role("link", name="Compare").click()
    expect(page.locator(".one")).to_have_count(3)
    page.locator(".step").click()
    wait(page, "update", 1)
    page.get_by_role("link", name="Live").click()
    expect(page.locator(".diagnosis")).to_be_visible()
    expect(player(page)).to_have_attribute("data-run", run or "")
    assert number(page, "update") == here
