"""The reader's language. English is the source; assets/locales/<code>/messages.po holds each other one.

The language belongs to the session: what runs for a reader (a script of Streamlit's, an answer of the stream) begins
with `speak`, and every sentence is made while it runs, never when a module is imported. A sentence that stands in a
constant is marked there with `N_` and passes through `_` where it is shown.

    _("{n} of {all} steps", n=3, all=9)      a whole sentence with named values
    _(sentence_of(error))                    a Sentence of core.common.messages: template and values apart
"""

import functools
import gettext
import io
import string
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from core.common.messages import Sentence

LOCALES = Path(__file__).parents[2] / "assets" / "locales"
SOURCE = "en"

_language: ContextVar[str] = ContextVar("language", default=SOURCE)


@functools.cache
def languages() -> tuple[str, ...]:
    """The codes of all languages that there are, English first: a folder with a catalogue is a language."""
    return SOURCE, *sorted(path.parent.name for path in LOCALES.glob("*/messages.po"))


def language() -> str:
    """The code of the language that is spoken now."""
    return _language.get()


def speak(code: str) -> None:
    """From now on, in this thread or task, sentences are in this language. LookupError for an unknown one."""
    if code not in languages():
        raise LookupError(f"lang: expected one of {', '.join(languages())}, got {code[:20]!r}.")
    _language.set(code)


def _(message: str, /, **values: Any) -> str:
    """The message in the reader's language; the message itself where there is no translation.

    values: what its template names; numbers are written as the language does, sentences are translated, too.
    """
    if isinstance(message, Sentence):
        message, values = message.template, dict(message.values)
    template = _look_up(message)
    if not values:
        return template
    translated = {name: _translate_value(value) for name, value in values.items()}
    return LOCAL.vformat(template, (), translated)


def N_(message: str) -> str:
    """The message as it is: it marks one in a constant, which passes through `_` where it is shown."""
    return message


def _look_up(message: str) -> str:
    return _catalogue(language()).gettext(message) if message else message


def _translate_value(value: Any) -> Any:
    return _(value) if isinstance(value, Sentence) else value


@functools.cache
def _catalogue(code: str) -> gettext.NullTranslations:
    """The catalogue, compiled in memory: what is stored is the text that translators edit, and nothing else."""
    if code == SOURCE:
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo  # here: English readers do not wait for it
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with (LOCALES / code / "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class LocalFormatter(string.Formatter):
    """`str.format` whose numbers have the decimal sign and the grouping of the reader's language."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """The value by its specification, a number with the language's own signs."""
        text = super().format_field(value, format_spec)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return localise_number(text) if is_number else text


LOCAL = LocalFormatter()


def localise_number(text: str) -> str:
    """A number as Python writes it, 1,234.5, as the reader's language does."""
    return text.translate(_signs(language()))


@functools.cache
def _signs(code: str) -> Mapping[int, str]:
    if code == SOURCE:
        return {}
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return {ord("."): get_decimal_symbol(code), ord(","): get_group_symbol(code)}
