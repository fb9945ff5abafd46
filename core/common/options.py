"""One description of every knob: its values, its default and its meaning.

Experiments check themselves with it, links are read with it, and the page draws its controls from it.
"""

import inspect
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from . import checks
from .messages import Sentence, as_sentence, say

Kind = Literal["integer", "number", "truth", "choice", "line", "content"]
SETTING = "setting"  # the context of an option's name within a sentence
NUMBER = r"-?([0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})(e[-+]?[0-9]{1,3})?"


@dataclass(frozen=True)
class Option:
    """A named value with its bounds.

    kind "integer" and "number" lie in [low, high]; "choice" is one of `choices`; "line" is a short text and
    "content" one that the user brought along (a corpus, a file), both of at most `high` characters.
    `optional`: None is a value too (and the default); elsewhere None stands for the default.
    `of_data`: the option means something only with the reader's own data, or only with the task's.
    """

    name: str
    kind: Kind
    default: Any
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    meaning: str = ""
    optional: bool = False
    of_data: Literal["any", "own", "task's"] = "any"

    def check(self, value: object) -> Any:
        """`value`, or ValueError with a sentence."""
        if value is None:
            return self.default
        if self.kind == "integer":
            return checks.integer(self.name, value, int(self.low), int(self.high))
        if self.kind == "number":
            return checks.number(self.name, value, self.low, self.high)
        if self.kind == "truth":
            return checks.truth(self.name, value)
        if self.kind == "choice" and self.choices:
            return checks.choice(self.name, value, self.choices)
        if not isinstance(value, str):
            raise ValueError(
                say(
                    "{what}: expected text, got {got}. Give it in quotes.",
                    what=self.name,
                    got=checks.shorten(value),
                )
            )
        if self.kind in ("line", "content"):
            self._check_text(value)
        return value

    def _check_text(self, text: str) -> None:
        if len(text) > self.high:
            raise ValueError(
                say(
                    "{what}: expected at most {most:,} characters, got {got:,}. Use a part of it.",
                    what=self.name,
                    most=int(self.high),
                    got=len(text),
                )
            )
        try:
            text.encode()
        except UnicodeEncodeError as error:  # a lone surrogate: no file or link could carry it
            raise ValueError(
                say(
                    "{what}: expected text, got a broken character at place {place}. Remove it.",
                    what=self.name,
                    place=error.start + 1,
                )
            ) from None

    def parse(self, text: str) -> Any:
        """The value that a link spells as `text`; ValueError with a sentence."""
        if self.optional and text == "none":
            return None
        if self.kind == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text):
            return self.check(int(text))
        if self.kind == "number" and re.fullmatch(NUMBER, text):
            return self.check(float(text))
        if self.kind == "truth" and text in ("true", "false"):
            return text == "true"
        return self.check(text)

    @property
    def plain_name(self) -> Sentence:
        """The name in words, as it stands within a sentence."""
        return as_sentence(self.name.replace("_", " "), SETTING)

    def in_words(self, value: Any) -> str:
        """The option with this value, as words of a sentence: "clipping off", "no bias", "clip at 1.0"."""
        if self.kind == "truth":
            return self.plain_name if value else say("no {setting}", setting=self.plain_name)
        text = self.write(value)
        word = as_sentence(text, self.name) if text in self.choices else text
        return say("{setting} {value}", setting=self.plain_name, value=word)

    def write(self, value: Any) -> str:
        """The spelling of `value` in a link: `parse(write(value)) == value`."""
        if value is None:
            return "none"
        if self.kind == "truth":
            return "true" if value else "false"
        return repr(value) if self.kind == "number" else str(value)


def options_of(function: Callable[..., Any]) -> tuple[Option, ...]:
    """The options that a function's keyword arguments describe, by their annotations and defaults.

    Understood: Literal[...] (a choice), bool, float and `float | None` (a number from -1000 to 1000,
    unless the function says otherwise when it is called), str (a choice the function itself checks).
    """
    hints = typing.get_type_hints(function)
    options = []
    for name, parameter in inspect.signature(function).parameters.items():
        hint = hints.get(name, str)
        parts = typing.get_args(hint)
        optional = type(None) in parts
        kind: Kind = "choice"
        choices: tuple[str, ...] = ()
        if typing.get_origin(hint) is Literal:
            choices = parts
        elif hint is bool:
            kind = "truth"
        elif hint is float or float in parts:
            kind = "number"
        options.append(
            Option(name, kind, parameter.default, -1000, 1000, choices, optional=optional)
        )
    return tuple(options)
