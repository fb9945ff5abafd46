"""No text of a page stays English in another language: in a made one every letter of what is translated is a wide one."""

import os
import re
import sys

import pytest
from playwright.sync_api import Page

from benchmarks._harness.browser import free_port
from dashboard.navigation import PAGES
from dashboard.serving import programs
from tests.e2e.conftest import ROOT, visit
from tests.e2e.crawling import (
    NOTE_CANVASES,
    WORD,
    collect,
    open_lists,
    unfold,
    visit_tabs,
    wait_until_drawn,
)
from tests.helpers.pseudo_language import CODE

pytestmark = pytest.mark.e2e
# What is the same in every language: names of cells, functions, files and people, and what stands in a formula or a link.
NAMES: set[str] = set()


@pytest.fixture(scope="module")
def pseudo_server(tmp_path_factory):
    """The app, which speaks the made language: its address, and the file that it logs to."""
    port, folder = free_port(), tmp_path_factory.mktemp("pseudo")
    address, log = f"http://localhost:{port}", folder / "log"
    program = programs.start(
        [sys.executable, "-m", "tests.helpers.pseudo_language", str(port), str(folder / "locales")],
        log,
        cwd=ROOT,
        env=os.environ
        | {"XDG_DATA_HOME": str(folder / "data"), "UNROLLED_RUNS": str(folder / "runs")},
    )
    try:
        programs.wait_until(lambda: programs.is_healthy(address), program)
        yield address, log
    finally:
        programs.end(program)


@pytest.fixture
def page(browser, pseudo_server):
    for opened in visit(browser, pseudo_server, viewport={"width": 1440, "height": 900}):
        opened.add_init_script(NOTE_CANVASES)
        yield opened


def crawl(page: Page, url: str) -> set[tuple[str, str]]:
    """Every text of the page: at first, with its boxes and tabs open, with the drawer and its lists."""
    page.goto(f"/{url}?lang={CODE}")
    wait_until_drawn(page)
    page.wait_for_timeout(1500)
    texts = collect(page)
    unfold(page)
    texts |= collect(page)
    for _ in visit_tabs(page):
        unfold(page)
        texts |= collect(page)
        for _list in open_lists(page, page.get_by_test_id("stMain")):
            texts |= collect(page)
    settings = page.locator("button.settings")
    if settings.count() and settings.is_visible():
        settings.click()
        page.wait_for_timeout(500)
        unfold(page)
        texts |= collect(page)
        for _list in open_lists(page, page.get_by_test_id("stSidebar")):
            texts |= collect(page)
    return texts


def escapes(texts: set[tuple[str, str]]) -> list[str]:
    """What is English, with where it stands."""
    return sorted(
        f"{where}: {text}"
        for where, text in texts
        if any(word not in NAMES for word in WORD.findall(re.sub(r"\S*[/_=]\S*", "", text)))
    )


@pytest.mark.parametrize("url", PAGES, ids=[page.name for page in PAGES.values()])
def test_a_page_has_no_english_word(page, url):
    english = escapes(crawl(page, url))
    assert not english, "\n".join(english)
