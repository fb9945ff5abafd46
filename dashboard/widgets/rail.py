"""The rail: the lesson that the reader is in, beside every page; and what a click in it does."""

import functools
from typing import Any

import streamlit as st

from core.common.messages import say, sentence_of
from core.course.glossary import Entry, read_glossary
from core.course.library import open_library
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import LESSONS, PAGES, Page, go_to
from dashboard.player.component import load_component
from dashboard.player.course_strings import course_strings
from dashboard.player.lesson_data import describe_figures, describe_lesson, describe_terms
from dashboard.player.messages import Message
from dashboard.session.controls import read_message
from dashboard.session.course import CourseState, lesson_now
from dashboard.session.lesson_steps import enter_step, leave_lesson
from dashboard.session.live_run import find_run
from dashboard.session.state import state

KEY = "rail"
ENTER, RESTORE, LEAVE = "enter", "restore", "leave"
# The page gets the room that is left: beside the rail the main part ends where the rail begins. On a phone the rail
# stands above the page and stays in sight; its element's own place in the page is then as high as itself.
STYLE = """<style>
:root { --rail: 0px; }
.stElementContainer:has(> .stHtml > style) { display: none; }
.course-point {
  position: fixed; z-index: 90; top: 0; left: 0; box-sizing: border-box; pointer-events: none;
  border: 0.1875rem solid #b58100; border-radius: 0.5rem; box-shadow: 0 0 0 0.1875rem rgb(127 127 127 / 22%); }
@media (prefers-reduced-motion: no-preference) {
  .course-point { animation: course-point 1.2s ease-out 2; }
  @keyframes course-point { 50% { border-color: transparent; } }
}
@media (min-width: 900px) {
  :root { --rail: min(21rem, 38vw); }
  .stMain { width: auto; right: var(--rail); margin-right: var(--rail); }
  :has(> .st-key-rail_box) { position: absolute; max-width: 1px; }
  .st-key-rail_box {
    position: fixed; z-index: 95; top: 3.25rem; right: 0; bottom: 0; width: var(--rail); max-width: none; gap: 0; }
}
@media (max-width: 899px) {
  :has(> .st-key-rail_box) { position: sticky; z-index: 95; top: 3.25rem; }
  .st-key-rail_box { gap: 0; }
}
</style>"""


def draw_rail(page: Page) -> None:
    """The rail, where the reader is in a lesson; goes to the page that a link or a click in it leads to."""
    mine = state(CourseState)
    if mine.complaint is not None:
        st.warning(escape_markdown(say_by_label(mine.complaint)))
    lesson = lesson_now()
    if lesson is not None and mine.opens:
        mine.goes_to = enter_step(lesson, mine.place.step, anew=True).url
    if mine.goes_to not in (None, page.url):
        go_to(PAGES[mine.goes_to])
    mine.goes_to = None  # not before it is reached: another click may come on the way
    if lesson is None or page is LESSONS:
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
        "strings": course_strings(),
        "stamp": [lesson.name, mine.place.step],
        "now": _describe_now(page),
    }
    with st.container(key="rail_box"):
        st.html(STYLE)
        load_component("course/rail")(key=KEY, data=data, on_go_change=follow_click)


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
    """Does what was clicked on in the rail."""
    message = read_message(KEY, "go")
    if message is not None:
        follow(message)


def follow(message: Message) -> None:
    """Enters a step, or leaves: nothing that the browser sends is followed but names of lessons and steps.

    A lesson without a step is entered at its first. A step is entered on the page that it is about, also where it leaves
    that page as it is: of two quick clicks the second comes before the first one's page does, or from the page before it.
    """
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
    id = message.text("step") or lesson.steps[0].id
    try:
        mine.goes_to = enter_step(lesson, id, anew=kind == RESTORE).url
    except LookupError as error:
        mine.complaint = say("{problem}", problem=sentence_of(error))
