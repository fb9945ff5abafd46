"""No text of a page stays English in another language: in a made one every letter of what is translated is a wide one."""

import os
import re
import sys

import pytest
from playwright.sync_api import Page, expect

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
from tests.helpers.pseudo_language import CODE, disguise

pytestmark = pytest.mark.e2e
# The same in every language: cells, functions, formats, keys, programs; languages and lessons name themselves.
NAMES = frozenset(
    [
        "RNN",
        "LSTM",
        "GRU",
        "MGU",
        "Keras",
        "torch",
        "PyTorch",
        "tanh",
        "relu",
        "sigmoid",
        "sgd",
        "adam",
        "rmsprop",
        "identity",
        "log",
        "dh",
        "lstm",
        "rnn",
        "gru",
        "PNG",
        "SVG",
        "CSV",
        "TSV",
        "TXT",
        "DAT",
        "JSON",
        "QR",
        "MB",
        "MiB",
        "Esc",
        "Tab",
        "Enter",
        "Home",
        "End",
        "PageUp",
        "PageDown",
        "English",
        "Esperanto",
        "Unrolled",
        "weight",
        "bias",
        "reset_after",
        "False",
        "AA",
        "AB",
        "BA",
        "BB",
    ]
)
# Streamlit's own words, which no program can change.
STREAMLIT = re.compile(
    r"Help for .*|Increment|Decrement|Open|Sidebar|Dismiss|App pages|Logo|Skip to main content|(Expand|Collapse) sidebar"
    r"|Fullscreen.*|Navigate to home page|Download as CSV|Search|Show/hide columns|Choose (an option|options)|\d+ more"
    r"|\d+ options? available\.|.* — (start|end)|Copy to clipboard|Link to heading|file upload|Upload|\d+MB per file|• .*"
    r"|Clear all|Remove .*|Selected values"
)
# What a network reads and writes, and how a result was computed: data, not words for a reader.
DATA = re.compile(
    r"python -m core\.studies.*|\w*\[\w+\]\w*|“[^”]*”|\b[a-z](-[a-z])+\b|: [a-z ]+$|(?<=ｒｅａｄ )[a-z ]+(?=;)|\b[a-z]+(?= ｉｔ)"
)


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


def escapes(texts: set[tuple[str, str]]) -> list[str]:
    """What is English, with where it stands."""
    return sorted(
        f"{where}: {text}"
        for where, text in texts
        if not STREAMLIT.fullmatch(text)
        and any(word not in NAMES for word in WORD.findall(DATA.sub(" ", text)))
    )


PAGE_NAMES = [
    url for url in PAGES if url != "lessons"
]  # whose texts are files of their own, in each language
OFTEN = ("", "gates")  # the others are opened by `make long`


@pytest.mark.parametrize(
    "url",
    [url if url in OFTEN else pytest.param(url, marks=pytest.mark.long) for url in PAGE_NAMES],
    ids=[PAGES[url].name for url in PAGE_NAMES],
)
def test_a_page_has_no_english_word(page, url):
    english = escapes(crawl(page, url, CODE))
    assert not english, "\n".join(english)


def test_another_language_keeps_the_run_the_tab_and_the_settings(page):
    page.goto("/gates?task=echo&hidden_size=3&tab=2")
    wait_until_drawn(page)
    expect(page.get_by_role("tab", name="Saturation and memory")).to_have_attribute(
        "aria-selected", "true"
    )
    page.get_by_role("button", name="Train 100 updates").click()
    expect(page.get_by_text("update 100")).to_be_visible()
    page.locator("select[name=language]").select_option(CODE)
    expect(page.get_by_role("tab", name=disguise("Saturation and memory"))).to_have_attribute(
        "aria-selected", "true"
    )
    expect(page.get_by_text(f"{disguise('update')} 100")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", CODE)
    expect(page).to_have_url(re.compile(rf"hidden_size=3.*lang={CODE}"))
    page.reload()
    wait_until_drawn(page)
    expect(page.locator("html")).to_have_attribute("lang", CODE)


def test_an_unknown_language_is_a_sentence(page):
    page.goto("/?lang=xx")
    expect(page.get_by_text("lang: expected one of en, eo, got 'xx'.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
