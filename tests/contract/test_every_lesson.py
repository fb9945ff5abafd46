"""Every lesson of the course: it can be read, set up and taken, and what it claims is so."""

import re
from pathlib import Path

import pytest

from core.course.claims import broken, holds, without_effect
from core.course.glossary import read_glossary
from core.course.lesson import Lesson
from core.course.lesson_file import LESSONS, read_lessons
from core.course.text_html import terms_in
from core.tasks import TASKS
from core.training.experiment import Experiment
from dashboard.common.i18n import languages
from dashboard.navigation import COMPARE, LIVE, read_address
from dashboard.session.lesson_steps import page_of
from dashboard.session.link import read_link

POINTS_FILE = Path(__file__).parents[2] / "dashboard/player/web/course/points.js"
ACTS = re.compile(r"\]\((step|unit|row|show|slow|type|hold):")  # links that a player follows
COURSE, BROKEN = read_lessons()
GLOSSARY, BROKEN_TERMS = read_glossary()
of_each = pytest.mark.parametrize("lesson", COURSE.values(), ids=COURSE.keys())
of_measured = pytest.mark.parametrize(
    "lesson", [each for each in COURSE.values() if each.effects], ids=lambda each: each.name
)


def texts_of(lesson: Lesson) -> list[str]:
    return [
        part
        for text in lesson.texts.values()
        for said in text.steps.values()
        for part in (said.body, *said.words.values(), *said.answers.values())
    ]


def test_every_folder_holds_a_lesson_and_every_file_a_term():
    assert BROKEN == {}
    assert BROKEN_TERMS == {}
    assert COURSE
    numbers = [lesson.number for lesson in COURSE.values()]
    assert len(set(numbers)) == len(numbers)


@of_each
def test_its_languages_have_the_same_steps_words_and_answers(lesson):
    missing = set(languages()) - set(lesson.texts)
    assert not missing, f"expected a text in each language, got none in: {missing}"
    english = lesson.texts["en"]
    for text in lesson.texts.values():
        for id, said in english.steps.items():
            other = text.steps[id]
            assert list(other.words) == list(said.words), id
            assert list(other.answers) == list(said.answers), id
            figures = re.compile(r"\{[a-z0-9_.]+\}")
            assert sorted(figures.findall(other.body)) == sorted(figures.findall(said.body)), id


@of_each
def test_its_addresses_are_read_without_complaint(lesson):
    for step in lesson.steps:
        if step.set:
            page, query = read_address(step.set)
            link = read_link(page, query)
            assert link.complaints == [], step.id
            assert not set(link.position) - set(page.position)


@of_each
def test_what_acts_on_a_player_stands_beside_one(lesson):
    for step in lesson.steps:
        said = [text.steps[step.id] for text in lesson.texts.values()]
        parts = [part for each in said for part in (each.body, *each.answers.values())]
        acts = "click" in step.content or any(map(ACTS.search, parts))
        assert not acts or page_of(lesson, step) in (LIVE, COMPARE), step.id


@of_each
def test_what_its_steps_measure_is_there(lesson):
    experiment = Experiment()
    for step in lesson.steps:
        if step.set:
            link = read_link(*read_address(step.set))
            described = link.comparison.experiments[0] if link.comparison else link.experiment
            experiment = described or experiment
        metric = step.content.get("metric")
        if metric and experiment.task in TASKS:
            held_out = experiment.make_task().baselines
            known = {name for values in held_out.values() for name in values}
            name = metric.removeprefix("held-out ").removeprefix("train ")
            assert not known or name in {*known, "loss"}, f"{step.id}: one of {known}"


@of_each
def test_what_it_points_at_is_in_the_table_of_points(lesson):
    source = POINTS_FILE.read_text("utf-8")
    table = source[source.index("POINTS = {") : source.index("};")]
    names = set(re.findall(r'^\s+"?([\w:-]+?)"?: ', table, re.MULTILINE))
    assert len(names) > 20
    for step in lesson.steps:
        pattern = step.point.partition(":")[0] + ":"
        assert not step.point or step.point in names or pattern in names, step.point


@of_each
def test_its_terms_are_in_the_glossary(lesson):
    terms = {term for text in texts_of(lesson) for term in terms_in(text)}
    assert terms <= set(GLOSSARY)


@of_each
def test_its_texts_are_short(lesson):
    for code, text in lesson.texts.items():
        for id, said in text.steps.items():
            words = len(said.body.split()) if code == "en" else len(said.body) / 2.5
            assert words <= 130, f"{code} {id}"
            assert "!" not in said.body, f"{code} {id}"


def check_figures(lesson: Lesson) -> None:
    assert set(lesson.figures) == set(lesson.effects), (
        f"expected the figures of its effects: run python -m benchmarks learning.lessons {lesson.name}"
    )


@of_measured
def test_its_figures_are_stored_for_every_seed(lesson):
    check_figures(lesson)
    for name, effect in lesson.effects.items():
        assert len(lesson.figures[name].values) == len(effect.seeds)
        assert (lesson.figures[name].curve is not None) == bool(effect.every)
    folder = LESSONS / f"{lesson.number:02d}_{lesson.name}"
    assert f"learning.lessons {lesson.name}" in (folder / "figures.json").read_text("utf-8")


@of_measured
def test_what_it_claims_holds_and_breaks_when_the_effect_is_taken_away(lesson):
    assert lesson.claims
    check_figures(lesson)
    assert broken(lesson.claims, lesson.figures) == []
    for claim in lesson.claims:
        worlds = list(without_effect(claim, lesson.effects, lesson.figures))
        assert any(not holds(claim, world) for world in worlds), claim
