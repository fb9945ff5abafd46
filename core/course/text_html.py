"""The Markdown of lessons and glossary -> safe HTML: no HTML of the author's own passes, links do known things alone.

"See [the borrow](step:2): {with_memory}." -> <p>See <a … data-verb="step" data-argument="2">the borrow</a>: 100 %.</p>
"""

import functools
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote, unquote

from markdown_it import MarkdownIt

from ..common.messages import say
from ..training.look_text import LINK, VERBS, plain_look
from .fields import misfit

# Verbs of a lesson's links: those of an example's text, and `term`, an entry of the glossary.
LESSON_VERBS = (*VERBS, "term")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]{0,39})(?:\.(all))?\}")
_WEB = ("http", "https")
_RULES = [
    "emphasis",
    "backticks",
    "list",
    "link",
    "escape",
    "newline",
    "entity",
    "fence",
    "table",
    "blockquote",
    "strikethrough",
]
_QUOTED = re.compile(r"([a-z]+):([A-Za-z0-9_.~%-]*)")
PutIn = Callable[[str, bool], str]  # name of a figure, whether all seeds -> text


def check_markdown(place: str, text: str) -> None:
    """ValueError with a sentence: a link of this text does something that there is not."""
    for match in LINK.finditer(text):
        if match[2] not in (*LESSON_VERBS, *_WEB):
            expected = say("a verb of {names}", names=", ".join(LESSON_VERBS))
            raise misfit(place, expected, match[2], say("Use one in the link."))


def terms_in(text: str) -> list[str]:
    """The entries of the glossary that a text names, in order."""
    return [match[3] for match in LINK.finditer(text) if match[2] == "term"]


def plain_text(text: str) -> str:
    """A line without emphasis and links, for where there is no HTML."""
    return re.sub(r"(\*\*?|`)(\S|\S.*?\S)\1", r"\2", plain_look(text))


def has_markup(text: str) -> bool:
    """Whether a line has emphasis, code or links, which are lost where there is no HTML."""
    return "<" in _parser().renderInline(LINK.sub(_quote_argument, text), {"linked": True})


def to_html(text: str, put_in: PutIn | None = None, linked: bool = True) -> str:
    """The HTML of a text. put_in: of the figures that it names. linked: else links are their words alone, for paper."""
    filled = fill_in(text, put_in)
    quoted = LINK.sub(_quote_argument, filled)
    return _parser().render(quoted, {"linked": linked}).strip()


def fill_in(text: str, put_in: PutIn | None) -> str:
    """The text with its figures in the places that name them."""
    if put_in is None:
        return text
    return PLACEHOLDER.sub(lambda match: put_in(match[1], match[2] is not None), text)


def _quote_argument(match: re.Match[str]) -> str:
    """A link whose address Markdown takes for one: arguments have blanks and signs."""
    words, verb, argument = match.groups()
    return match[0] if verb in _WEB else f"[{words}]({verb}:{quote(argument, safe='')})"


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "maxNesting": 20}).enable(_RULES)
    parser.validateLink = _is_known  # type: ignore[method-assign]
    parser.add_render_rule("link_open", _open_link)
    parser.add_render_rule("link_close", _close_link)
    return parser


def _is_known(address: str) -> bool:
    match = _QUOTED.fullmatch(address)
    return address.startswith(("https://", "http://")) or (
        match is not None and match[1] in LESSON_VERBS
    )


def _open_link(
    _self: Any, tokens: Any, k: int, _options: Any, environment: Mapping[str, bool]
) -> str:
    address = str(tokens[k].attrGet("href"))
    match = _QUOTED.fullmatch(address)
    if not environment["linked"]:
        return "<span>"
    if match is None:
        return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">'
    argument = escape(unquote(match[2]))
    return f'<a role="button" tabindex="0" data-verb="{match[1]}" data-argument="{argument}">'


def _close_link(
    _self: Any, _tokens: Any, _k: int, _options: Any, environment: Mapping[str, bool]
) -> str:
    return "</a>" if environment["linked"] else "</span>"
