"""The rail: the lesson that the reader is in, beside every page; and what a click in it does."""

import functools
from typing import Any

import streamlit as st

from core.common.messages import say, sentence_of
from core.course.glossary import Entry, read_glossary
from core.course.library import open_library
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import PAGES, Page, go_to
from dashboard.player.lesson_data import describe_figures, describe_lesson, describe_terms
from dashboard.session.controls import read_message
from dashboard.session.course import CourseState, lesson_now
from dashboard.session.lesson_steps import enter_step, leave_lesson
from dashboard.session.live_run import find_run
from dashboard.session.state import state
from dashboard.widgets.rail_place import KEY, mount_rail

ENTER, RESTORE, LEAVE = "enter", "restore", "leave"


def draw_rail(page: Page) -> None:
    """The rail, where the reader is in a lesson; goes to the page that a link or a click in it leads to."""
    mine = state(CourseState)
    if mine.complaint is not None:
        st.warning(escape_markdown(_(mine.complaint)))
    lesson = lesson_now()
    if lesson is not None and mine.opens:
        _go(page, enter_step(lesson, mine.place.step, anew=True))
    goes_to, mine.goes_to = mine.goes_to, None
    if goes_to is not None:
        _go(page, PAGES[goes_to])
    if lesson is None:
        return
    after = next(
        (each for each in open_library().lessons.values() if each.number > lesson.number), None
    )
    data = {
        "lesson": describe_lesson(lesson, after),
        "at": mine.place.step,
        "room": mine.place.room,
        "figures": describe_figures(lesson),
        "terms": describe_terms(lesson, glossary()),
        "stamp": [lesson.name, mine.place.step],
        "now": _describe_now(page),
    }
    mount_rail(data, follow_click)


def _go(page: Page, wanted: Page | None) -> None:
    if wanted is not None and wanted != page:
        go_to(wanted)


@functools.cache
def glossary() -> dict[str, Entry]:
    """The entries of the glossary."""
    return read_glossary()[0]


def _describe_now(page: Page) -> dict[str, Any]:
    """What the page shows, for one that has no player to say so."""
    run = find_run()
    if run is None:
        return {"page": page.name, "update": 0, "metrics": {}}
    evaluations = run.curves.evaluations
    metrics = dict(evaluations[max(evaluations)]) if evaluations else {}
    return {"page": page.name, "update": run.trainer.index, "metrics": metrics}


def follow_click() -> None:
    """Does what was clicked on: nothing that the browser sends is followed but names of lessons and steps."""
    message = read_message(KEY, "go")
    if message is None:
        return
    mine, kind = state(CourseState), message.text("kind")
    mine.complaint = None
    if kind == LEAVE:
        page = leave_lesson()
        mine.goes_to = page.url if page is not None else None
        return
    lesson = open_library().lessons.get(message.text("lesson"))
    if lesson is None or kind not in (ENTER, RESTORE):
        mine.complaint = say("This lesson is not here any more. The page Lessons has all of them.")
        return
    try:
        page = enter_step(lesson, message.text("step"), anew=kind == RESTORE)
    except LookupError as error:
        mine.complaint = say("{problem}", problem=sentence_of(error))
        return
    mine.goes_to = page.url if page is not None else None
