"""Every string that a module of the player names is there."""

import re

from dashboard.player import assets
from dashboard.player.course_strings import course_strings
from dashboard.player.elsewhere_strings import elsewhere_strings
from dashboard.player.strings import player_strings

NAMED = re.compile(r'\bS\["([^"]+)"\]|\bstrings\["([^"]+)"\]|\bS\.(\w+)|\bstrings\.(\w+)')
MODULES = ("rows/", "aside/", "panels/", "examples/", "top/", "time_axis.js", "progress.js")


def test_every_string_of_the_live_page_is_sent():
    texts = {
        name: content.decode()
        for name, content in assets.read_files().items()
        if name.endswith(".js") and name.startswith(MODULES)
    }
    assert len(texts) > 20
    named = {
        (name, next(filter(None, match)))
        for name, text in texts.items()
        for match in NAMED.findall(text)
    }
    sent = player_strings() | elsewhere_strings("running")
    missing = {(name, key) for name, key in named if key not in sent}
    assert not missing


def test_the_words_of_rows_and_readings_have_all_their_kinds():
    strings = player_strings()
    for at in ("last", "every"):
        assert {f"says {at}", f"says {at} in full", f"learns {at}", f"learns {at} in full"} <= {
            *strings
        }
        assert "{share}" in strings[f"gradient here {at}"]
    for shade in ("dark", "light"):
        assert f"{shade} keeps, replaced" in strings
        assert f"{shade} keeps, erased" in strings


RAIL = ("rail.js", "rail_page.js", "fields.js", "curve_pad.js", "overlay.js", "steps/")


def test_every_string_of_the_rail_is_sent():
    strings = course_strings()
    texts = [
        content.decode()
        for name, content in assets.read_files().items()
        if name.endswith(".js") and name.startswith(tuple(f"course/{module}" for module in RAIL))
    ]
    named = {next(filter(None, match)) for text in texts for match in NAMED.findall(text)}
    assert len(named) > 30
    assert named <= set(strings)
    kinds = ("read", "predict", "until", "reveal", "explain", "check", "transfer")
    problems = ("empty", "no number", "too large", "too long")
    built = {f"kind {kind}" for kind in kinds} | {f"number {problem}" for problem in problems}
    assert built <= set(strings)
