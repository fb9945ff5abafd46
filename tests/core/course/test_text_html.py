"""The HTML of lessons: safe whatever the text, with links that do known things alone."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.course.figures import put_figure
from core.course.lesson import Figure
from core.course.text_html import to_html

TAGS = {"p", "strong", "em", "code", "pre", "ul", "ol", "li", "a", "br", "hr", "span", "s",
    "table", "thead", "tbody", "tr", "th", "td", "blockquote"}  # fmt: skip
ATTRIBUTES = {
    "role",
    "tabindex",
    "data-verb",
    "data-argument",
    "href",
    "target",
    "rel",
    "start",
    "class",
    "style",
}


class Audit(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def audit(html):
    parser = Audit()
    parser.feed(html)
    return parser.found


def test_a_link_says_what_it_does_and_to_what():
    html = to_html("Try [this pair](type:13 - 6), see [a book](https://example.org/x).")
    (_p, one, other) = audit(html)
    assert one[1] == {
        "role": "button",
        "tabindex": "0",
        "data-verb": "type",
        "data-argument": "13 - 6",
    }
    assert other[1]["href"] == "https://example.org/x"
    assert other[1]["rel"] == "noopener noreferrer"
    assert "<a" not in to_html("Try [this](type:13).", linked=False)


@pytest.mark.parametrize("text", ["<script>x</script>", "<img src=x onerror=y>", "[x](javascript:alert(1))",
    '[x](step:"><b onclick=y>)', "![x](https://example.org/y)", "[x](data:text/html;base64,AA)"])  # fmt: skip
def test_nothing_of_the_authors_own_html_passes(text):
    for tag, attributes in audit(to_html(text)):
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert "javascript" not in str(attributes.get("href"))


@given(st.text(alphabet=st.sampled_from("<>[]()\"'&:=*_`{}|-#!\\ \nastephrfjv.1"), max_size=80))
def test_no_text_makes_other_elements(text):
    for tag, attributes in audit(to_html(text)):
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert str(attributes.get("href", "https://")).startswith(("https://", "http://"))


def test_figures_are_put_in_as_their_median_or_all_of_them():
    put_in = put_figure({"a": Figure((0.91, 1.0, 0.75), "percent")})
    html = "<p>91\u00a0% of 91\u00a0%, 100\u00a0%, 75\u00a0%, …</p>"
    assert to_html("{a} of {a.all}, {b}", put_in) == html


def test_what_all_seeds_have_in_common_is_written_once():
    put_in = put_figure({"a": Figure((0.59604, 0.59597, 0.596), "percent")})
    assert put_in("a", True) == "59.6\u00a0%"
