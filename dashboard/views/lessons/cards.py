"""The list of the lessons: drawn in the browser, which alone knows how far the reader has come."""

from urllib.parse import quote

from core.course.lesson import Lesson
from core.course.library import Library
from core.course.rooms import room_of
from dashboard.common.i18n import _, languages, name_of
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import LIVE
from dashboard.player.component import load_component
from dashboard.player.lesson_data import describe_heading, title_of
from dashboard.session.controls import read_message
from dashboard.session.course import CourseState
from dashboard.session.state import state
from dashboard.widgets.addresses import page_link
from dashboard.widgets.rail import follow

KEY = "lessons"


def draw_cards(library: Library, host: str) -> None:
    """All lessons that work, in their order. host: that belongs into a link for others; "" for the browser's own."""
    mine = state(CourseState)
    room = room_of(mine.key) if mine.key else mine.place.room
    data = {
        "lessons": [_describe_card(lesson, room, host) for lesson in library.lessons.values()],
        "languages": {code: name_of(code) for code in languages()},
        "strings": {
            "lessons done": _("{n} of {of} lessons done"),
            "start": _("Start"),
            "go on": _("Go on"),
            "again": _("Again"),
            "done": _("Done"),
            "steps done": _("{n} of {of} steps"),
            "minutes": _("{n} minutes"),
            "for teachers": _("For teachers"),
            "link for students": _("Link for students"),
            "print": _("To print"),
            "answer sheet": _("Answer sheet"),
        },
    }
    load_component("course/lessons")(key=KEY, data=data, on_go_change=_follow_click)


def _describe_card(lesson: Lesson, room: str, host: str) -> dict[str, object]:
    query = {"lesson": lesson.name} | ({"room": room} if room else {})
    return {
        **describe_heading(lesson),
        "steps": [step.id for step in lesson.steps],
        "links": {code: page_link(LIVE, query | {"lang": code}, host) for code in lesson.texts},
    }


def _follow_click() -> None:
    message = read_message(KEY, "go")
    if message is not None:
        follow(message)


def title_in_table(lesson: Lesson) -> str:
    """The title of a lesson, for a table of Markdown."""
    return escape_markdown(title_of(lesson))


def link_in_table(words: str, address: str) -> str:
    """A link to an address of the app, below whatever path it is served, for a table of Markdown."""
    return f"[{words}](.{quote(address, safe='/?=&%.,:+-_')})"
