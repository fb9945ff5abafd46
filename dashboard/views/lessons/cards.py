"""The list of the lessons: drawn in the browser, which alone knows how far the reader has come."""

from urllib.parse import quote

from core.course.lesson import Lesson
from core.course.library import Library
from dashboard.common.i18n import _, language, languages, name_of
from dashboard.common.markdown import escape_markdown
from dashboard.player.component import load_component
from dashboard.player.lesson_data import title_of
from dashboard.session.controls import read_message
from dashboard.session.course import CourseState
from dashboard.session.state import state
from dashboard.widgets.rail import follow

KEY = "lessons"


def draw_cards(library: Library) -> None:
    """All lessons that work, in their order."""
    data = {
        "lessons": [_describe_card(lesson) for lesson in library.lessons.values()],
        "room": state(CourseState).place.room,
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


def _describe_card(lesson: Lesson) -> dict[str, object]:
    text = lesson.texts[lesson.language_for(language())]
    return {
        "name": lesson.name,
        "number": lesson.number,
        "title": text.title,
        "question": text.question,
        "minutes": lesson.minutes,
        "steps": [step.id for step in lesson.steps],
        "languages": list(lesson.texts),
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
