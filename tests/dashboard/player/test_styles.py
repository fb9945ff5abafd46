"""The player's styles keep to the scale of type: four sizes, and two for what is read from afar."""

import re

import pytest

from dashboard.player.assets import STYLES, WEB

SIZES = {"0.75rem", "0.875rem", "1rem", "1.25rem", "inherit"}
LARGE = {"1.5rem", "2rem"}  # the sequence that is read, and the headline's figure
FONT = re.compile(r"(?<![\w-])font(?:-size)?:\s*([^;}]+)")


def sizes(style: str) -> list[str]:
    """Every size of type in a style sheet."""
    text = (WEB / style).read_text("utf-8")
    found = []
    for value in FONT.findall(text):
        size = re.search(r"[\d.]+(?:rem|px|em|%)|inherit", value)
        found.append(size[0] if size else value)
    return found


@pytest.mark.parametrize("style", STYLES)
def test_type_has_the_sizes_of_the_scale(style):
    assert set(sizes(style)) <= SIZES | LARGE


def test_all_style_sheets_are_served():
    assert {path.name for path in WEB.glob("*.css")} == set(STYLES)


def test_a_component_loads_all_style_sheets_in_the_order_of_the_page():
    program = (WEB / "mount.js").read_text("utf-8")
    listed = program.split("const STYLES = [", 1)[1].split("]", 1)[0]
    assert tuple(re.findall(r'"([^"]+)"', listed)) == STYLES
