"""Yours in a real browser: save, reopen, share, upload, export."""

import io
import re
import zipfile
from urllib.parse import urlsplit

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn

from core.io.user_sequences import draw_numbers
from core.io.watch import watch
from tests.e2e.test_live_page import wait

pytestmark = pytest.mark.e2e

RUN = "/?task=adding&length=5&hidden_size=4&batch_size=8"


def number(page: Page, name: str) -> int:
    return int(page.locator(".player").first.get_attribute(f"data-{name}") or -1)


def trained(page: Page, update: int = 5) -> None:
    """Plays until there have been so many updates, and pauses."""
    expect(page.locator(".play")).to_be_visible()
    page.locator(".play").click()
    wait(page, "update", update)
    page.locator(".play").click()


def yours(page: Page, tab: str = "Runs") -> None:
    page.get_by_role("link", name="Yours").click()
    chosen = page.get_by_role("tab", name=tab)
    expect(chosen).to_be_visible()
    if tab != "Runs":
        chosen.click()
        expect(chosen).to_have_attribute("aria-selected", "true")


def test_save_delete_undo_reopen(page):
    page.goto(RUN)
    trained(page)
    yours(page)
    name = page.get_by_label("Save the run on Live as")
    name.fill("<b>mine</b> *one*")
    name.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    row = page.get_by_text("<b>mine</b> *one*", exact=True)
    expect(row).to_be_visible()
    page.get_by_role("button", name="Delete").first.click()
    expect(page.get_by_text("Deleted: <b>mine</b> *one*.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()
    page.get_by_role("button", name="Open").first.click()
    expect(page.locator(".play")).to_be_visible()
    wait(page, "update", 5)
    assert "length=5" in page.url


@pytest.mark.long
def test_a_closed_tab_goes_on_and_others_see_nothing(page, browser, address):
    page.goto(RUN)
    expect(page.locator(".play")).to_be_visible()
    page.locator(".play").click()
    page.wait_for_timeout(7000)
    reached = number(page, "update")
    page.goto("about:blank")
    page.goto("/")
    page.get_by_role("button", name="Continue this run").click()
    expect(page.locator(".play")).to_be_visible()
    page.wait_for_url(lambda url: "task=adding" in url)
    wait(page, "update", 1)
    assert number(page, "update") >= reached - 400
    other = browser.new_page(base_url=address)
    other.goto("/yours")
    expect(other.get_by_text("Nothing is saved yet")).to_be_visible()
    other.close()


def test_a_link_with_hidden_and_locked_controls(page):
    page.goto(RUN)
    expect(page.locator(".play")).to_be_visible()
    yours(page, "Share")
    for label, control in (("Hide these controls", "Seed"), ("Show these, but lock them", "Cell")):
        page.get_by_label(label).first.click()
        page.keyboard.type(control)
        page.get_by_role("option", name=control, exact=True).click()
        page.keyboard.press("Escape")
    say = page.get_by_label("A sentence above the page")
    say.fill("Which <b>cell</b>?")
    say.press("Enter")
    link = page.locator("code").first
    expect(link).to_contain_text("say=")
    expect(link).to_contain_text("lock=cell")
    expect(page.locator("[data-testid=stImage] img")).to_be_visible()
    page.goto(link.inner_text())
    expect(page.get_by_text("Which <b>cell</b>?")).to_be_visible()
    expect(page.locator(".play")).to_be_visible()
    expect(page.get_by_text("Hidden units", exact=True)).to_be_visible()
    assert page.get_by_text("Seed", exact=True).count() == 0
    assert page.get_by_text("Examples of the course").count() == 0
    expect(page.get_by_role("radio", name="LSTM")).to_be_disabled()
    page.wait_for_timeout(500)
    assert {"hide=seed", "lock=cell", "length=5"} <= set(urlsplit(page.url).query.split("&"))


@pytest.mark.long
def test_a_curve_is_drawn_by_keys_and_goes_on_by_pointer(page):
    page.goto("/yours")
    yours(page, "Own data")
    sheet = page.get_by_role("application")
    sheet.focus()
    for k in range(30):
        page.keyboard.press("ArrowUp" if k // 5 % 2 == 0 else "ArrowDown")
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("It fits")).to_be_visible()
    assert wave(sheet, 0.1) == pytest.approx(0.5, abs=0.04)  # five times up by 0.1, five strides
    assert wave(sheet, 0.2) == pytest.approx(0.0, abs=0.04)
    box = sheet.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.98 * box["width"], box["y"] + 0.1 * box["height"], steps=9)
    page.mouse.up()
    assert wave(sheet, 0.79) == pytest.approx(0.4, abs=0.04)
    page.get_by_role("button", name="Train on it").first.click()
    trained(page)
    page.get_by_text("About this task").click()
    expect(page.get_by_text("300 values. Column", exact=False)).to_be_visible()


def wave(sheet: Locator, share: float) -> float:
    """The height of the curve, from -1 to 1, at that share of the sheet's width."""
    return sheet.evaluate(
        """(canvas, share) => {
          const { width, height } = canvas, data = canvas.getContext("2d").getImageData(Math.round(share * width), 0, 1, height).data;
          const dark = [...Array(height).keys()].filter(y => data[4 * y + 3] > 200);
          return 1 - (2 * (dark[0] + dark.at(-1))) / 2 / height;
        }""",
        share,
    )


@pytest.mark.long
def test_an_own_model_gives_the_numbers_of_watch(page):
    torch.manual_seed(4)
    model = nn.ModuleDict({"rnn": nn.LSTM(3, 4, num_layers=2, bidirectional=True)})
    file = io.BytesIO()
    torch.save({"model": model.state_dict(), "epoch": 2}, file)
    page.goto("/yours")
    yours(page, "Own model")
    upload = page.locator("input[type=file]")
    upload.set_input_files(
        {"name": "evil.pt", "mimeType": "application/zip", "buffer": b"PK\x03\x04 no"}
    )
    expect(page.get_by_text("expected", exact=False).first).to_be_visible()
    upload.set_input_files(
        {"name": "model.pt", "mimeType": "application/zip", "buffer": file.getvalue()}
    )
    said = page.get_by_text("rnn: LSTM, 2 layers, both directions, 3 inputs, 4 units")
    expect(said).to_be_visible()
    page.get_by_text("All that was recorded, as maps").click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    with page.expect_download() as got:
        page.get_by_role("button", name="Recording, npz").click()
    x, _ = draw_numbers(3, 20, 1)  # what the page draws at first
    with watch(model) as recordings:
        _, (h, _) = model["rnn"](x)
        h[-2:].norm().backward()
    with np.load(got.value.path()) as arrays:
        for layer, direction in recordings["rnn"].layers:
            for name, array in recordings["rnn"][layer, direction].arrays().items():
                key = f"{layer}.{direction}.{name}"
                np.testing.assert_allclose(arrays[key], array, rtol=1e-5, atol=1e-7)


@pytest.fixture
def offline(browser):
    """A browser window without a network; what it asked for all the same."""
    context = browser.new_context(offline=True)
    opened, asked = context.new_page(), []
    opened.on("request", lambda request: asked.append(request.url))
    yield opened, asked
    context.close()


@pytest.mark.long
def test_report_and_script(page, offline, tmp_path):
    page.goto(RUN)
    trained(page)
    yours(page, "Export")
    page.get_by_role("textbox", name="Title").fill("Echo & <i>me</i>")
    page.get_by_role("textbox", name="Notes").fill(
        "typed last"
    )  # and the click is what ends the typing
    page.get_by_role("button", name="Make the report").click()
    with page.expect_download() as got:
        page.get_by_role("button", name=re.compile(r"^Report, [\d.]+ MB$")).click()
    report = tmp_path / "report.html"
    got.value.save_as(report)
    assert "-update-" in got.value.suggested_filename
    page.get_by_label("Updates").fill("3")
    page.get_by_label("Updates").press("Enter")
    page.get_by_role("button", name="Make the script").click()
    with page.expect_download() as got:
        page.get_by_role("button", name="Script and data").click()
    names = zipfile.ZipFile(got.value.path()).namelist()
    assert names == ["train.py", "start.safetensors", "batches.safetensors"]

    opened, asked = offline
    opened.goto(report.as_uri())
    expect(opened.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    assert opened.locator(".js-plotly-plot").count() == 6
    expect(opened.locator("h1")).to_have_text("Echo & <i>me</i>")
    expect(opened.locator(".notes")).to_have_text("typed last")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
