"""A lesson as the rail gets it: JSON, with its texts as safe HTML in the reader's language."""

from collections.abc import Mapping
from typing import Any

from core.course.figures import put_figure
from core.course.glossary import Entry
from core.course.lesson import Figure, Lesson, LessonText, Step
from core.course.text_html import fill_in, terms_in, to_html
from core.course.written_numbers import write_number
from dashboard.common.i18n import _, language, localise_number
from dashboard.navigation import read_address


def write_local_number(value: float, form: str) -> str:
    """A stored figure as the reader's language writes it."""
    return localise_number(write_number(value, form))


def describe_heading(lesson: Lesson) -> dict[str, Any]:
    """What a lesson is called and asks, in the reader's language."""
    text = lesson.texts[lesson.language_for(language())]
    return {
        "name": lesson.name,
        "number": lesson.number,
        "title": text.title,
        "question": text.question,
        "minutes": lesson.minutes,
    }


def describe_lesson(lesson: Lesson, after: Lesson | None = None) -> dict[str, Any]:
    """What the rail is told of a lesson. after: the one that follows it."""
    code = lesson.language_for(language())
    text = lesson.texts[code]
    return {
        **describe_heading(lesson),
        "language": code,
        "steps": [_describe_step(lesson, text, step) for step in lesson.steps],
        "after": after and {"name": after.name, "title": title_of(after)},
    }


def title_of(lesson: Lesson) -> str:
    """Its title in the reader's language, or in the one that it has."""
    return lesson.texts[lesson.language_for(language())].title


def _describe_step(lesson: Lesson, text: LessonText, step: Step) -> dict[str, Any]:
    said = text.steps[step.id]
    put_in = put_figure(lesson.figures, write_local_number)
    content = dict(step.content)
    if "match" in content:
        content["match"] = {"figure": "curves", **content["match"]}
    return {
        "id": step.id,
        "kind": step.kind,
        "html": to_html(said.body, put_in),
        "choices": [[key, fill_in(words, put_in)] for key, words in said.words.items()],
        "answers": {name: to_html(answer, put_in) for name, answer in said.answers.items()},
        "point": step.point,
        "page": _(read_address(step.set)[0].title) if step.set else "",
        step.kind: content,
    }


def describe_figures(lesson: Lesson) -> dict[str, Any]:
    """The stored results of a lesson: a value for each seed, as text too; of a match its curves under its own name."""
    described = {name: _describe_figure(figure) for name, figure in lesson.figures.items()}
    for step in lesson.steps:
        if "match" in step.content:
            names = step.content["match"]["curves"]
            curves = {key: described[key]["curve"] for key in names if key in described}
            described[step.content["match"].get("figure", "curves")] = {"curves": curves}
    return described


def _describe_figure(figure: Figure) -> dict[str, Any]:
    curve = figure.curve
    first = [] if curve is None else [list(pair) for pair in zip(curve.x, curve.y[0], strict=True)]
    return {
        "values": list(figure.values),
        "texts": [write_local_number(value, figure.format) for value in figure.values],
        "text": put_figure({"it": figure}, write_local_number)("it", False),
        "format": figure.format,
        "curve": first,
    }


def describe_terms(lesson: Lesson, glossary: Mapping[str, Entry]) -> dict[str, dict[str, str]]:
    """The entries of the glossary that a lesson's texts name: name -> title and HTML."""
    text = lesson.texts[lesson.language_for(language())]
    parts = [part for said in text.steps.values() for part in (said.body, *said.answers.values())]
    names = {name for part in parts for name in terms_in(part) if name in glossary}
    return {name: describe_term(glossary[name]) for name in sorted(names)}


def describe_term(entry: Entry) -> dict[str, str]:
    """An entry of the glossary in the reader's language: its title, its text as HTML, and where it can be seen."""
    said = entry.text_for(language())
    return {"title": said.term, "html": to_html(said.text), "see": entry.see}
