"""Sentences for a reader: a template and its values, so that both can be put into any language later.

    raise ValueError(say("{what}: expected a whole number, got {value}.", what=name, value=shorten(value)))

It is English text wherever text is wanted. What shows it to a reader translates the template, then puts the values in;
values that are sentences themselves are translated, too. Nothing here knows any language but English.
"""

import functools
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any


class Sentence(str):
    """The English text of `template` with its `values` put in."""

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, values: Mapping[str, Any]) -> "Sentence":
        """The text, which knows what it was made of."""
        sentence = super().__new__(cls, template.format_map(values) if values else template)
        sentence.template, sentence.values = template, MappingProxyType(dict(values))
        return sentence

    def __reduce__(
        self,
    ) -> tuple[Any, ...]:  # a mappingproxy cannot be pickled, and workers send errors
        return Sentence, (self.template, dict(self.values))


def say(template: str, /, **values: Any) -> Sentence:
    """The sentence of this template; a literal one, so that it can be collected for translation.

    Without values the template is the text itself, braces and all.
    """
    return Sentence(template, values)


def either(words: Iterable[str]) -> str:
    """The words with "or" between each two of them."""
    return functools.reduce(_with_or, words)


def both(words: Iterable[str]) -> str:
    """The words with "and" between each two of them."""
    return functools.reduce(_with_and, words)


def _with_or(some: str, one: str) -> Sentence:
    return say("{some} or {one}", some=some, one=one)


def _with_and(some: str, one: str) -> Sentence:
    return say("{some} and {one}", some=some, one=one)


def sentence_of(error: BaseException) -> str:
    """What an error says: its sentence where it was raised with one, else its text."""
    first = next(iter(error.args), None)
    return first if isinstance(first, Sentence) else str(error)
