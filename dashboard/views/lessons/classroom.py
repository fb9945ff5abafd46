"""A class: its teacher opens a room, students come by a link, and their predictions are counted here without names."""

import streamlit as st

from core.common.messages import sentence_of
from core.course.library import open_library
from core.course.rooms import MAX_ROOM_DAYS, RoomError, Rooms, room_of
from core.io.store import runs_folder
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import LESSONS, LIVE
from dashboard.player.component import load_component
from dashboard.player.lesson_data import describe_lesson, title_of
from dashboard.session.course import CourseState
from dashboard.session.link import write_link
from dashboard.session.state import state
from dashboard.widgets.addresses import page_link
from dashboard.widgets.choice import pick_option


def draw_class(host: str) -> None:
    """The room of this teacher; without one, the way to open it. host: that belongs into a link for others."""
    mine = state(CourseState)
    with st.expander(_("For a class"), expanded=bool(mine.key), icon=":material/groups:"):
        if mine.key:
            _draw_room(mine.key, host)
            return
        st.markdown(
            _(
                "Open a room, and give its link to your class. What the students predict is counted here, without names, while they are in the lessons. Everything else that they answer stays in their browsers."
            )
        )
        if st.button(_("Open a room"), key="open room"):
            try:
                mine.key = Rooms(runs_folder()).open_room()
            except RoomError as error:
                st.warning(escape_markdown(_(sentence_of(error))))
                return
            write_link()
            st.rerun()


def _draw_room(key: str, host: str) -> None:
    st.markdown(_("The link for your class; a room is open for {n} days.", n=MAX_ROOM_DAYS))
    lessons = open_library().lessons
    names = ["", *lessons]
    name = pick_option(
        _("It opens"),
        names,
        "room lesson",
        lambda name: title_of(lessons[name]) if name else _("the page Lessons, in the room"),
    )
    query = ({"lesson": name} if name else {}) | {"room": room_of(key)}
    st.code(page_link(LIVE if name else LESSONS, query, host), language=None, wrap_lines=True)
    st.caption(
        _(
            "The address of this page holds the key of the room: keep it, and do not give it to the class."
        )
    )
    load_component("course/board")(key="board", data=_describe_board(key))


def _describe_board(key: str) -> dict[str, object]:
    lessons = {}
    for lesson in open_library().lessons.values():
        described = describe_lesson(lesson)
        steps = {
            step["id"]: {"html": step["html"], "choices": step["choices"], **step["predict"]}
            for step in described["steps"]
            if step["kind"] == "predict"
        }
        lessons[lesson.name] = {"title": f"{lesson.number} · {described['title']}", "steps": steps}
    return {
        "key": key,
        "lessons": lessons,
        "strings": {
            "nothing yet": _("Nobody has predicted anything yet."),
            "answers": _("{n} predictions"),
            "cannot ask": _(
                "The server does not answer at the moment; what is here is from before."
            ),
            "from to": _("from {low} to {high}"),
        },
    }
