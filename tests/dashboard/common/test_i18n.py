import pickle

import numpy as np
import pytest
from babel.messages import Catalog
from babel.messages.pofile import write_po

from core.common.checks import shorten
from core.common.messages import as_sentence, say, sentence_of
from core.common.stored_sentences import from_json, to_json
from dashboard.common import i18n


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A language that is nothing but a folder."""
    catalogue = Catalog("de")
    catalogue.add(
        "{what}: expected at most {most:,}, got {value}. {cure}",
        "{what}: höchstens {most:,} statt {value}. {cure}",
    )
    catalogue.add("Use a part of it.", "Nehmen Sie einen Teil.")
    catalogue.add("before", "davor", context="reset")
    catalogue.add("before", "vorher")
    catalogue.add("reset {word}", "Reset {word}")
    (tmp_path / "de").mkdir()
    with (tmp_path / "de" / "messages.po").open("wb") as file:
        write_po(file, catalogue)
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    caches = (i18n.languages, i18n._catalogue, i18n._signs)
    for cache in caches:
        cache.cache_clear()
    i18n.speak("de")
    yield
    i18n.speak("en")
    for cache in caches:
        cache.cache_clear()


def too_long():
    cure = say("Use a part of it.")
    return say(
        "{what}: expected at most {most:,}, got {value}. {cure}",
        what="corpus",
        most=12345.5,
        value=shorten("{x}"),
        cure=cure,
    )


def test_a_sentence_is_english_text_and_is_translated_with_its_values_apart(german):
    assert too_long() == "corpus: expected at most 12,345.5, got '{x}'. Use a part of it."
    assert i18n._(too_long()) == "corpus: höchstens 12.345,5 statt '{x}'. Nehmen Sie einen Teil."
    assert i18n._("{n:,} not in the catalogue.", n=1234) == "1.234 not in the catalogue."
    assert i18n._("Not in the catalogue.") == "Not in the catalogue."


def test_a_word_with_a_context_is_translated_as_what_it_is_there(german):
    sentence = say("reset {word}", word=as_sentence("before", "reset"))
    assert sentence == "reset before"
    assert i18n._(pickle.loads(pickle.dumps(sentence))) == "Reset davor"
    assert i18n._(from_json(to_json(sentence))) == "Reset davor"
    assert i18n._(as_sentence("before")) == "vorher"


def test_an_error_keeps_its_sentence_on_the_way_to_the_reader():
    error = pickle.loads(pickle.dumps(ValueError(too_long())))
    assert sentence_of(error).values["most"] == 12345.5
    assert sentence_of(KeyError("task")) == "task"
    assert sentence_of(OSError(2, "no such file")) == "[Errno 2] no such file"


def test_a_share_has_a_blank_before_its_percent_sign_and_numbers_of_numpy_are_numbers(german):
    assert i18n._("{share:.1%} of it", share=0.125) == "12,5\u00a0% of it"
    assert i18n._("{share:.0%} of it", share=np.float32(0.5)) == "50\u00a0% of it"
    assert i18n._("{size:.2f}", size=np.float32(0.5)) == "0,50"
    assert i18n.write_share(0.125, 1) == "12,5\u00a0%"


def test_an_unknown_language_is_refused_by_a_sentence(german):
    with pytest.raises(LookupError, match="lang: expected one of en, de, got 'xx'"):
        i18n.speak("xx")


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("得到 {got}。", {"got": "以 no 开头的文本"}, "得到以 no 开头的文本。"),
        ("得到 {got} 个", {"got": 3}, "得到 3 个"),
        ("{a} 或 {b}", {"a": "tanh", "b": "没有"}, "tanh 或没有"),
        ("{a} {b}", {"a": "甲 乙", "b": "之前"}, "甲 乙之前"),
        ("{a} {b}", {"a": "hidden", "b": "units"}, "hidden units"),
        ("{n:,} {{x}} {v!r:>5}", {"n": 1234, "v": "a"}, "1,234 {x}   'a'"),
    ],
)
def test_a_value_in_chinese_stands_without_spaces_in_a_chinese_template(template, values, expected):
    assert i18n.LOCAL.fill_in(template, values) == expected
