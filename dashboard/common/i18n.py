"""The reader's language. English is the source; assets/locales/<code>/messages.po holds each other one.

The language belongs to the session: every sentence is made while something runs for a reader (a script of
Streamlit's, a callback, an answer of the stream), never when a module is imported. A sentence that stands in a
constant is marked there with `N_` and passes through `_` where it is shown.

    _("{n} of {all} steps", n=3, all=9)      a whole sentence with named values
    _(sentence_of(error))                    a Sentence of core.common.messages: template and values apart
"""

import functools
import gettext
import io
import re
import string
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from numbers import Real
from pathlib import Path
from typing import Any

from core.common.checks import shorten
from core.common.messages import Sentence, say

LOCALES = Path(__file__).parents[2] / "assets" / "locales"
SOURCE = "en"
NO_BREAK = "\u00a0"  # a blank at which no line ends

_language: ContextVar[str | None] = ContextVar("language", default=None)
_find_reader: Callable[[], str] = lambda: SOURCE  # noqa: E731 (a variable: see `follow`)


@functools.cache
def languages() -> tuple[str, ...]:
    """The codes of all languages that there are, English first: a folder with a catalogue is a language."""
    return SOURCE, *sorted(path.parent.name for path in LOCALES.glob("*/messages.po"))


def language() -> str:
    """The code of the language that is spoken now."""
    return _language.get() or _find_reader()


def follow(find_reader: Callable[[], str]) -> None:
    """Where nobody called `speak`, the language is what this function says: the session's (dashboard.session.language)."""
    global _find_reader
    _find_reader = find_reader


def speak(code: str) -> None:
    """From now on, in this thread or task, sentences are in this language. LookupError for an unknown one."""
    if code not in languages():
        raise LookupError(unknown_language(code))
    _language.set(code)


def in_every_language(make: Callable[[], str]) -> dict[str, str]:
    """Code -> the sentence that `make` returns in that language: for what is sent now and read in any later."""
    sentences = {}
    for code in languages():
        token = _language.set(code)
        try:
            sentences[code] = make()
        finally:
            _language.reset(token)
    return sentences


def unknown_language(code: str) -> Sentence:
    """What is said of the code of a language that there is not."""
    return say(
        "lang: expected one of {codes}, got {got}. This page speaks English.",
        codes=", ".join(languages()),
        got=shorten(code),
    )


def prefer(asked: str | None, remembered: str | None, accepted: str | None) -> str:
    """The reader's language: the one asked for, else the one chosen before, else the first of the browser's, else English.

    accepted: of the browser, as the header Accept-Language has it: "zh-CN,zh;q=0.9,en;q=0.8".
    """
    if asked in languages():
        return str(asked)
    if asked:
        return SOURCE
    if remembered in languages():
        return str(remembered)
    wanted = [part.partition(";q=") for part in (accepted or "").replace(" ", "").split(",")[:20]]
    wanted.sort(
        key=lambda part: -(float(part[2]) if re.fullmatch(r"[01](\.\d+)?", part[2]) else 1.0)
    )
    if not wanted[0][0] or len(languages()) == 1:
        return SOURCE
    from babel import negotiate_locale

    return negotiate_locale([part[0] for part in wanted], languages(), sep="-") or SOURCE


def name_of(code: str) -> str:
    """A language as those who speak it call it: "English", "中文"."""
    from babel import Locale

    return (Locale.parse(code).get_language_name(code) or code).capitalize()


def _(message: str, /, **values: Any) -> str:
    """The message in the reader's language; the message itself where there is no translation.

    values: what its template names; numbers are written as the language does, sentences are translated, too.
    """
    context = ""
    if isinstance(message, Sentence):
        message, values, context = message.template, dict(message.values), message.context
    template = in_context(context, message) if context else _look_up(message)
    if not values:
        return template
    translated = {name: _translate_value(value) for name, value in values.items()}
    return LOCAL.fill_in(template, translated)


def join_words(words: Iterable[str]) -> str:
    """The words, which are in the reader's language already, as it lists them: "a, b, c"."""
    return _join(words, N_("{first}, {second}"))


def join_sentences(sentences: Iterable[str]) -> str:
    """The sentences that are not empty, in the reader's language already, one behind the other as it writes them."""
    return _join(filter(None, sentences), N_("{first} {second}"))


def _join(parts: Iterable[str], template: str) -> str:
    template, parts = _look_up(template), list(parts)
    if not parts:
        return ""
    return functools.reduce(
        lambda first, second: template.format(first=first, second=second), parts
    )


def translate_data(data: Any) -> Any:
    """Dicts and lists, as they go to the browser, with each sentence in them in the reader's language."""
    if isinstance(data, Sentence):
        return _(data)
    if isinstance(data, Mapping):
        return {translate_data(name): translate_data(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [translate_data(value) for value in data]
    return data


def in_context(context: str, message: str) -> str:
    """The message in the reader's language, where the same word means several things: context says which."""
    return _catalogue(language()).pgettext(context, message)


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
    """`str.format` whose numbers have the decimal sign and the grouping of the reader's language.

    A Chinese template has spaces around a value, which may be a number or a name; where the value is Chinese, too,
    there are none.
    """

    def fill_in(self, template: str, values: Mapping[str, Any]) -> str:
        """The template with its values."""
        text = ""
        for literal, name, specification, conversion in self.parse(template):
            text = _append(text, literal)
            if name is not None:
                value = self.convert_field(self.get_field(name, (), values)[0], conversion)
                text = _append(text, self.format_field(value, specification or ""))
        return text

    def format_field(self, value: Any, format_spec: str) -> str:
        """The value by its specification, a number with the language's own signs, and a blank before its %."""
        text = super().format_field(value, format_spec)
        is_number = isinstance(value, Real) and not isinstance(value, bool)  # NumPy's, too
        return localise_number(text).replace("%", NO_BREAK + "%") if is_number else text


LOCAL = LocalFormatter()


def _append(text: str, more: str) -> str:
    """Both; without the space at which they meet, where Chinese stands on both sides of it."""
    if text.endswith(" ") and _is_chinese(text[-2:-1]) and _is_chinese(more[:1]):
        return text[:-1] + more
    if more.startswith(" ") and _is_chinese(text[-1:]) and _is_chinese(more[1:2]):
        return text + more[1:]
    return text + more


def _is_chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def number_signs() -> str:
    """The decimal sign and the one between thousands, as Plotly wants them."""
    return localise_number(".,")


def localise_number(text: str) -> str:
    """A number as Python writes it, 1,234.5, as the reader's language does."""
    return text.translate(_signs(language()))


def write_share(share: float, digits: int = 0) -> str:
    """A share in percent: 0.125 with one digit is "12.5 %"."""
    return LOCAL.format_field(share, f".{digits}%")


def write_digits(value: float, digits: int = 3) -> str:
    """The number with so many significant digits, as the reader's language writes it."""
    return localise_number(f"{value:.{digits}g}")


@functools.cache
def _signs(code: str) -> Mapping[int, str]:
    if code == SOURCE:
        return {}
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return {ord("."): get_decimal_symbol(code), ord(","): get_group_symbol(code)}
