"""What lessons point at: every name that a lesson says is one of the rail's."""

import re

from core.course.library import open_library
from dashboard.player.assets import WEB

NAME = re.compile(r'^  "?([\w:]+)"?:\s', re.MULTILINE)


def test_a_lesson_points_only_at_what_has_a_name():
    program = (WEB / "course" / "points.js").read_text("utf-8")
    names = set(NAME.findall(program.split("POINTS = {", 1)[1].split("\n};", 1)[0]))
    assert {"play", "row:", "column:b"} <= names
    patterns = tuple(name for name in names if name.endswith(":"))
    points = {
        (lesson.name, step.id, step.point)
        for lesson in open_library().lessons.values()
        for step in lesson.steps
        if step.point
    }
    assert points
    unknown = {point for point in points if point[2] not in names}
    assert not {point for point in unknown if not point[2].startswith(patterns)}
