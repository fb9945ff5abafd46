"""A lesson and a term of the glossary speak each language alone; what is typed or quoted as an example of data aside."""

import re

import pytest

from core.course.glossary import read_glossary
from core.course.library import LESSONS
from tests.helpers.languages import chinese_in, english_in

# What a link types or names, code, words of a data set in italics, and the sentence that is Chinese in every language.
DATA = re.compile(r"\]\([^)]*\)|`[^`]*`|<[^>]*>|我是中国人，……，我的母语是|\*[a-z ]+\*")
FOREIGN = {"en": chinese_in, "zh": english_in}


def foreign_in(text: str, code: str) -> list[str]:
    """What is in another language than this one."""
    return FOREIGN[code](DATA.sub(" 。" if code == "zh" else " ", text))


@pytest.mark.parametrize("code", FOREIGN)
def test_lessons_speak_each_language_alone(code):
    paths = sorted(LESSONS.glob(f"*/{code}.md"))
    assert paths
    wrong = {path.parent.name: foreign_in(path.read_text("utf-8"), code) for path in paths}
    assert {name: words for name, words in wrong.items() if words} == {}


@pytest.mark.parametrize("code", FOREIGN)
def test_terms_speak_each_language_alone(code):
    entries = read_glossary()[0]
    assert {name for name, entry in entries.items() if code not in entry.texts} == set()
    texts = {name: entry.texts[code] for name, entry in entries.items()}
    wrong = {name: foreign_in(f"{e.term}。{e.text}", code) for name, e in texts.items()}
    assert {name: words for name, words in wrong.items() if words} == {}
