"""What a reader does in the made language, to bring a page into a state that begins with an upload."""

from collections.abc import Iterator, Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.crawling import collect, open_lists, unfold, visit_tabs
from tests.e2e.crawling import wait_until_drawn as wait
from tests.e2e.patience import until
from tests.helpers.pseudo_language import CODE, disguise

Files = Sequence[tuple[str, bytes]]
# Layers and functions in Keras' files, the modules of a watched training, and what a corpus says.
MADE = ["bidirectional", "selu", "softsign", "linear", "activation", "MyThing", "ConvLSTM", "pad", "encoder", "decoder", "Model", "here", "abc", "def", "abcdefg"]  # fmt: skip


def put(page: Page, place: str, files: Files) -> None:
    """Uploads the files to the first uploader in the place."""
    payloads: Any = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        for name, content in files
    ]
    page.locator(f"{place} input[type=file]").first.set_input_files(payloads)
    page.wait_for_timeout(800)
    wait(page)


def open_model(page: Page, files: Files, whole: bool = False) -> None:
    """Own model on Yours with these files: one layer of it, or the whole."""
    page.goto(f"/yours?lang={CODE}")
    wait(page)
    page.get_by_role("tab", name=disguise("Own model")).click()
    wait(page)
    put(page, ".st-key-own-model", files)
    if whole:
        choose_radio(page, "the whole model")


def choose_radio(page: Page, name: str) -> None:
    page.get_by_role("radio", name=disguise(name), exact=True).first.click()
    wait(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=disguise(name), exact=True).first.click()
    page.wait_for_timeout(300)
    wait(page)


def open_list(page: Page, label: str) -> Locator:
    """The options of the list with this label, which is open."""
    options = page.locator("[role=option]")  # not those of a select, as the one of the languages

    def is_open() -> None:
        page.get_by_role("combobox", name=disguise(label)).first.click()
        expect(options.first).to_be_visible(timeout=2000)

    until(page, is_open)
    return options


def choose(page: Page, label: str, k: int) -> None:
    """Chooses option number k of the list with this label."""
    open_list(page, label).nth(k).click()
    page.wait_for_timeout(300)
    wait(page)


def choices(page: Page, label: str) -> Iterator[None]:
    """Chooses each option of the list with this label in turn."""
    number = open_list(page, label).count()
    page.keyboard.press("Escape")
    for k in range(number):
        choose(page, label, k)
        yield


def fill(page: Page, label: str, text: str, **values: object) -> None:
    """Types the text into the field. values: of its label's template."""
    place = page.get_by_role("textbox", name=disguise(label).format(**values)).first
    place.fill(text)
    place.press("Control+Enter")
    page.wait_for_timeout(300)
    wait(page)


def gather(page: Page, states: Iterator[None]) -> set[tuple[str, str]]:
    """Every text in each state, with its boxes open; lists of one label are opened once."""
    texts, lists = set(), set()
    for _ in states:
        texts |= collect(page)
        unfold(page)
        texts |= collect(page)
        for _list in open_lists(page, page.get_by_test_id("stMain"), lists):
            texts |= collect(page)
    return texts


def look_inside(page: Page) -> Iterator[None]:
    """What is open on Yours, on the pages that look inside: their tabs, and what a button brings."""
    for name in ("Unrolled", "Gates", "Gradients"):
        page.get_by_role("link", name=disguise(name)).first.click()
        page.wait_for_timeout(2500)
        wait(page)
        yield
        for _ in visit_tabs(page):
            page.wait_for_timeout(300)
            yield
            search = page.get_by_role("button", name=disguise("Search for fixed points"))
            if search.count() and search.first.is_visible():
                search.first.click()
                page.wait_for_timeout(2500)
                wait(page)
                yield
