"""The route of the rooms: thirty predictions are counted, foreign pages and nonsense get a sentence."""

import asyncio
import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from core.course.lesson_file import read_lesson
from core.course.library import Library
from core.course.rooms import Rooms, room_of
from dashboard.serving import rooms
from tests.helpers.lessons import write_lesson

APP = Starlette(routes=[Route("/rooms/{token}", rooms.answer_request, methods=["GET", "POST"])])


@pytest.fixture
def key(tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path / "runs"))
    library = Library({"small": read_lesson(write_lesson(tmp_path))}, {})
    monkeypatch.setattr(rooms, "open_library", lambda: library)
    return Rooms(tmp_path / "runs").open_room()


def ask(*requests):
    async def run():
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await asyncio.gather(*(client.request(**request) for request in requests))

    return asyncio.run(run())


def post(token, headers=None, **values):
    values = {
        "visitor": "visitor-1",
        "lesson": "small",
        "step": "question",
        "value": "few",
    } | values
    return {"method": "POST", "url": f"/rooms/{token}", "json": values, "headers": headers}


def get(token, headers=None):
    return {"method": "GET", "url": f"/rooms/{token}", "headers": headers}


def test_thirty_students_are_counted_and_two_tabs_of_one_are_one(key):
    requests = [post(room_of(key), visitor=f"visitor-{k}", value="many") for k in range(30)]
    assert {answer.status_code for answer in ask(*requests, requests[0])} == {204}
    (counts,) = ask(get(key))
    assert counts.json() == {"small": {"question": ["many"] * 30}}
    assert counts.headers["cache-control"] == "no-store"
    (seen,) = ask(get(room_of(key)))
    assert seen.status_code == 404, "students see nothing"


WRONG = {
    "another page": ({"headers": {"origin": "http://elsewhere"}}, 403),
    "a step that is gone": ({"step": "gone"}, 404),
    "a lesson that is gone": ({"lesson": ["x"]}, 404),
    "a step without a prediction": ({"step": "why"}, 400),
    "no visitor": ({"visitor": "<b>"}, 400),
    "an answer of another question": ({"value": "abc"}, 400),
    "a number without end": ({"step": "number", "value": 10**400}, 400),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_makes_no_sense_is_a_sentence(key, what):
    changes, status = WRONG[what]
    (answer,) = ask(post(room_of(key), **changes))
    assert answer.status_code == status
    assert answer.text.endswith(".")
    assert answer.headers["content-type"].startswith("text/plain")
    assert ask(get(key))[0].json() == {}


def test_a_body_that_is_too_long_or_no_json_is_a_sentence(key):
    url = f"/rooms/{room_of(key)}"
    headers = {"content-type": "application/json"}
    for content, status in ((json.dumps({"x": "y" * 70_000}), 413), ("[", 400), ("[]", 400)):
        (answer,) = ask({"method": "POST", "url": url, "content": content, "headers": headers})
        assert answer.status_code == status
    (form,) = ask({"method": "POST", "url": url, "data": {"value": "few"}})
    assert form.status_code == 415, "a form of another page cannot be JSON"


def test_one_who_floods_gets_a_sentence_and_the_others_are_counted(key):
    flood = ask(*(post(room_of(key)) for _ in range(60)))
    assert {answer.status_code for answer in flood} == {204, 429}
    (other,) = ask(post(room_of(key), visitor="visitor-2", value="many"))
    assert other.status_code == 204
    assert ask(get(key))[0].json() == {"small": {"question": ["few", "many"]}}
