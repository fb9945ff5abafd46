"""The text of a lesson in one language: Markdown under headings that name the steps.

# Title
The question.
## step_id                    the text of this step; its choice as a list, "- key: words"
### answer                    what is said afterwards: answer, right, wrong, hint, wrong-KEY
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from ..common.messages import say
from .fields import misfit
from .lesson import LessonText, Step, StepText
from .text_html import PLACEHOLDER, check_markdown, has_markup, plain_text

ANSWERS = ("answer", "right", "wrong", "hint")
# What a step of this kind has to say afterwards.
NEEDED = {"explain": ("answer",), "check": ("right", "wrong")}
_HEADING = re.compile(r"(#{1,3})[ \t]+(.*?)[ \t]*#*")
_WORDS = re.compile(r"[-*+][ \t]+([a-z][a-z0-9_]{0,39}):[ \t]*(.+)")


def read_text(
    place: str, text: str, steps: Sequence[Step], figures: Mapping[str, object]
) -> LessonText:
    """The texts of a lesson's steps. ValueError with a sentence: one is missing, or too many, or cannot be read.

    place: the file, for sentences. figures: that a text may name.
    """
    sections = list(_sections(text))
    level, title, question = sections[0] if sections else (0, "", "")
    if level != 1 or not title or not question:
        expected = say("a title “# …” and below it the question")
        raise misfit(place, expected, text[:40], say("Begin the file with them."))
    _check_part(place, question, figures)
    ids = [step.id for step in steps]
    parts = list(_step_parts(place, sections[1:], ids))
    texts: dict[str, StepText] = {}
    for step in steps:
        bodies = [(name, body) for id, name, body in parts if id == step.id]
        if not bodies:
            expected = say("a heading ## {step} and the text of that step", step=step.id)
            raise misfit(place, expected, "none", say("Write it."))
        texts[step.id] = _step_text(f"{place}, {step.id}", step, bodies, figures)
    return LessonText(plain_text(title), plain_text(question), texts)


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    """(level, heading, text below it), in order; a line that begins with # inside a fence is none."""
    level, heading, lines, fenced = 0, "", [], False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        match = None if fenced else _HEADING.fullmatch(line)
        if match is None:
            lines.append(line)
            continue
        if level or "".join(lines).strip():
            yield level, heading, "\n".join(lines).strip()
        level, heading, lines = len(match[1]), match[2], []
    if level or "".join(lines).strip():
        yield level, heading, "\n".join(lines).strip()


def _step_parts(
    place: str, sections: Sequence[tuple[int, str, str]], ids: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """(step, "" or the name of an answer, text). Each heading is there once."""
    step, met = "", set()
    for level, heading, body in sections:
        if level == 2 and heading not in ids:
            expected = say("the id of a step: {ids}", ids=", ".join(ids))
            raise misfit(place, expected, heading, say("Name a step of lesson.yaml."))
        if level == 1 or (level == 3 and not step):
            expected = say("headings ## of steps after the question")
            raise misfit(place, expected, heading, say("Write ## before it."))
        step, name = (heading, "") if level == 2 else (step, heading)
        if (step, name) in met:
            raise misfit(place, say("each heading once"), heading, say("Remove one."))
        met.add((step, name))
        yield step, name, body


def _step_text(
    place: str, step: Step, parts: Sequence[tuple[str, str]], figures: Mapping[str, object]
) -> StepText:
    allowed = [*ANSWERS, *(f"wrong-{key}" for key in step.choices)]
    answers: dict[str, str] = {}
    body, words = "", {}
    for name, text in parts:
        if not name:
            body, words = _take_words(place, text, step)
            text = body
        elif name not in allowed:
            expected = say("a heading ### of {names}", names=", ".join(allowed))
            raise misfit(place, expected, name, say("Use one."))
        else:
            answers[name] = text
        if not text:
            raise misfit(place, say("a text below the heading"), name, say("Write it."))
        _check_part(place, text, figures)
    for name in NEEDED.get(step.kind, ()):
        if name not in answers:
            expected = say("a heading ### {name} and its text", name=name)
            raise misfit(place, expected, list(answers), say("Write it."))
    return StepText(body, words, answers)


def _take_words(place: str, text: str, step: Step) -> tuple[str, dict[str, str]]:
    """The text without the list of its choice or figures, and key -> words, in the order of the step."""
    keys = [*step.choices, *step.labels]
    words: dict[str, str] = {}
    rest: list[str] = []
    for line in text.splitlines():
        match = _WORDS.fullmatch(line.strip()) if keys else None
        if match is not None and match[1] in keys and match[1] not in words:
            words[match[1]] = match[2].strip()
        else:
            rest.append(line)
    for key, line in words.items():
        if has_markup(line):
            expected = say("plain words behind “- {key}:”", key=key)
            raise misfit(place, expected, line, say("Leave out *, _, ` and links there."))
    for key in step.choices:
        if key not in words:
            expected = say("a line “- {key}: words”", key=key)
            raise misfit(place, expected, list(words), say("Write one for each choice."))
    return "\n".join(rest).strip(), {key: words[key] for key in keys if key in words}


def _check_part(place: str, text: str, figures: Mapping[str, object]) -> None:
    for match in PLACEHOLDER.finditer(text):
        if match[1] not in figures:
            expected = say("the name of an effect in {braces}", braces="{ }")
            raise misfit(place, expected, match[0], say("Name one of lesson.yaml."))
    check_markdown(place, text)
