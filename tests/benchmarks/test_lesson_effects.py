"""The quick effects of the lessons, trained anew on the first of their seeds: what a lesson shows is there, today."""

from dataclasses import replace

import pytest

from benchmarks._harness.lesson_effects import measure
from benchmarks._harness.lesson_measures import MEASURES
from core.course.claims import broken, holds, without_effect
from core.course.lesson import Effect
from core.course.lesson_file import read_lessons

COURSE = read_lessons()[0]
QUICK = {name: lesson for name, lesson in COURSE.items() if lesson.quick}


@pytest.mark.parametrize("lesson", QUICK.values(), ids=QUICK.keys())
def test_its_effect_is_there_and_gone_when_it_is_taken_away(lesson):
    quick = lesson.quick
    effects = [lesson.effects[name] for name in quick.effects]
    figures = {e.name: measure(replace(e, seeds=e.seeds[:1]), quick.updates) for e in effects}
    assert broken(quick.claims, figures) == [], figures
    for claim in quick.claims:
        worlds = list(without_effect(claim, lesson.effects, figures))
        assert any(not holds(claim, world) for world in worlds), figures


def test_a_gate_that_is_held_is_held_when_it_is_measured_alone_or_while_it_is_trained():
    query = "task=agreement&distance=2&cell=gru&hidden_size=4"

    def held(**arguments):
        return measure(Effect("a", query, (1,), 3, "held_accuracy", arguments)).values[0]

    assert held(hold={"z": 1}) == pytest.approx(0.5, abs=0.02), "nothing is ever written"
    assert held(hold={"z": 1}, while_training=True) == pytest.approx(0.5, abs=0.02)


def test_an_effect_that_is_not_trained_is_measured_at_once():
    effect = Effect("a", "", (1, 2), 0, "bench_left", {"cell": "lstm", "spectral_radius": "off"}, 1)
    figure = measure(effect)
    assert all(0 < value < 1e-6 for value in figure.values)
    assert figure.curve is not None
    assert figure.curve.y[0][-1] == pytest.approx(1)
    counted = measure(Effect("b", "task=names&cell=gru&hidden_size=32", (1,), 0, "parameters"))
    assert counted.values[0] == 3 * 32 * (26 + 32) + 2 * 96 + (32 + 1) * 10


def test_a_measure_that_there_is_not_is_said_before_anything_is_trained():
    with pytest.raises(LookupError, match=r"measure: expected one of .*headline.*, got 'hapax'"):
        measure(Effect("a", "task=echo", (1,), 10**5, "hapax"))
    assert "hapax" not in MEASURES
