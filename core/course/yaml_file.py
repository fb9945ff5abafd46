"""YAML as lessons and glossary have it: small, plain data, and every fault a sentence.

Of YAML's older rules those are left out that surprise: `no` and `on` are words, 1e-6 is a number, nothing is a date.
Anchors and tags are refused: a few lines of them can stand for gigabytes.
"""

import re
from pathlib import Path
from typing import Any, ClassVar

import yaml

from ..common.files import describe_error
from ..common.messages import say
from .fields import Fields, as_fields, misfit

MAX_FILE_BYTES = 64 * 2**10


class PlainLoader(yaml.SafeLoader):
    """YAML's core rules: true and false, whole numbers, numbers, null and text."""

    yaml_implicit_resolvers: ClassVar[dict[Any, Any]] = {}  # pyright: ignore[reportIncompatibleVariableOverride]


for tag, pattern, first in (
    ("bool", r"(?:true|false)$", "tf"),
    ("int", r"[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+0123456789."),
    ("null", r"(?:~|null|)$", ["~", "n", ""]),
):
    PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


def _construct_integer(_loader: yaml.SafeLoader, node: Any) -> int | str:
    """Not in YAML's older way, for which 010 is eight; a number without end stays text."""
    return int(node.value) if len(node.value) <= 40 else node.value


PlainLoader.add_constructor("tag:yaml.org,2002:int", _construct_integer)


def place_of(path: Path) -> str:
    """How sentences name a file: as it lies in the project, without the paths of this machine."""
    parts = path.parts
    return "/".join(parts[parts.index("assets") :] if "assets" in parts else parts[-2:])


def read_text_file(path: Path) -> str:
    """The text of a file of a lesson. ValueError with a sentence: it cannot be read, or is no text, or too long."""
    place = place_of(path)
    try:
        content = path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else None
    except OSError as error:
        expected = say("a file that can be read")
        raise misfit(place, expected, describe_error(error), say("Put it there.")) from None
    if content is None:
        expected = say("at most {most} KiB", most=MAX_FILE_BYTES // 2**10)
        raise misfit(place, expected, "more", say("Shorten it."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise misfit(place, say("text in UTF-8"), content[:20], say("Save it so.")) from None


def parse_yaml(place: str, text: str) -> Fields:
    """The mapping that a text holds. ValueError with a sentence for any other text."""
    try:
        for event in yaml.parse(text, PlainLoader):
            is_anchored = getattr(event, "anchor", None) is not None
            if is_anchored or getattr(event, "tag", None) is not None:
                expected = say("no anchors and no tags")
                raise misfit(place, expected, "& * !", say("Write the values out."))
        value = yaml.load(text, PlainLoader)
    except yaml.MarkedYAMLError as error:
        line = 1 + error.problem_mark.line if error.problem_mark else 1
        cure = say("See the lines before it: an indent, a colon or a quotation mark is amiss.")
        problem = str(error.problem)[:80]
        raise ValueError(
            say(
                "{place}, line {line}: expected YAML, got text that is none ({problem}). {cure}",
                place=place,
                line=line,
                problem=problem,
                cure=cure,
            )
        ) from None
    except (yaml.YAMLError, RecursionError):
        cure = say("Write keys with their values.")
        raise misfit(place, say("YAML"), text[:40], cure) from None
    return as_fields(place, value)


def read_yaml(path: Path) -> Fields:
    """The mapping that a YAML file holds. ValueError with a sentence where it holds none."""
    return parse_yaml(place_of(path), read_text_file(path))
