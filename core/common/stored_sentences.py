"""Sentences in files of JSON: what a reader is told of a saved run is told in the language of who opens it.

A file may come from anybody. So its template may put in its values and do nothing else: no attribute of them is
looked at, and no width can make the text long.
"""

import math
import numbers
import re
import string
from typing import Any

from .checks import shorten
from .messages import Sentence, say

MAX_DEPTH = 8  # sentences in sentences
MAX_VALUES = 30
SPECIFICATION = re.compile(r",?(\.[0-9]{1,2})?[a-z%]?")


def to_json(text: str) -> str | dict[str, Any]:
    """What JSON can hold of a sentence; any other text is itself."""
    if not isinstance(text, Sentence):
        return str(text)
    stored = {
        "template": text.template,
        "values": {name: _value_to_json(value) for name, value in text.values.items()},
    }
    if text.context:
        stored["context"] = text.context
    try:
        same = from_json(stored) == text
    except ValueError:  # a number with a format that is not finite, or the like
        same = False
    return stored if same else str(text)


def from_json(data: object) -> str:
    """The sentence that `to_json` made the data of. ValueError for anything else."""
    try:
        return _read(data, MAX_DEPTH)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
        raise ValueError(
            say("sentence: expected a template with its values, got {got}.", got=shorten(data))
        ) from None


def _value_to_json(value: object) -> Any:
    if isinstance(value, str):
        return to_json(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real) and math.isfinite(value):
        return float(value)
    return str(value)


def _read(data: Any, depth: int) -> str:
    if isinstance(data, str):
        return data
    template, values, context = data["template"], data["values"], data.get("context", "")
    if depth == 0 or len(values) > MAX_VALUES:
        raise ValueError
    if not isinstance(template, str) or not isinstance(context, str):
        raise ValueError
    for _, name, specification, conversion in string.Formatter().parse(template if values else ""):
        if name is not None and not (
            name.isidentifier()
            and SPECIFICATION.fullmatch(specification or "")
            and conversion in (None, "r")
        ):
            raise ValueError
    filled_in = {str(name): _read_value(v, depth) for name, v in values.items()}
    return Sentence(template, filled_in, context)


def _read_value(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return _read(value, depth - 1)
    if isinstance(value, str | bool | int | float):
        return value
    raise ValueError
