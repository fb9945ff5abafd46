"""The shapes of networks as drawings: arrows run around the circles, and the words say what is drawn."""

import itertools
import re
from xml.etree import ElementTree

import pytest

from dashboard.figures.diagrams import (
    RADIUS,
    SHAPES,
    describe_shape,
    diagram_size,
    diagram_svg,
)


def circles_of(root: ElementTree.Element) -> list[tuple[float, float]]:
    return [
        (float(c.get("cx", 0)), float(c.get("cy", 0))) for c in root.iter() if "circle" in c.tag
    ]


def ways_of(root: ElementTree.Element) -> list[list[tuple[float, float]]]:
    return [
        [tuple(map(float, point.split(","))) for point in line.get("points", "").split()]
        for line in root.iter()
        if "polyline" in line.tag
    ]


def distance(point, one, other) -> float:
    """From a point to a piece of a line."""
    (x, y), (a, b), (c, d) = point, one, other
    length = (c - a) ** 2 + (d - b) ** 2
    t = max(0.0, min(1.0, ((x - a) * (c - a) + (y - b) * (d - b)) / length))
    return ((a + t * (c - a) - x) ** 2 + (b + t * (d - b) - y) ** 2) ** 0.5


@pytest.mark.parametrize("name", SHAPES)
def test_no_arrow_runs_through_a_circle(name):
    root = ElementTree.fromstring(diagram_svg(name))
    for way in ways_of(root):
        for one, other in itertools.pairwise(way):
            for circle in circles_of(root):
                assert distance(circle, one, other) >= RADIUS - 0.5, (way, circle)


@pytest.mark.parametrize("name", SHAPES)
def test_every_arrow_begins_and_ends_at_a_circle(name):
    root = ElementTree.fromstring(diagram_svg(name))
    for way in ways_of(root):
        for end in (way[0], way[-1]):
            nearest = min(
                ((x - end[0]) ** 2 + (y - end[1]) ** 2) ** 0.5 for x, y in circles_of(root)
            )
            assert nearest <= RADIUS + 5, (way, end)


@pytest.mark.parametrize("name", SHAPES)
def test_everything_is_inside(name):
    width, height = diagram_size(name)
    root = ElementTree.fromstring(diagram_svg(name))
    for x, y in (point for way in ways_of(root) for point in way):
        assert 0 <= x <= width
        assert 0 <= y <= height


@pytest.mark.parametrize("name", SHAPES)
def test_the_words_count_what_is_drawn(name):
    shape, words = SHAPES[name], describe_shape(name)
    assert words.startswith(name)
    circles = len(circles_of(ElementTree.fromstring(diagram_svg(name))))
    rows = shape.layers + shape.both
    assert circles == shape.steps * rows + len(shape.inputs) + len(shape.outputs)
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    assert shape.outputs[-1] + 1 in numbers
    assert ("reads backwards" in words) == shape.both
    assert ("next step's input" in words) == shape.back
