"""Sentences for a reader: a template and its values, so that both can be put into any language later.

    raise ValueError(say("{what}: expected a whole number, got {value}.", what=name, value=shorten(value)))

It is English text wherever text is wanted. What shows it to a reader translates the template, then puts the values in;
values that are sentences themselves are translated, too. Nothing here knows any language but English.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any


class Sentence(str):
    """The English text of `template` with its `values` put in.

    context: what tells the template apart from the same words elsewhere, as the option whose choice they are; "" for most.
    """

    template: str
    values: Mapping[str, Any]
    context: str

    def __new__(cls, template: str, values: Mapping[str, Any], context: str = "") -> "Sentence":
        """The text, which knows what it was made of."""
        sentence = super().__new__(cls, template.format_map(values) if values else template)
        sentence.template, sentence.values = template, MappingProxyType(dict(values))
        sentence.context = context
        return sentence

    def __reduce__(
        self,
    ) -> tuple[Any, ...]:  # a mappingproxy cannot be pickled, and workers send errors
        return Sentence, (self.template, dict(self.values), self.context)


def say(template: str, /, **values: Any) -> Sentence:
    """The sentence of this template; a literal one, so that it can be collected for translation.

    Without values the template is the text itself, braces and all: so a template is marked that stands in a
    constant, and is said with its values later.
    """
    return Sentence(template, values)


def as_sentence(text: str, context: str = "") -> Sentence:
    """A name that stands in a table, such as a metric's, as a sentence: it is translated with what it stands in."""
    return text if isinstance(text, Sentence) else Sentence(text, {}, context)


def count(number: int, one: str, many: str, **values: Any) -> Sentence:
    """The template `one` or `many` with its {n}: count(3, say("{n} line"), say("{n} lines")) is "3 lines"."""
    return say(one if number == 1 else many, n=number, **values)


def either(words: Iterable[str]) -> str:
    """The words with "or" between each two of them."""
    return _join(words, say("{some} or {one}"))


def either_as(words: Iterable[str]) -> str:
    """The words with "or as" between each two of them: what something can be read as."""
    return _join(words, say("{some} or as {one}"))


def both(words: Iterable[str]) -> str:
    """The words with "and" between each two of them."""
    return _join(words, say("{some} and {one}"))


def listing(phrases: Iterable[str]) -> str:
    """The phrases with a comma between each two of them."""
    return _join(phrases, say("{some}, {one}"))


def clauses(phrases: Iterable[str]) -> str:
    """The phrases with a semicolon between each two of them."""
    return _join(phrases, say("{some}; {one}"))


def paragraph(sentences: Iterable[str]) -> str:
    """One sentence after the other; "" for none, and those that are "" are left out."""
    return _join(filter(None, sentences), say("{some} {one}"))


def _join(phrases: Iterable[str], template: str) -> str:
    some = ""
    for one in phrases:
        some = say(template, some=some, one=one) if some else one
    return some


def cut(text: str, most: int = 40) -> str:
    """The first `most` characters of a name that may be long; a short one is handed on as it is."""
    return text if len(text) <= most else text[:most]


def sentence_of(error: BaseException) -> str:
    """What an error says: its sentence where it was raised with one, else its text."""
    [*arguments] = error.args
    if len(arguments) == 1 and isinstance(arguments[0], str):
        return arguments[0]
    return str(error)
