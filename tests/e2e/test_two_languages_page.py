"""In Chinese no page says an English sentence, and in English none a Chinese word; data, names and code aside."""

import re

import pytest

from dashboard.navigation import PAGES
from tests.e2e.crawling import NOTE_CANVASES, crawl
from tests.helpers.languages import chinese_in, english_in

pytestmark = [pytest.mark.e2e, pytest.mark.long]
# Sentences that are examples of a task, in the task's own language; kinds of files.
EXAMPLES = {
    "en": ("中文", "我是中国人", "我的母语"),
    "zh": ("English", "• CSV, TSV"),
}

SPACED = re.compile("[\u3400-\u9fff，。：；、] [\u3400-\u9fff]")


@pytest.fixture
def page(page):
    page.add_init_script(NOTE_CANVASES)
    return page


@pytest.mark.parametrize("url", PAGES, ids=[each.name for each in PAGES.values()])
@pytest.mark.parametrize("code", ["zh", "en"])
def test_a_page_speaks_its_language_alone(page, url, code):
    foreign = english_in if code == "zh" else chinese_in
    wrong = sorted(
        f"{where}: {text}"
        for where, text in crawl(page, url, code)
        if not any(example in text for example in EXAMPLES[code]) and foreign(text)
    )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("url", PAGES, ids=[each.name for each in PAGES.values()])
def test_chinese_is_written_without_spaces(page, url):
    """Words that were put together with a space, as English has it."""
    spaced = sorted(
        f"{where}: {text}" for where, text in crawl(page, url, "zh") if SPACED.search(text)
    )
    assert not spaced, "\n".join(spaced)
