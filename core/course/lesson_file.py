"""Lessons as folders: assets/lessons/NN_name/ with lesson.yaml, a text for each language and the stored figures.

A lesson that cannot be read raises a ValueError whose sentence names the file, the step and the key; the others work.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from ..common.files import describe_error
from ..common.messages import Sentence, say, sentence_of
from .fields import Fields, as_whole, each, misfit
from .figures import FIGURES_FILE, read_figures
from .lesson import KINDS, Claim, Effect, Lesson, Quick, Step
from .lesson_text import read_text
from .step_forms import FORMS, MAX_UPDATES, read_set
from .yaml_file import place_of, read_text_file, read_yaml

# A course of one's own may lie elsewhere: UNROLLED_LESSONS names its folder.
LESSONS = Path(
    os.environ.get("UNROLLED_LESSONS") or Path(__file__).parents[2] / "assets" / "lessons"
)
FOLDER = re.compile(r"(\d{2})_([a-z][a-z0-9_]{0,39})")
LANGUAGE = re.compile(r"[a-z]{2}(?:_[A-Z]{2})?")
FORMATS = ("percent", "number", "scientific", "whole")
MAX_STEPS, MAX_EFFECTS = 12, 24
_OF_EFFECT = ("query", "seeds", "updates", "measure", "every", "format", "against", "chance")


def read_lessons(folder: Path = LESSONS) -> tuple[dict[str, Lesson], dict[str, Sentence]]:
    """All lessons in their order, by name; and of each folder that holds none that works, its name and why."""
    lessons: dict[str, Lesson] = {}
    broken: dict[str, Sentence] = {}
    try:
        folders = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError as error:
        expected = say("a folder of lessons")
        problem = misfit(place_of(folder), expected, describe_error(error), say("Put it there."))
        return {}, {folder.name: _sentence(problem)}
    for path in folders:
        if path.name.startswith((".", "_")):
            continue
        try:
            lesson = read_lesson(path)
            if lesson.name in lessons:
                expected = say("a name that no other lesson has")
                raise misfit(place_of(path), expected, lesson.name, say("Rename the folder."))
            lessons[lesson.name] = lesson
        except ValueError as error:
            broken[path.name] = _sentence(error)
    return lessons, broken


def _sentence(error: ValueError) -> Sentence:
    sentence = sentence_of(error)
    return sentence if isinstance(sentence, Sentence) else say("{problem}", problem=sentence)


def read_lesson(folder: Path) -> Lesson:
    """The lesson of a folder. ValueError with a sentence: it is none."""
    match = FOLDER.fullmatch(folder.name)
    if match is None:
        expected = say("a folder like 03_name")
        raise misfit(place_of(folder), expected, folder.name, say("Rename it."))
    fields = read_yaml(folder / "lesson.yaml")
    fields.only("minutes", "steps", "effects", "claims", "quick")
    steps = tuple(each(fields.listed("steps", 1, MAX_STEPS), fields.at("steps"), _read_step))
    effects = _read_effects(fields)
    _check_references(fields, steps, effects)
    texts = {
        path.stem: read_text(place_of(path), read_text_file(path), steps, effects)
        for path in sorted(folder.glob("*.md"))
        if LANGUAGE.fullmatch(path.stem)
    }
    if not texts:
        expected = say("a text, en.md")
        raise misfit(place_of(folder), expected, "none", say("Write it; a language is a file."))
    return Lesson(
        match[2],
        int(match[1]),
        fields.whole("minutes", 1, 60, 10),
        steps,
        texts,
        effects,
        tuple(_read_claims(fields, "claims", effects)),
        _read_quick(fields, effects),
        read_figures(folder / FIGURES_FILE, effects),
    )


def _read_step(fields: Fields) -> Step:
    id = fields.name("id")
    fields = Fields(re.sub(r"\[\d+\]$", f".{id}", fields.place), fields.values)
    fields.only("id", "set", "point", *KINDS)
    kind = fields.exactly_one(*KINDS)
    content = FORMS[kind](fields.mapping(kind))
    return Step(id, kind, content, read_set(fields), fields.text("point", ""))


def _check_references(
    fields: Fields, steps: tuple[Step, ...], effects: Mapping[str, Effect]
) -> None:
    """Whether what steps name is there: an earlier prediction, stored figures; and whether ids and keys differ."""
    predictions: list[str] = []
    ids: list[str] = []
    for step in steps:
        place = f"{fields.at('steps')}.{step.id}"
        if step.id in ids:
            raise misfit(place, say("an id of its own"), step.id, say("Change it."))
        ids.append(step.id)
        of = step.content.get("of")
        if step.kind == "reveal" and of not in predictions:
            expected = say("the id of an earlier step with predict")
            raise misfit(f"{place}.reveal.of", expected, of, say("Name one."))
        if step.kind == "predict":
            predictions.append(step.id)
        for key in step.choices if "match" not in step.content else ():
            if key in effects:  # a reveal writes the words of both
                expected = say("keys of a choice that are no names of effects")
                raise misfit(place, expected, key, say("Rename the key or the effect."))
        for name in _figures_of(step):
            if name not in effects:
                expected = say("the name of an effect below")
                raise misfit(place, expected, name, say("Name one, or add it to effects."))


def _figures_of(step: Step) -> list[str]:
    content = step.content
    answer = content["number"].get("answer") if "number" in content else None
    names = [*content.get("figures", []), *([answer] if isinstance(answer, str) else [])]
    return names + (content["match"]["curves"] if "match" in content else [])


def _read_effects(fields: Fields) -> dict[str, Effect]:
    inner = fields.mapping("effects")
    if len(inner.values) > MAX_EFFECTS:
        expected = say("at most {most} effects", most=MAX_EFFECTS)
        raise misfit(inner.place, expected, len(inner.values), say("Split the lesson."))
    return {name: _read_effect(name, inner.mapping(name), inner) for name in inner.values}


def _read_effect(name: str, fields: Fields, effects: Fields) -> Effect:
    Fields(effects.place, {"name": name}).name("name")
    place = fields.at("seeds")
    seeds = [as_whole(place, seed, 0, 10**6) for seed in fields.listed("seeds", 1, 10)]
    arguments = {key: value for key, value in fields.values.items() if key not in _OF_EFFECT}
    for key in arguments:
        if not isinstance(arguments[key], str | int | float | bool | list | dict):
            cure = say("Write a value.")
            raise misfit(fields.at(key), say("a value of the measure"), arguments[key], cure)
    others = [other for other in effects.values if other != name]
    return Effect(
        name,
        fields.text("query", ""),
        tuple(seeds),
        fields.whole("updates", 0, MAX_UPDATES),
        fields.text("measure"),
        arguments,
        fields.whole("every", 0, MAX_UPDATES, 0),
        fields.one_of("format", FORMATS, "number"),
        fields.one_of("against", others) if fields.has("against") else "",
        fields.number("chance") if fields.has("chance") else None,
    )


def _read_claims(fields: Fields, key: str, effects: Mapping[str, Effect]) -> list[Claim]:
    return each(fields.listed(key), fields.at(key), lambda claim: _read_claim(claim, effects, None))


def _read_claim(fields: Fields, effects: Mapping[str, Effect], default: str | None) -> Claim:
    fields.only("effect", "at_least", "at_most", "in", "above", "by", "times", "near", "within")
    names = list(effects)
    effect = fields.one_of("effect", names, default)
    if not any(fields.has(key) for key in ("at_least", "at_most", "above", "near")):
        expected = say("one of at_least, at_most, above, near")
        raise misfit(fields.place, expected, list(fields.values), say("Say what must hold."))
    return Claim(
        effect,
        fields.number("at_least") if fields.has("at_least") else None,
        fields.number("at_most") if fields.has("at_most") else None,
        fields.whole("in", 1, len(effects[effect].seeds), len(effects[effect].seeds)),
        fields.one_of("above", names) if fields.has("above") else "",
        fields.number("by", 0.0),
        fields.number("times", 1.0),
        fields.one_of("near", names) if fields.has("near") else "",
        fields.number("within", 0.0),
    )


def _read_quick(fields: Fields, effects: Mapping[str, Effect]) -> Quick | None:
    """Of a lesson that says none, nothing is trained in the tests."""
    if not fields.has("quick"):
        return None
    quick = fields.mapping("quick").only("effect", "updates", "claim")
    value = quick.values.get("effect")
    names = quick.names("effect", 1, 4) if isinstance(value, list) else [quick.name("effect")]
    for name in names:
        if name not in effects:
            expected = say("the name of an effect above")
            raise misfit(quick.at("effect"), expected, name, say("Name one."))
    claim = _read_claim(quick.mapping("claim"), effects, names[0])
    return Quick(tuple(names), quick.whole("updates", 0, MAX_UPDATES), (claim,))
