"""The session's language: where it comes from, that it holds in callbacks and answers, and what it does not change."""

import pytest
from babel.messages import Catalog
from babel.messages.pofile import write_po
from streamlit.testing.v1 import AppTest

from dashboard.common import i18n
from dashboard.navigation import LIVE
from dashboard.session.language import LanguageState
from dashboard.session.link import _settings_part, read_link
from tests.helpers.pages import MAIN, go_to, run_of, state_of

WORDS = {
    "Over time": "Über die Zeit",
    "Saturation and memory": "Sättigung",
    "Batch": "Stapel",
    "Task": "Aufgabe",
}


@pytest.fixture(autouse=True)
def german(tmp_path, monkeypatch):
    """A language that is nothing but a folder."""
    catalogue = Catalog("de")
    for message, translation in WORDS.items():
        catalogue.add(message, translation)
    (tmp_path / "de").mkdir()
    with (tmp_path / "de" / "messages.po").open("wb") as file:
        write_po(file, catalogue)
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    caches = (i18n.languages, i18n._catalogue, i18n._signs)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "language"),
    [
        ("de", "en", "en", "de"),
        (None, "de", "en-US,en;q=0.9", "de"),
        (None, None, "fr;q=0.9,de-AT;q=0.8,en;q=0.1", "de"),
        (None, None, "en;q=0.1,de;q=0.9", "de"),
        (None, "xx", "fr", "en"),
        (None, None, "", "en"),
        (None, None, ";q=x,,*", "en"),
        ("xx", "de", "de", "en"),
    ],
)
def test_the_link_goes_before_the_choice_before_the_browser(asked, remembered, accepted, language):
    assert i18n.prefer(asked, remembered, accepted) == language


def test_languages_name_themselves():
    assert [i18n.name_of(code) for code in ("en", "de", "zh")] == ["English", "Deutsch", "中文"]


def test_a_sentence_of_now_can_be_read_in_any_language_later():
    assert i18n.in_every_language(lambda: i18n._("Task")) == {"en": "Task", "de": "Aufgabe"}
    assert i18n.language() == "en"


def test_the_language_is_no_setting():
    assert _settings_part({"lang": "de", "task": "echo"}) == {"task": "echo"}
    assert read_link(LIVE, {"lang": "de"}).experiment == read_link(LIVE, {}).experiment


def open_app(**query):
    """The page Gates, opened by a link with this query."""
    app = go_to(AppTest.from_file(str(MAIN), default_timeout=120), "gates")
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def tabs_of(app):
    return [tab.label for tab in app.tabs]


def test_another_language_in_the_middle_keeps_tab_run_and_settings():
    app = open_app(task="echo", hidden_size="3", tab="2")
    assert not app.exception
    assert tabs_of(app)[1] == "Saturation and memory"
    assert app.session_state["gates tab"] == "Saturation and memory"
    mine, run = state_of(app, LanguageState), run_of(app)
    mine.code, mine.chosen = "de", True
    app.run()
    assert not app.exception
    assert tabs_of(app)[:2] == ["Über die Zeit", "Sättigung"]
    assert app.session_state["gates tab"] == "Sättigung"
    assert run_of(app) is run
    assert app.query_params["lang"] == "de"
    assert app.query_params["hidden_size"] == "3"
    assert "Aufgabe" in [box.label for box in app.selectbox]


def test_a_link_in_a_language_that_there_is_not_says_so_in_english():
    app = open_app(lang="xx", task="echo")
    assert not app.exception
    assert any(
        "lang: expected one of en, de, got 'xx'" in warning.value.replace("\\", "")
        for warning in app.warning
    )
    assert tabs_of(app)[0] == "Over time"
