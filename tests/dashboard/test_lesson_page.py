"""A lesson on paper: with lines to write on, or with its answers, and nothing that runs."""

import re

import pytest
from starlette.routing import Route

from core.course.lesson_file import read_lesson, read_lessons
from dashboard import lesson_page
from dashboard.common.i18n import speak
from dashboard.lesson_page import write_lesson as write_page
from tests.helpers.asking import get
from tests.helpers.languages import chinese_in, english_in
from tests.helpers.lessons import TEXT, write_lesson

COURSE = read_lessons()[0]


@pytest.fixture
def lesson(tmp_path):
    folder = write_lesson(tmp_path)
    (folder / "zh.md").write_text(TEXT.replace("What is *it*?", "是什么？"), "utf-8")
    yield read_lesson(folder)
    speak("en")


def test_the_sheet_of_a_student_has_no_answers_and_room_to_write(lesson):
    html = write_page(lesson, has_answers=False)
    assert "Because." not in html
    assert "Not that." not in html
    assert "☒" not in html.partition("</style>")[2]
    assert html.count('class="line"') >= 6
    assert "<svg" in html, "the curve is drawn"
    assert "a few" in html
    assert "91\u00a0%" in html


def test_the_answer_sheet_has_them(lesson):
    html = write_page(lesson, has_answers=True)
    assert "Because." in html
    assert "class=chosen>it does not" in html
    assert "<b>91\u00a0%</b>" in html, "the number that is right is that of the figure"


def test_the_sheet_of_a_student_asks_and_does_not_show():
    lesson = COURSE["why_memory"]
    assert "59.6" in write_page(lesson, has_answers=True)
    sheet = write_page(lesson, has_answers=False)
    assert "59.6" not in sheet
    assert f"with memory it is {lesson_page.BLANK}" in sheet


def test_it_is_in_the_readers_language_and_says_which(lesson):
    speak("zh")
    html = write_page(lesson, has_answers=False)
    assert '<html lang="zh">' in html
    assert "是什么？" in html


@pytest.mark.parametrize("lesson", COURSE.values(), ids=COURSE.keys())
def test_every_lesson_is_printed_without_anything_that_runs(lesson):
    for has_answers in (False, True):
        html = write_page(lesson, has_answers)
        assert not re.search(r"<(script|img|iframe|link|a)\b| on\w+=", html)
        assert len(re.findall("<section>", html)) == len(lesson.steps)


def test_a_lesson_that_is_gone_is_a_sentence():
    answer = get([Route("/lesson/{name}.html", lesson_page.send_lesson)], "/lesson/gone.html")
    assert answer.status == 404
    assert answer.body == b"This lesson is not here any more. The page Lessons has all of them."


@pytest.mark.parametrize("name", COURSE)
def test_a_sheet_in_chinese_has_no_english_sentence(name):
    speak("zh")
    try:
        html = write_page(COURSE[name], has_answers=True)
    finally:
        speak("en")
    data = r"<code>.*?</code>|he said teddy [a-z ]+"
    texts = re.sub(data, "", html.partition("</style>")[2])
    assert not english_in(re.sub(r"<[^>]*>", "\n", texts))
    assert chinese_in(texts)
