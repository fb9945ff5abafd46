from pathlib import Path

import plotly
import pytest

from dashboard.common.i18n import _, speak
from dashboard.common.plotly_config import WORDS, plotly_config

PROGRAM = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


@pytest.fixture
def chinese():
    speak("zh")
    yield
    speak("en")


def test_the_words_are_plotlys_own():
    text = PROGRAM.read_text("utf-8")
    assert [word for word in WORDS if word not in text] == []


def test_plotly_speaks_the_language(chinese):
    config = plotly_config()
    words = config["locales"][config["locale"]]["dictionary"]
    assert words["Zoom in"] == _("Zoom in") == "放大"
    assert not any(word.isascii() for word in words.values())


def test_in_english_it_needs_no_words():
    assert plotly_config() == {"displaylogo": False}
