"""The page Lessons: the list for the browser, the questions of the notes, and a teacher's room."""

import time
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from core.course.lesson_file import read_lesson
from core.course.library import Library
from core.course.rooms import Rooms, room_of
from dashboard.session import autosave
from dashboard.session.course import CourseState, Place
from dashboard.session.settings import Settings
from dashboard.views.lessons import cards
from tests.helpers.lessons import write_lesson
from tests.helpers.pages import MAIN, go_to, run_of, state_of, words_of


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path / "runs"))
    return tmp_path


def open_page(page: str = "lessons", **query: str) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=300)
    for name, value in query.items():
        app.query_params[name] = value
    return go_to(app, page).run()


def test_the_page_has_the_notes_questions_with_a_link_to_each_lesson():
    app = open_page()
    assert not app.exception
    (table,) = [each.value for each in app.markdown if "| ---:" in each.value]
    assert "./?lesson=why_memory" in table
    assert table.count("\n") > 80


def test_a_teacher_opens_a_room_whose_key_is_on_this_page_alone(folder):
    app = open_page()
    app.button(key="open room").click().run()
    assert not app.exception
    key = state_of(app, CourseState).key
    assert Rooms(folder / "runs").read_answers(key) == {}
    assert app.query_params["class"] in (key, [key])
    assert f"/lessons?room={room_of(key)}" in app.code[0].value, "where a lesson is chosen"
    assert key not in app.code[0].value
    go_to(app, "live").run()
    assert "class" not in app.query_params, "it is not shared by mistake"
    again = open_page(**{"class": key})
    assert f"room={room_of(key)}" in again.code[0].value


def test_the_link_of_a_lesson_leads_the_class_into_the_room_of_its_teacher(monkeypatch):
    sent = {}
    monkeypatch.setattr(cards, "load_component", lambda name: lambda data, **_: sent.update(data))
    app = open_page()
    app.button(key="open room").click().run()
    room = room_of(state_of(app, CourseState).key)
    link = urlsplit(sent["lessons"][0]["links"]["zh"])
    assert link.path == "/"
    assert parse_qs(link.query) == {"lesson": ["why_memory"], "room": [room], "lang": ["zh"]}


def test_a_link_to_a_lesson_sets_its_page_up_and_one_that_is_gone_says_so():
    app = open_page("live", lesson="why_memory", room="r" * 24)
    assert not app.exception
    place = state_of(app, CourseState).place
    assert (place.lesson, place.step, place.room) == ("why_memory", "question", "r" * 24)
    assert run_of(app).trainer.experiment.task == "subtraction"
    assert state_of(app, Settings).experiment.task == "subtraction"
    gone = open_page("live", lesson="g" * 400)
    assert not gone.exception
    assert "expected a lesson of this course" in gone.warning[0].value.replace("\\", "")
    lost = open_page("live", lesson="why_memory", part="nowhere")
    assert "expected a step of the lesson" in lost.warning[0].value.replace("\\", "")
    assert run_of(lost).trainer.experiment.task == "subtraction"


def test_a_link_with_settings_shows_these_and_not_those_of_the_step():
    app = open_page("live", lesson="why_memory", part="question", task="adding", length="5")
    assert run_of(app).trainer.experiment.task == "adding"
    assert state_of(app, CourseState).place.lesson == "why_memory"


def test_a_broken_lesson_is_named_and_the_others_are_there(folder, monkeypatch):
    from core.common.messages import say
    from core.course import library

    sound = read_lesson(write_lesson(folder))
    shelf = Library({"small": sound}, {"04_x": say("assets/lessons/04_x: expected it. Write it.")})
    monkeypatch.setattr(library, "open_library", lambda: shelf)
    app = open_page()
    assert not app.exception
    assert "04_x: expected it" in app.warning[0].value.replace("\\", "")


def test_a_bare_address_offers_the_course_and_one_with_settings_does_not():
    assert state_of(open_page("live"), CourseState).greets
    assert not state_of(open_page("live", task="echo"), CourseState).greets
    assert not state_of(open_page("live", watch_live="0" * 16), CourseState).greets
    assert not state_of(open_page("live", lesson="why_memory"), CourseState).greets


def test_the_last_run_is_offered_before_and_after_a_lesson_and_not_beside_it(monkeypatch):
    entry = SimpleNamespace(id="0a1b2c3d", name="echo, RNN", index=700, saved=time.time())
    monkeypatch.setattr(autosave, "browser_key", lambda: "k" * 24)
    monkeypatch.setattr(autosave, "find_latest_run", lambda besides: entry)
    offered = "Your last run, just now: echo, RNN, update 700."
    app = open_page("live", lesson="why_memory")
    assert not app.exception
    assert offered not in words_of(app)
    state_of(app, CourseState).place = Place()
    assert offered in words_of(app.run())


@pytest.mark.parametrize(("page", "name"), [("lessons", "class"), ("live", "room")])
def test_a_key_that_is_none_is_said(page, name):
    app = open_page(page, **{name: "[]"})
    assert not app.exception
    (sentence,) = [each.value.replace("\\", "") for each in app.warning]
    assert sentence.startswith(f"{name.capitalize()}: expected 16 to 64 letters")
    assert "got '[]'" in sentence
