"""No text of a page stays English in another language: in a made one every letter of what is translated is a wide one."""

import re

import pytest
from playwright.sync_api import expect

from core.course.library import open_library
from core.course.notes import read_notes
from dashboard.navigation import PAGES
from tests.e2e.conftest import ROOT, run_pseudo_server, visit
from tests.e2e.crawling import NOTE_CANVASES, collect, crawl, wait_until_drawn
from tests.e2e.patience import until
from tests.e2e.pseudo_words import escapes
from tests.e2e.test_every_lesson_page import WAYS, Walk
from tests.helpers.languages import english_in
from tests.helpers.pseudo_language import CODE, disguise, write_lessons

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(browser, pseudo_server):
    for opened in visit(browser, pseudo_server, viewport={"width": 1440, "height": 900}):
        opened.add_init_script(NOTE_CANVASES)
        yield opened


def lesson_words() -> list[str]:
    """What stands in files of its own in each language: titles, questions, and the table of the notes."""
    words = [row.says["en"] for row in read_notes()] + [row.answer["en"] for row in read_notes()]
    for lesson in open_library().lessons.values():
        words += [lesson.texts["en"].title, lesson.texts["en"].question]
    return sorted(words, key=len, reverse=True)


OFTEN = ("",)  # the others are opened by `make long`


@pytest.mark.parametrize(
    "url",
    [url if url in OFTEN else pytest.param(url, marks=pytest.mark.long) for url in PAGES],
    ids=[each.name for each in PAGES.values()],
)
def test_a_page_has_no_english_word(page, url):
    texts = crawl(page, url, CODE)
    for words in lesson_words() if url == "lessons" else ():
        texts = {(where, text.replace(words, "")) for where, text in texts}
    english = escapes(texts)
    assert not english, "\n".join(english)


@pytest.mark.long
@pytest.mark.parametrize("way", ["mouse", "touch"])
def test_a_lesson_has_no_english_word(browser, tmp_path, way):
    lessons = tmp_path / "lessons"
    write_lessons(lessons, ROOT / "tests" / "data" / "lessons")
    (lesson,) = open_library(lessons).lessons.values()
    texts = set()
    with run_pseudo_server(tmp_path, UNROLLED_LESSONS=str(lessons)) as server:
        for page in visit(browser, server, **WAYS[way][1]):
            page.add_init_script(NOTE_CANVASES)
            page.goto(f"/?lesson={lesson.name}&lang={CODE}")
            expect(page.locator(".rail h2")).to_have_text(lesson.texts[CODE].title)
            for step in lesson.steps:
                texts |= collect(page)
                walk = Walk(page, lesson, step, way)
                walk.answer()
                texts |= collect(page)
                walk.press(page.locator(".rail footer .next"))
    english = escapes(texts)
    assert not english, "\n".join(english)


def assert_is_translated(sentences: list[str]) -> None:
    """Each begins in the language; what it lists may be names of options, as a link has them."""
    for sentence in sentences:
        assert WIDE.match(sentence.strip()), sentence
        assert not english_in(LISTED.sub("", sentence)), sentence


WIDE = re.compile(r"[^A-Za-z]*[\uff21-\uff5a]")
LISTED = re.compile(r"(?<=ｏｎｅ ｏｆ ).*(?=, ｇｏｔ)")
WRONG_LINKS = [
    "?hidden_size=many",
    "?task=nothing",
    "?cell=lstm&forget_bias=deep",
    "?frobnicate=1",
    "?lesson=gone",
    "gates?intervene=f",
    "compare?cell.b=nothing",
    "memory?lengths=ten&task=adding",
    "?update=1e400",
    "compare?update=1e400",
    "lessons?class=[]",
    "?room=short",
]


@pytest.mark.long
@pytest.mark.parametrize("link", WRONG_LINKS)
def test_what_is_wrong_with_a_link_is_said_in_the_language(page, link):
    url, _, query = link.partition("?")
    page.goto(f"/{url}?{query}&lang={CODE}")
    wait_until_drawn(page)
    alert = page.get_by_test_id("stAlert")
    until(page, lambda: expect(alert.first).to_be_visible())
    assert_is_translated(alert.all_inner_texts())


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pt", b"PK no"), ("a.safetensors", b"no"), ("a.npz", b"PK"), ("a.json", b"{")],
)
def test_what_is_wrong_with_a_file_is_said_in_the_language(page, name, content):
    page.goto(f"/yours?lang={CODE}&tab=2")
    wait_until_drawn(page)
    page.get_by_role("tab", name=disguise("Own model")).click()
    upload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator(".st-key-own-model input[type=file]").set_input_files(upload)
    alert = page.locator("[data-testid=stAlert], [data-testid=stFileUploaderFileErrorMessage]")
    until(page, lambda: expect(alert.first).to_be_visible())
    assert_is_translated(alert.all_inner_texts())


@pytest.mark.long
@pytest.mark.parametrize(
    ("task", "typed"),
    [
        ("adding", "one two"),
        ("names", "名字"),
        ("subtraction", "9 - a"),
        ("echo", "?"),
        ("copy", "99"),
    ],
)
def test_what_is_wrong_with_a_sequence_is_said_in_the_language(page, task, typed):
    page.goto(f"/gates?task={task}&hidden_size=4&lang={CODE}")
    wait_until_drawn(page)
    field = page.get_by_test_id("stMain").locator("input[type=text]").first
    field.fill(typed)
    field.press("Enter")
    alert = page.get_by_test_id("stAlert")
    until(page, lambda: expect(alert.first).to_be_visible())
    assert_is_translated(alert.all_inner_texts())


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
    # Streamlit's own words change with it, there and back.
    expect(page.locator(f'[aria-label="{disguise("App pages")}"]')).to_be_attached()
    page.locator("select[name=language]").select_option("en")
    expect(page.locator('[aria-label="App pages"]')).to_be_attached()
    expect(page.locator(f'[aria-label="{disguise("App pages")}"]')).to_have_count(0)


def test_an_unknown_language_is_a_sentence(page):
    page.goto("/?lang=xx")
    expect(page.get_by_text("lang: expected one of en, eo, got 'xx'.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
