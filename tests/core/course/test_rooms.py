"""The rooms of a class: thirty are counted once each, and who floods takes nothing from the others."""

import math
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.course import rooms
from core.course.lesson import Step
from core.course.rooms import RoomError, Rooms, room_of

CHOICE = Step("ask", "predict", {"choice": ["few", "many"]})
NUMBER = Step("guess", "predict", {"number": {"low": 0, "high": 1, "unit": ""}})
CURVE = Step("draw", "predict", {"curve": {"x": [50, 1], "y": [0, 1], "log": False, "points": 6}})


@pytest.fixture
def clock():
    return [1000.0]


@pytest.fixture
def place(tmp_path, clock):
    return Rooms(tmp_path, now=lambda: clock[0])


def test_thirty_at_once_are_counted_once_each(place):
    key = place.open_room()

    def answer(k):
        for value in ("few", "many"):
            place.answer(room_of(key), ("small", CHOICE), f"visitor-{k}", value)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(answer, range(30)))
    assert place.read_answers(key) == {"small": {"ask": ["many"] * 30}}


def test_the_room_of_the_students_tells_nobody_what_was_answered(place):
    key = place.open_room()
    assert room_of(key) != key
    with pytest.raises(RoomError) as caught:
        place.read_answers(room_of(key))
    assert caught.value.status == 404


def test_who_floods_is_refused_for_a_while_and_the_others_are_not(place, clock):
    key = place.open_room()
    room = room_of(key)
    place.answer(room, ("small", CHOICE), "quiet-one", "few")
    for _ in range(rooms.BURST):
        place.answer(room, ("small", CHOICE), "loud-one", "many")
    for _ in range(80):
        with pytest.raises(RoomError) as caught:
            place.answer(room, ("small", CHOICE), "loud-one", "many")
        assert caught.value.status == 429
    place.answer(room, ("small", NUMBER), "quiet-one", 0.5)
    place.answer(room, ("small", NUMBER), "third-one", 0.25)
    assert place.read_answers(key)["small"] == {"ask": ["few", "many"], "guess": [0.25, 0.5]}
    clock[0] += rooms.BURST_SECONDS + 1
    place.answer(room, ("small", CHOICE), "loud-one", "few")


def test_many_made_up_visitors_of_one_address_leave_room_for_others(place):
    key = place.open_room()
    room = room_of(key)
    for k in range(rooms.MAX_VISITORS_OF_ADDRESS):
        place.answer(room, ("small", CHOICE), f"made-up-{k}", "few", "10.0.0.9")
    with pytest.raises(RoomError) as caught:
        place.answer(room, ("small", CHOICE), "made-up-more", "few", "10.0.0.9")
    assert caught.value.status == 429
    place.answer(room, ("small", CHOICE), "somebody", "many", "10.0.0.8")
    assert place.read_answers(key)["small"]["ask"].count("many") == 1


@pytest.mark.parametrize(
    ("step", "value"),
    [(CHOICE, "none"), (CHOICE, ["few"]), (CHOICE, None), (NUMBER, "abc"), (NUMBER, 10**400), (NUMBER, math.nan),
     (NUMBER, True), (CURVE, []), (CURVE, [0.1] * 25), (CURVE, [[1, 2, 3]]), (CURVE, ["x"]),
     (Step("why", "explain", {}), "few")],
)  # fmt: skip
def test_what_is_no_answer_to_the_question_is_a_sentence_and_is_not_kept(place, step, value):
    key = place.open_room()
    with pytest.raises(RoomError, match=r"expected one to this step's question") as caught:
        place.answer(room_of(key), ("small", step), "visitor-1", value)
    assert caught.value.status == 400
    assert len(str(caught.value)) < 300
    assert place.read_answers(key) == {}


def test_curves_and_numbers_come_back_as_they_were(place):
    key = place.open_room()
    place.answer(room_of(key), ("small", CURVE), "visitor-1", [[50, 1], [1, 0.5]])
    place.answer(room_of(key), ("small", CURVE), "visitor-2", [1, 0.5])
    assert place.read_answers(key) == {"small": {"draw": [[1.0, 0.5], [[50.0, 1.0], [1.0, 0.5]]]}}


def test_old_rooms_go_and_unused_ones_make_room(place, clock, monkeypatch):
    monkeypatch.setattr(rooms, "MAX_ROOMS", 2)
    used = place.open_room()
    place.answer(room_of(used), ("small", CHOICE), "visitor-1", "few")
    unused = place.open_room()
    third = place.open_room()
    assert place.read_answers(used)
    assert place.read_answers(third) == {}
    with pytest.raises(RoomError):
        place.read_answers(unused)
    place.answer(room_of(third), ("small", CHOICE), "visitor-1", "few")
    with pytest.raises(RoomError) as caught:
        place.open_room()
    assert caught.value.status == 507
    clock[0] += 31 * 86400
    place.open_room()
    with pytest.raises(RoomError):
        place.read_answers(used)


def test_nothing_in_the_file_names_anybody(place, tmp_path):
    key = place.open_room()
    place.answer(room_of(key), ("small", CHOICE), "visitor-1", "few", "192.168.1.23")
    with sqlite3.connect(tmp_path / rooms.FILE) as database:
        dump = "\n".join(database.iterdump())
    assert "192.168" not in dump
    assert key not in dump


def test_a_folder_that_takes_nothing_is_a_sentence(tmp_path):
    (tmp_path / rooms.FILE).mkdir()
    (tmp_path / "file").touch()
    for folder in (tmp_path, tmp_path / "file"):
        with pytest.raises(RoomError, match="cannot be kept at the moment") as caught:
            Rooms(folder).open_room()
        assert caught.value.status == 503
