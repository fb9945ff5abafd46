"""The text of an example that says where to look."""

import pytest

from core.training.look_text import Link, parse_look, plain_look

TEXT = "After y-a-m; [the next a](step:4) decides. [Hold z](hold:z=0), [release it](hold:)!"


def test_a_text_is_cut_at_its_links_and_nothing_of_it_is_lost():
    assert parse_look(TEXT) == (
        "After y-a-m; ",
        Link("step", "4", "the next a"),
        " decides. ",
        Link("hold", "z=0", "Hold z"),
        ", ",
        Link("hold", "", "release it"),
        "!",
    )
    assert plain_look(TEXT) == "After y-a-m; the next a decides. Hold z, release it!"


def test_what_only_resembles_a_link_stays_text():
    for text in ("[a list] (of words)", "x[3](t)", "<b>step:4</b>", "[](step:4)"):
        assert parse_look(text) == (text,)
        assert plain_look(text) == text


def test_an_unknown_verb_is_refused_with_the_known_ones():
    with pytest.raises(LookupError, match=r"expected a verb of step, .*, got 'javascript'"):
        parse_look("[click](javascript:alert)")
