"""No text stays English in another language: a corpus, a training elsewhere, and what is exported."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.common.messages import say
from core.common.stored_sentences import to_json
from core.io.monitor.layout import STATE_FILE
from tests.e2e.conftest import visit
from tests.e2e.crawling import NOTE_CANVASES, collect, unfold
from tests.e2e.crawling import wait_until_drawn as wait
from tests.e2e.pseudo_models import saved, text_model
from tests.e2e.pseudo_steps import (
    MADE,
    choices,
    choose_radio,
    gather,
    look_inside,
    open_model,
    press,
    put,
)
from tests.e2e.pseudo_words import escapes
from tests.helpers.monitored import FakeMonitor
from tests.helpers.pseudo_language import CODE, disguise

pytestmark = [pytest.mark.e2e, pytest.mark.long]


@pytest.fixture
def page(browser, pseudo_server):
    for opened in visit(browser, pseudo_server, viewport={"width": 1920, "height": 1000}):
        opened.add_init_script(NOTE_CANVASES)
        yield opened


ROWS = "sym_bol,seq_id,is_vowel,word_kind\n" + "".join(
    f"{letter},{k // 40},{int(letter in 'aeo')},k_{k % 3}\n"
    for k, letter in enumerate("abcdef o" * 40)
)


def corpus_of_a_run(page: Page) -> Iterator[None]:
    page.goto(f"/gates?task=text&cell=lstm&hidden_size=6&length=10&lang={CODE}")
    wait(page)
    page.get_by_role("tab", name=disguise("Units over a corpus")).click()
    wait(page)
    yield
    put(page, ".st-key-corpus-file", [("c_1.txt", b"\0\1\2")])
    yield
    put(page, ".st-key-corpus-file", [("c_1.csv", ROWS.encode())])
    yield
    choose_radio(page, "a table (CSV): a row for each symbol")
    yield from read_corpus(page)
    put(page, ".st-key-corpus-file", [("c_2.txt", ROWS.encode())])
    unfold(page)
    yield
    choose_radio(page, "lines, each from a state of zeros")
    yield from read_corpus(page)


def read_corpus(page: Page) -> Iterator[None]:
    yield
    press(page, "Read it")
    expect(page.locator(".letters").first).to_be_visible()
    yield
    yield from choices(page, "Sorted by; the maps of this page can follow")
    yield from choices(page, "Which unit follows …")
    box = page.get_by_test_id("stDataFrame").first.locator("canvas").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 14, box["y"] + 35 + 60)
    page.wait_for_timeout(800)
    wait(page)
    yield
    press(page, "Silence it")
    yield
    page.get_by_role("tab", name=disguise("Units over a corpus")).click()
    wait(page)


def corpus_of_a_model(page: Page) -> Iterator[None]:
    open_model(page, [("a_b.safetensors", saved(text_model()))], whole=True)
    page.get_by_role("link", name=disguise("Gates")).first.click()
    wait(page)
    page.get_by_role("tab", name=disguise("Units over a corpus")).click()
    wait(page)
    yield
    page.get_by_role("textbox", name=disguise("or paste it here")).fill("abc\ndef " * 60)
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(500)
    wait(page)
    yield from read_corpus(page)


@pytest.mark.parametrize("states", [corpus_of_a_run, corpus_of_a_model])
def test_a_corpus_has_no_english_word(page, states):
    english = escapes(gather(page, states(page)), MADE)
    assert not english, "\n".join(english)


def trainings_elsewhere(page: Page, folder: Path) -> Iterator[None]:
    """Folders of watched trainings: one that trains, one that is silent and says what went wrong, one without a record."""
    runs = folder / "runs"
    monitor = FakeMonitor(runs, "run_a")
    monitor.record_until(12)
    wrong = FakeMonitor(runs, "run_b")
    wrong.record_until(3)
    FakeMonitor(runs, "run_c")
    sentence = to_json(say("The recorded layers changed before update {update}.", update=3))
    wrong.write_state("running", 3, [sentence])  # pyright: ignore[reportArgumentType]
    long_ago = time.time() - 300
    os.utime(wrong.folder / STATE_FILE, (long_ago, long_ago))
    page.goto(f"/?lang={CODE}&hidden_size=4")
    wait(page)
    page.locator("summary").filter(has_text=disguise("Trainings elsewhere")).click()
    expect(page.locator("[class*='st-key-training']").first).to_be_visible()
    yield
    press(page, "Receive from another machine")
    yield
    for key in ("run_b", "run_c", "run_a"):
        page.goto(f"/?lang={CODE}&hidden_size=4")
        wait(page)
        page.locator("summary").filter(has_text=disguise("Trainings elsewhere")).click()
        row = page.locator("[class*='st-key-training']").filter(has_text=key)
        row.get_by_role("button").first.click()
        page.wait_for_timeout(4000)
        yield
    monitor.write_state("running", 12)
    page.locator(".player .play").first.click()
    page.get_by_role("slider", name=disguise("update")).first.press("Home")
    page.wait_for_timeout(1000)
    yield
    press(page, "Look inside at this update")
    yield
    yield from look_inside(page)
    monitor.write_state("ended", 12)
    page.get_by_role("link", name=disguise("Live")).first.click()
    page.wait_for_timeout(4000)
    yield


def test_a_training_elsewhere_has_no_english_word(page, pseudo_server):
    states = trainings_elsewhere(page, pseudo_server[1].parent)
    english = escapes(gather(page, states), MADE)
    assert not english, "\n".join(english)


def exports(page: Page, folder: Path) -> Iterator[None]:
    for query in ("task=adding&hidden_size=4&length=5", "task=echo&cell=mgu&hidden_size=4"):
        page.goto(f"/?{query}&lang={CODE}")
        wait(page)
        page.get_by_role("link", name=disguise("Yours")).first.click()
        wait(page)
        page.get_by_role("tab", name=disguise("Export")).click()
        wait(page)
        yield
        for button in (
            "Make the ONNX file",
            "Make the event files",
            "Make the script with its data",
        ):
            made = page.get_by_role("button", name=disguise(button), exact=True)
            if made.count():
                press(page, button)
        page.wait_for_timeout(3000)
        yield
    press(page, "Make the report")
    with page.expect_download() as download:
        page.locator(".st-key-report-download button").click()
    download.value.save_as(folder / "report.html")
    page.goto(f"file://{folder / 'report.html'}")
    page.wait_for_timeout(2000)


def test_what_is_exported_has_no_english_word(page, tmp_path):
    texts = gather(page, exports(page, tmp_path)) | collect(page)
    english = escapes(
        texts, ["hf", "hn", "if", "in"]
    )  # indices of weights in the report's formulas
    assert not english, "\n".join(english)
