"""Where the rail of a lesson stands: beside the page where there is room for it, else above it.

The browser shows the steps and keeps the answers (player/web/course); Python sets the page up for the step that the
reader has entered.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard.player.component import load_component
from dashboard.player.course_strings import course_strings

KEY = "course rail"
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
  :has(> .st-key-course-rail) { position: absolute; max-width: 1px; }
  .st-key-course-rail {
    position: fixed; z-index: 95; top: 3.25rem; right: 0; bottom: 0; width: var(--rail); max-width: none; gap: 0; }
}
@media (max-width: 899px) {
  :has(> .st-key-course-rail) { position: sticky; z-index: 95; top: 3.25rem; }
  .st-key-course-rail { gap: 0; }
}
</style>"""


def mount_rail(data: Mapping[str, Any], on_go: Callable[[], None]) -> None:
    """Mounts the rail with a lesson; the value of its key has `go` in `on_go`: {lesson, step, kind}.

    data: lesson, at, room, figures, terms, as web/course/course_types.d.ts describes them.
    """
    with st.container(key=KEY.replace(" ", "-")):
        st.html(STYLE)
        load_component("course/rail")(
            key=KEY, data={**data, "strings": course_strings()}, on_go_change=on_go
        )
