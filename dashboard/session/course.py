"""Where a reader stands in the course: the lesson, its step and the class's room; and their part of a link.

    ?lesson=why_memory&part=result&room=TOKEN          a lesson, at a step, in the room of a class
    /lessons?class=KEY                                 what a class has answered: the teacher's, who has opened the room

What the reader answers is not here: it stays in the browser.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.common.messages import Sentence, say
from core.course.lesson import Lesson
from core.course.library import open_library
from dashboard.session.state import state

PARAMETERS = ("lesson", "part", "room", "class")  # of the link
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
MAX_NAME_CHARACTERS = 40


@dataclass(frozen=True)
class Place:
    """A step of a lesson. lesson, step: "" outside of lessons. room: the token of the class's, "" without."""

    lesson: str = ""
    step: str = ""
    room: str = ""

    def to_query(self) -> dict[str, str]:
        """Its part of a link."""
        parts = {"lesson": self.lesson, "part": self.step, "room": self.room}
        return {name: text for name, text in parts.items() if text}


@dataclass
class CourseState:
    """place: of this session. opens: whether its step has still to set the page up, because a link led to it.

    complaint: why a link led to no lesson; None: there is nothing to say. goes_to: address of the page that a click leads
    to; None: the reader stays. key: of the room that this reader has opened, "" without. greets: whether the address said
    nothing, so that a first visitor is asked whether to take the course.
    """

    place: Place = field(default_factory=Place)
    opens: bool = False
    complaint: Sentence | None = None
    goes_to: str | None = None
    key: str = ""
    greets: bool = False


def lesson_now() -> Lesson | None:
    """The lesson that the reader is in; None outside, or where its folder has gone."""
    return open_library().lessons.get(state(CourseState).place.lesson)


def read_place(query: Mapping[str, str]) -> tuple[Place, Sentence | None]:
    """The place that a link leads to, and a sentence where the link names a lesson, a step or a room that there is not."""
    room = query.get("room", "")
    room = room if TOKEN.fullmatch(room) else ""
    name, id = query.get("lesson", ""), query.get("part", "")
    if not name:
        return Place(room=room), _garbled(query)
    library = open_library()
    lesson = library.lessons.get(name)
    if lesson is None:
        return Place(room=room), _missing(name[:MAX_NAME_CHARACTERS])
    first = lesson.steps[0].id
    if not id or lesson.step(id) is not None:
        return Place(name, id or first, room), _garbled(query)
    complaint = say(
        "part: expected a step of the lesson, got {part}. The lesson begins with its first step.",
        part=repr(id[:MAX_NAME_CHARACTERS]),
    )
    return Place(name, first, room), complaint


def _garbled(query: Mapping[str, str]) -> Sentence | None:
    """What is said of a room or a key that is none; None where there is nothing to say."""
    texts = {name: query.get(name, "") for name in ("room", "class")}
    for name, text in texts.items():
        if text and not TOKEN.fullmatch(text):
            return say(
                "{what}: expected 16 to 64 letters, digits, - or _, got {got}. Copy the whole link of the class.",
                what=name,
                got=repr(text[:MAX_NAME_CHARACTERS]),
            )
    return None


def _missing(name: str) -> Sentence:
    return say(
        "lesson: expected a lesson of this course, got {name}. The page Lessons has all of them.",
        name=repr(name),
    )


def read_key(query: Mapping[str, str]) -> str:
    """The key of the teacher's room in a link; "" without."""
    key = query.get("class", "")
    return key if TOKEN.fullmatch(key) else ""


def restore_from_link(place: Place, complaint: Sentence | None, has_settings: bool) -> None:
    """Notes where the session's link leads to. has_settings: it says itself how the page is set up."""
    mine = state(CourseState)
    mine.place, mine.complaint = place, complaint
    mine.greets = not has_settings and not place.lesson and complaint is None
    mine.opens = bool(place.lesson) and not has_settings


def to_query(is_teachers: bool = False) -> dict[str, str]:
    """The course's part of a link. is_teachers: of the page that shows the room, whose key stands nowhere else."""
    mine = state(CourseState)
    key = {"class": mine.key} if is_teachers and mine.key else {}
    return mine.place.to_query() | key
