"""Widgets that several pages draw."""

from io import BytesIO

import pytest

from dashboard.navigation import PAGES
from dashboard.widgets import explainer
from dashboard.widgets.upload_text import read_text


def test_a_file_of_text_is_read_without_its_mark():
    assert read_text(BytesIO("\ufeffä,1\n".encode())) == "ä,1\n"


def test_a_file_that_is_no_text_gets_a_sentence():
    with pytest.raises(ValueError, match=r"^file: expected text, got a PNG picture"):
        read_text(BytesIO(b"\x89PNG\r\n"))


def test_a_file_in_an_older_encoding_is_read():
    assert read_text(BytesIO("温度,1\n".encode("gb18030"))) == "温度,1\n"
    assert read_text(BytesIO("T [°C]\t1\n".encode("utf-16"))) == "T [°C]\t1\n"


@pytest.mark.parametrize("path", sorted(explainer.TEXTS.glob("*.md")), ids=lambda path: path.stem)
def test_a_text_answers_the_three_questions(path):
    assert path.stem in {page.name for page in PAGES.values()}
    starts = [answer.split(".**")[0] for answer in explainer.answers(path.stem)]
    assert starts == ["**What you see", "**Why it happens", "**What to try"]
