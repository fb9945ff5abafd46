"""The template of a lesson: it can be read as it is, and what it claims is so."""

import shutil
from pathlib import Path

import pytest

from benchmarks._harness.lesson_effects import measure
from core.course.claims import holds, without_effect
from core.course.lesson_file import read_lesson
from dashboard.navigation import read_address
from dashboard.session.link import read_link

TEMPLATE = Path(__file__).parents[2] / "templates" / "lesson"


@pytest.fixture
def lesson(tmp_path):
    return read_lesson(shutil.copytree(TEMPLATE, tmp_path / "90_three_numbers"))


def test_it_is_read_and_its_addresses_are(lesson):
    assert {step.kind for step in lesson.steps} >= {
        "predict",
        "until",
        "reveal",
        "explain",
        "check",
    }
    for step in lesson.steps:
        if step.set:
            assert read_link(*read_address(step.set)).complaints == []


def test_what_it_claims_is_so_today(lesson):
    assert lesson.quick is not None
    figures = {
        name: measure(lesson.effects[name], lesson.quick.updates) for name in lesson.quick.effects
    }
    for claim in lesson.quick.claims:
        assert holds(claim, figures)
        assert not any(
            holds(claim, world) for world in without_effect(claim, lesson.effects, figures)
        )
