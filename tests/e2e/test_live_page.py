"""The Live page as a reader uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.drawer import open_settings
from tests.e2e.patience import until

pytestmark = pytest.mark.e2e

PIXELS = """canvas => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0;
  for (let k = 0; k < data.length; k += 4) sum = (sum * 31 + data[k] + 7 * data[k + 1]) % 1000003;
  return sum;
}"""


def player(page: Page):
    return page.locator(".player")


def number(page: Page, name: str) -> float:
    return float(player(page).get_attribute(f"data-{name}") or "nan")


def nothing_sticks_out(page: Page, width: int) -> None:
    """The player and each of its pictures are inside a window of that width, and large enough to see."""
    box = player(page).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    for canvas in page.locator(".player canvas:visible").all():
        inner = canvas.bounding_box()
        assert inner is not None
        assert inner["width"] > 60
        assert inner["height"] > 15
        assert inner["x"] + inner["width"] <= box["x"] + box["width"] + 1


def wait(page: Page, name: str, least: float) -> None:
    page.wait_for_function(
        """([name, least]) => {
          for (const host of document.querySelectorAll("*")) {
            const root = host.shadowRoot?.querySelector(".player");
            if (root && +root.dataset[name] >= least) return true;
          }
          return false;
        }""",
        arg=[name, least],
    )


def bring(page: Page, name: str, content: bytes) -> None:
    """Goes to the tab that takes data, and uploads it there."""
    open_settings(page).get_by_role("button", name="Your own data").click()
    page.locator(".st-key-own-data input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def pixels(page: Page, row: int = 0) -> int:
    return page.locator(".row.heat canvas.map").nth(row).evaluate(PIXELS)


def first_losses(page: Page, steps: int = 3) -> list[float]:
    found = []
    for k in range(steps):
        page.get_by_role("button", name="Step", exact=True).click()
        wait(page, "update", k + 1)
        found.append(number(page, "loss"))
    return found


def test_play_pause_scrub_hover_and_read(page):
    page.goto("/?task=names&hidden_size=24")
    play = page.locator(".play")
    expect(play).to_be_visible()
    expect(play).to_have_attribute("aria-pressed", "false")
    before = pixels(page)
    play.click()
    wait(page, "update", 20)
    assert pixels(page) != before, "the hidden state's pixels did not move"
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")
    paused = number(page, "update")
    page.wait_for_timeout(300)
    assert number(page, "update") == paused, "the counter went on after Pause"

    scrub = page.get_by_role("slider", name="update")
    scrub.focus()
    pictures = []
    for press, update in (("Home", "^0$"), ("End", "[1-9]"), ("Home", "^0$")):
        scrub.press(press)
        expect(player(page)).to_have_attribute("data-update", re.compile(update))
        pictures.append(pixels(page))
    assert pictures[0] == pictures[2], "scrubbing back did not show the first picture again"
    assert pictures[0] != pictures[1], "scrubbing did not change the picture"

    page.locator(".row.heat canvas.map").first.hover(position={"x": 10, "y": 10})
    expect(page.locator(".words")).to_contain_text("t = 1")
    expect(page.locator(".words")).to_contain_text("∂L/∂h")
    page.mouse.move(5, 5)
    player(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".words")).to_contain_text("t = 2")
    page.keyboard.press(" ")
    expect(play).to_have_attribute("aria-pressed", "true")
    page.keyboard.press(" ")
    expect(play).to_have_attribute("aria-pressed", "false")

    probe = page.get_by_label("Sequence to watch")
    probe.fill("yamamoto")
    probe.press("Enter")
    page.locator(".row.heat canvas.map").first.hover(position={"x": 400, "y": 10})
    expect(page.locator(".words")).to_contain_text("t = ")
    probe.fill("7!?")
    probe.press("Enter")
    expect(page.locator(".error")).to_contain_text("expected")
    assert number(page, "mounts") == 1


def test_a_link_opens_the_same_run(page):
    page.goto("/?cell=lstm&hidden_size=12&seed=5")
    expect(page.locator(".play")).to_be_visible()
    expect(page.locator(".row.heat")).to_have_count(6)
    losses = first_losses(page)
    assert "hidden_size=12" in page.url
    page.reload()
    expect(page.locator(".play")).to_be_visible()
    wait(page, "update", 0)
    assert first_losses(page) == losses
    page.locator(".reset").click()
    expect(player(page)).to_have_attribute("data-update", "0")
    assert first_losses(page) == losses


def test_into_nan_and_back(page):
    page.goto(
        "/?cell=rnn&activation=relu&initialization=identity&optimizer=sgd"
        "&learning_rate=1000&clipping=off"
    )
    expect(page.locator(".play")).to_be_visible()
    page.locator(".play").click()
    banner = page.locator(".banner")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("update")
    assert page.locator(".row.heat canvas.map").count() == 2, "the last good picture is gone"
    page.get_by_role("button", name="Go back, with clipping on").click()
    expect(banner).to_be_hidden()
    page.wait_for_url(lambda url: "clipping=off" not in url)
    page.locator(".play").click()
    wait(page, "update", number(page, "update") + 5)


@pytest.mark.long
def test_hostile_link(page):
    page.goto(
        "/?task=names&hidden_size=1000000000&cell=%3Cscript%3Ealert(1)%3C/script%3E&bogus=1&seed=9"
    )
    expect(page.locator(".play")).to_be_visible()
    expect(page.get_by_text("expected", exact=False).first).to_be_visible()
    assert page.locator("script", has_text="alert(1)").count() == 0
    page.locator(".play").click()
    wait(page, "update", 3)
    assert "seed=9" in page.url


@pytest.mark.long
@pytest.mark.parametrize("task", ["text", "adding"])
@pytest.mark.parametrize("size", [(1440, 900), (1024, 768)])
def test_every_task_plays_and_nothing_is_cut_off(page, task, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"/?task={task}")
    expect(page.locator(".play")).to_be_visible()
    page.locator(".play").click()
    wait(page, "update", 5)
    nothing_sticks_out(page, size[0])


def test_a_rerun_neither_restarts_nor_stalls(page):
    page.goto("/?task=names&hidden_size=24")
    expect(page.locator(".play")).to_be_visible()
    page.locator(".play").click()
    wait(page, "update", 10)
    run = player(page).get_attribute("data-run")
    page.get_by_text("What you see, why it happens, what to try").click()
    page.emulate_media(color_scheme="dark")
    here = number(page, "update")
    wait(page, "update", here + 10)
    assert player(page).get_attribute("data-run") == run
    assert number(page, "mounts") == 1


@pytest.mark.long
def test_no_page_is_run_while_a_wide_network_trains(page):
    """And where a click on the page takes long, Streamlit does not fade the player."""
    page.goto("/?task=adding&length=80&cell=lstm&hidden_size=400&batch_size=8")
    expect(page.locator(".play")).to_be_visible()
    page.locator(".play").click()
    seen = page.evaluate(
        """async () => {
          const seen = new Set(), app = document.querySelector("[data-test-script-state]");
          for (let k = 0; k < 80; k++) {
            seen.add(app.dataset.testScriptState);
            await new Promise(then => setTimeout(then, 50));
          }
          return [...seen];
        }"""
    )
    assert seen == ["notRunning"]
    opacity = page.evaluate(
        """() => {
          const place = document.querySelector(".st-key-player");
          place.dataset.stale = "true";
          return getComputedStyle(place).opacity;
        }"""
    )
    assert opacity == "1"


@pytest.mark.long
def test_slow_motion_goes_forward_to_the_loss_and_back(page):
    page.goto("/?task=adding&length=8")
    expect(page.locator(".play")).to_be_visible()
    page.locator(".step").click()
    wait(page, "update", 1)
    page.get_by_role("button", name="Slow motion").click()
    shown = page.get_by_label("Values or gradients")
    stages, pictures = [], []
    for _ in range(8 + 1 + 4 + 8):
        page.locator(".step").click()
        page.wait_for_timeout(40)
        stages.append(page.locator(".status").inner_text().split(" · ")[-1])
        pictures.append((shown.input_value(), pixels(page)))
    assert [stage for k, stage in enumerate(stages) if k == 0 or stages[k - 1] != stage] == [
        *("forward pass", "loss", "backward pass")
    ]
    forward = [
        picture for stage, picture in zip(stages, pictures, strict=True) if stage == "forward pass"
    ]
    backward = [
        picture for stage, picture in zip(stages, pictures, strict=True) if stage == "backward pass"
    ]
    assert {show for show, _ in forward} == {"values"}
    assert {show for show, _ in backward} == {"gradients"}
    assert len(set(forward)) == len(forward), "a step forward did not change the picture"


@pytest.mark.long
def test_own_names(page):
    names = "\n".join(
        f"{start}{end},{language}"
        for language, end in (("Elvish", "iel"), ("Dwarvish", "grim"))
        for start in ("ara", "bel", "cor", "dun", "eri", "fal", "gor", "hal", "ivo", "jor", "kel")
    )
    page.goto("/")
    expect(page.locator(".play")).to_be_visible()
    run = player(page).get_attribute("data-run")
    bring(page, "names.csv", names.encode())
    page.locator(".st-key-train-on-names button").click()
    expect(page.locator(".play")).to_be_visible()
    expect(player(page)).not_to_have_attribute("data-run", run or "")
    page.locator(".play").click()
    wait(page, "update", 20)
    bring(page, "bad.csv", b"\x89PNG\r\n nothing")
    expect(page.get_by_text("got a PNG picture")).to_be_visible()


COURSE = ["words", "echo", "subtraction", "air_quality", "digits", "melody", "translate"]


@pytest.mark.long
@pytest.mark.parametrize("task", [*COURSE, "agreement", "load", "translate&attention=true"])
def test_every_task_of_the_course_plays_with_its_own_picture(page, task):
    page.goto(f"/?task={task}")
    expect(page.locator(".play")).to_be_visible()
    panel = page.locator("canvas.panel")
    if not panel.is_visible():
        page.locator("details:has(canvas.panel) summary").click()
    before = panel.evaluate(PIXELS)
    page.locator(".play").click()
    wait(page, "update", 3)
    page.locator(".play").click()
    assert panel.evaluate(PIXELS) != before, "the task's picture did not move"
    page.locator(".row.heat canvas.map").first.hover(position={"x": 20, "y": 10})
    expect(page.locator(".words")).to_contain_text("∂L/∂h")


def test_an_example_of_the_course_is_one_click(page):
    page.goto("/")
    expect(page.locator(".play")).to_be_visible()
    chooser = open_settings(page).get_by_label("Examples of the course")

    def chosen():  # a list that opens while the drawer still slides closes again
        chooser.click()
        page.get_by_role("option", name="Binary subtraction", exact=True).click(timeout=2_000)

    until(page, chosen)
    expect(page.get_by_text("follows the borrow", exact=False).first).to_be_visible()
    page.wait_for_url(re.compile("task=subtraction.*seed=5|seed=5.*task=subtraction"))
    page.locator(".play").click()
    wait(page, "update", 10)


@pytest.mark.long
def test_own_series_and_a_bad_one(page):
    page.goto("/?task=load")
    expect(page.locator(".play")).to_be_visible()
    run = player(page).get_attribute("data-run")
    rows = "time,load\n" + "\n".join(f"{k},{100 + (k * 37) % 41}" for k in range(300))
    bring(page, "load.csv", rows.encode())
    page.locator(".st-key-train-on-load button").click()
    expect(page.locator(".play")).to_be_visible()
    expect(player(page)).not_to_have_attribute("data-run", run or "")
    page.locator(".play").click()
    wait(page, "update", 2)
    page.get_by_text("About this task").click()
    expect(page.get_by_text("300 values. Column", exact=False)).to_be_visible()
    expect(page.get_by_text("Look at the baselines first", exact=False)).to_be_visible()
    bring(page, "bad.csv", b"word\n" + b"x\n" * 60)
    expect(page.get_by_role("heading", name="bad.csv")).to_be_visible()
    # Until all of it is read, the reasons of the file before still stand below.
    page.locator("[data-test-script-state=notRunning]").wait_for(state="attached")
    page.get_by_text("Why not the others").click()
    expect(page.get_by_text("expected a column of numbers").first).to_be_visible()


@pytest.mark.long
def test_it_writes_on_request(page):
    page.goto("/?task=words")
    expect(page.locator(".play")).to_be_visible()
    page.get_by_text("Let it write").click()
    page.get_by_label("Text to continue").fill("the cat")
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_text(re.compile("^the cat .{40,}"))).to_be_visible()


def test_architectures(page):
    page.goto("/architectures?task=names&hidden_size=20&cell=lstm")
    expect(page.get_by_text("Its parameters, gate by gate")).to_be_visible()
    together = 4 * 20 * (26 + 20 + 2) + 20 * 10 + 10
    expect(page.get_by_text(f"Total: {together:,} parameters.")).to_be_visible()
    examples = page.get_by_role("button", name=re.compile("^Train: "))
    expect(examples).to_have_count(7)
    expect(page.locator(".st-key-shapes [data-testid=stImage] img")).to_have_count(7)
    book = page.get_by_role("option", name="rows are sequences", exact=False).first

    def chosen():  # a list that opens while the page still settles closes again
        page.get_by_label("In the letters of your book").click()
        book.click(timeout=2_000)

    until(page, chosen)
    page.wait_for_url(re.compile("notation=d2l"))
    examples.nth(1).click()
    expect(page.locator(".play")).to_be_visible()
    page.wait_for_url(re.compile("notation=d2l"))
    assert "task=" in page.url
