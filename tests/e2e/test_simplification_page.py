"""A teacher prepares a lesson, copies its link, and a student opens it in another browser."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dashboard.views.yours.share import qr_png
from tests.e2e.patience import until
from tests.e2e.test_live_page import wait

pytestmark = [pytest.mark.e2e, pytest.mark.long]

RUN = "task=adding&length=6&hidden_size=4&batch_size=8&cell=lstm"


def told(page: Page) -> dict[str, str]:
    return page.locator(".player").first.evaluate("element => ({...element.dataset})")


def picture(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("L")) > 127


def choose(page: Page, label: str, control: str) -> None:
    page.get_by_label(label).first.click()
    page.keyboard.type(control)
    page.get_by_role("option", name=control, exact=True).click()
    page.keyboard.press("Escape")


def test_a_lesson_reaches_the_student_as_it_was_prepared(page, browser):
    # An intervention from the first update on.
    page.goto(f"/gates?tab=4&{RUN}")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Train on under this").click()
    expect(page.get_by_text("This run trains under an intervention")).to_be_visible()

    # Some training, and a step that stays lit when the pointer leaves.
    page.get_by_role("link", name="Live").click()
    play = page.locator(".play")
    expect(play).to_be_visible()
    play.click()
    wait(page, "update", 5)
    play.click()
    expect(page.locator(".player")).to_have_attribute("data-status", "paused")
    page.locator(".heat.h canvas").click(position={"x": 1, "y": 5})
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.locator(".words").hover()
    expect(page.locator(".player")).to_have_attribute("data-time", "2")
    prepared = told(page)
    assert int(prepared["update"]) >= 5

    # The link.
    page.get_by_role("link", name="Yours").click()
    page.get_by_role("tab", name="Share").click()
    expect(page.get_by_text(f"update {prepared['update']}, step 3")).to_be_visible()
    expect(page.get_by_text("The run trains under: f = 1, all")).to_be_visible()
    choose(page, "Hide these controls", "Seed")
    choose(page, "Show these, but lock them", "Cell")
    say = page.get_by_label("A sentence above the page")
    say.fill("Why does <b>nothing</b> get lost?")
    say.press("Enter")
    page.get_by_text("Large type, for a projector").click()
    link = page.locator("code").first
    expect(link).to_contain_text("big=1")
    expect(link).to_contain_text("say=")
    expect(link).to_contain_text("under=1")
    address = link.inner_text()

    # The square on the projector is that link.
    expected = picture(qr_png(address))
    shown = page.locator("[data-testid=stImage] img")

    def of_this_link():  # that of the link before may still be there, or just be gone
        answer = page.request.get(shown.evaluate("image => image.src"))
        assert answer.ok
        assert np.array_equal(picture(answer.body()), expected)

    until(page, of_this_link)

    # The student.
    student = browser.new_context(viewport={"width": 1024, "height": 768}).new_page()
    errors: list[str] = []
    student.on("pageerror", lambda error: errors.append(str(error)))
    try:
        student.goto(address)
        expect(student.get_by_text("Why does <b>nothing</b> get lost?")).to_be_visible()
        expect(student.get_by_text(re.compile("under an intervention.*f = 1, all"))).to_be_visible()
        expect(student.get_by_text("Hidden units")).to_be_visible()
        assert student.get_by_text("Seed", exact=True).count() == 0
        expect(student.get_by_role("radio", name="LSTM")).to_be_disabled()
        expect(student.locator("html")).to_have_css("font-size", "20px")
        player = student.locator(".player")
        expect(player).to_have_attribute("data-update", prepared["update"])
        expect(player).to_have_attribute("data-status", "paused")
        now = told(student)
        assert (now["loss"], now["time"]) == (prepared["loss"], "2")
        student.wait_for_timeout(500)  # and there it stays
        assert told(student)["update"] == prepared["update"]
    finally:
        student.context.close()
    assert not errors, errors
