"""Lessons: the course, what is answered where, and what a teacher needs."""

import streamlit as st

from core.course.library import open_library
from core.course.notes import read_notes
from dashboard.common.i18n import _, language
from dashboard.common.markdown import escape_markdown
from dashboard.session.link import write_link
from dashboard.views.lessons import cards, classroom
from dashboard.widgets.addresses import find_reach
from dashboard.widgets.heading import draw_heading

write_link()
library = open_library()
draw_heading(_("{n} lessons that ask before they show", n=len(library.lessons)))
st.markdown(
    _(
        "Each lesson asks a question, and you say what you expect. Then you try it on the real page, and your prediction stands beside what came. Your answers stay in this browser."
    )
)
host = find_reach().host_for_others
classroom.draw_class(host)
cards.draw_cards(library, host)
for sentence in library.broken.values():
    st.warning(escape_markdown(_(sentence)))
with st.expander(_("The questions of the course notes, and which lesson answers them")):
    code = language()
    rows = []
    for row in read_notes():
        says = row.says.get(code) or next(iter(row.says.values()))
        answer = row.answer.get(code) or next(iter(row.answer.values()))
        rows.append((row, escape_markdown(says), escape_markdown(answer)))
    lines = [f"| | {_('The notes')} | {_('Here')} | {_('Lesson')} |", "| ---: | --- | --- | --- |"]
    for row, says, answer in rows:
        place = cards.link_in_table(answer, row.at) if row.at else answer
        lesson = library.lessons.get(row.lesson)
        title = (
            cards.link_in_table(cards.title_in_table(lesson), f"/?lesson={row.lesson}")
            if lesson
            else ""
        )
        lines.append(f"| {row.number} | {says} | {place} | {title} |")
    st.markdown("\n".join(lines))
