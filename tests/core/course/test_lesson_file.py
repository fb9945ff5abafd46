"""Lessons as files: what they say, and that no file of any kind raises anything but a sentence."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from core.common.messages import Sentence, say, sentence_of
from core.course.claims import broken, holds, without_effect
from core.course.lesson_file import read_lesson, read_lessons
from core.course.library import open_library
from core.course.yaml_file import parse_yaml
from tests.helpers.lessons import FIGURES, TEXT, YAML, write_lesson


def test_a_lesson_is_what_its_files_say(tmp_path):
    lesson = read_lesson(write_lesson(tmp_path))
    assert (lesson.name, lesson.number, lesson.minutes) == ("small", 3, 7)
    assert [step.kind for step in lesson.steps[:4]] == ["predict", "predict", "predict", "until"]
    assert lesson.steps[2].content["curve"]["y"] == [1e-6, 1], "1e-6 is a number"
    assert lesson.steps[6].choices == ["no", "yes"], "no is a word"
    text = lesson.texts["en"]
    assert (text.title, text.question) == ("What is it?", "How much of it is there?")
    assert text.steps["question"].words == {"few": "a few", "many": "many, about {without_it}"}
    assert text.steps["result"].words == {"with_it": "with it"}
    assert "- few" not in text.steps["question"].body
    assert text.steps["check"].answers["wrong-yes"] == "Not that."
    assert lesson.figures["with_it"].values == (0.91, 1.0, 0.75)
    assert lesson.figures["without_it"].curve.y[2] == (5, 6)
    assert lesson.quick.claims[0].effect == "with_it"


def test_a_language_is_a_file_and_another_reader_gets_the_first(tmp_path):
    folder = write_lesson(tmp_path)
    (folder / "zh.md").write_text(TEXT.replace("What is *it*?", "是什么？"), "utf-8")
    lesson = read_lesson(folder)
    assert list(lesson.texts) == ["en", "zh"]
    assert lesson.language_for("zh") == "zh"
    assert lesson.language_for("fr") == "en"


WRONG = {
    "a key": (("minutes: 7", "minute: 7"), "lesson.yaml: expected one of minutes"),
    "minutes": (("minutes: 7", "minutes: 700"), "lesson.yaml, minutes: expected a whole number"),
    "two kinds": (("    explain: {}", "    explain: {}\n    transfer: {}"), "steps.why: expected exactly one"),
    "a choice of one": (("[few, many]", "[few]"), "steps.question.predict.choice: expected a list"),
    "a log axis": (("[1e-6, 1]", "[0, 1]"), "steps.curve.predict.curve.y: expected numbers above 0"),
    "an early reveal": (("of: question", "of: check"), "steps.result.reveal.of: expected the id"),
    "a figure": (("figures: [with_it]", "figures: [its]"), "steps.result: expected the name of an effect"),
    "an answer": (("answer: no}", "answer: nope}"), "steps.check.check.choice.answer: expected one of"),
    "a claim": (("above: without_it, by", "above: nobody, by"), "claims[1].above: expected one of"),
    "an anchor": (("minutes: 7", "minutes: &a 7"), "expected no anchors"),
    "an indent": (("    explain: {}", "  explain: {}\n   x"), "expected YAML"),
    "an id": (("id: why", "id: check"), "an id of its own"),
    "a huge number": (("high: 100", "high: 1" + "0" * 400), "number.high: expected a number"),
    "a key of a figure": (("[few, many]", "[few, with_it]"), "steps.question: expected keys of a choice that are no"),
    "an address": (('set: "/?', 'set: "http://x/?'), "steps.question.set: expected an address"),
}  # fmt: skip


@pytest.mark.parametrize("change", WRONG)
def test_what_is_wrong_is_named_with_file_and_key(tmp_path, change):
    (old, new), sentence = WRONG[change]
    assert old in YAML
    write_lesson(tmp_path, YAML.replace(old, new, 1))
    write_lesson(tmp_path, name="04_sound")
    lessons, problems = read_lessons(tmp_path / "assets" / "lessons")
    assert list(lessons) == ["sound"], "the others work"
    (problem,) = problems.values()
    assert problem.startswith("assets/lessons/03_small/lesson.yaml")
    assert sentence in problem
    assert isinstance(problem, Sentence)


WRONG_TEXTS = {
    "no title": (("# What", "What"), "a title"),
    "a step less": (("## more", "## mere"), "expected the id of a step"),
    "a word less": (("- few: a few\n", ""), "03_small/en.md, question: expected a line"),
    "emphasis in words": (("- few: a few", "- few: a *few*"), "question: expected plain words behind “- few:”, got 'a *few*'"),
    "a link in words": (("- with_it: with", "- with_it: [with](step:2)"), "result: expected plain words behind"),
    "a verb": (("(step:2)", "(stop:2)"), "03_small/en.md, question: expected a verb"),
    "a figure": (("{with_it.all}", "{its}"), "03_small/en.md, result: expected the name"),
    "no model answer": (("### answer\n\nBecause.", ""), "en.md, why: expected a heading ### answer"),
    "an unknown answer": (("### wrong-yes", "### wrong-y"), "en.md, check: expected a heading ###"),
}  # fmt: skip


@pytest.mark.parametrize("change", WRONG_TEXTS)
def test_what_is_wrong_in_a_text_is_named_with_file_and_step(tmp_path, change):
    (old, new), sentence = WRONG_TEXTS[change]
    assert old in TEXT
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the sentence is looked at
        read_lesson(write_lesson(tmp_path, text=TEXT.replace(old, new, 1)))
    assert sentence in sentence_of(caught.value)


def attempt(read):
    """Reads; a ValueError must hold a whole sentence."""
    sentence = say("nothing is wrong")
    try:
        read()
    except ValueError as error:
        sentence = sentence_of(error)
    assert isinstance(sentence, Sentence)
    assert len(sentence) < 2000


@given(st.text(max_size=300))
def test_no_text_is_yaml_that_raises_anything_else(text):
    attempt(lambda: parse_yaml("x.yaml", text))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
PATHS = [(), ("steps",), ("steps", 0), ("steps", 0, "predict"), ("steps", 2, "predict", "curve"),
    ("steps", 3, "until"), ("steps", 4, "reveal"), ("steps", 6, "check", "choice"), ("steps", 7, "check"),
    ("steps", 8, "check", "match", "curves"), ("effects",), ("effects", "with_it"), ("effects", "with_it", "seeds"),
    ("claims",), ("claims", 0), ("quick",), ("quick", "claim"), ("steps", 0, "set"), ("steps", 0, "id")]  # fmt: skip


@settings(max_examples=150)
@given(st.sampled_from(PATHS), VALUES, st.text(max_size=8))
def test_no_value_anywhere_raises_anything_else(tmp_path_factory, path, value, key):
    whole = yaml.safe_load(YAML)
    inner, *rest = [whole], *(0, *path)
    for name in rest[:-1]:
        inner = inner[name]
    inner[rest[-1]] = value
    if isinstance(value, dict):
        value[key] = 1
    folder = tmp_path_factory.mktemp("lesson")
    text = yaml.safe_dump(whole, allow_unicode=True)
    attempt(lambda: read_lesson(write_lesson(folder, text)))


@settings(max_examples=100)
@given(st.text(max_size=200), st.integers(0, len(TEXT)))
def test_no_text_of_a_lesson_raises_anything_else(tmp_path_factory, text, place):
    folder = tmp_path_factory.mktemp("lesson")
    changed = TEXT[:place] + text + TEXT[place:]
    attempt(lambda: read_lesson(write_lesson(folder, text=changed)))


@pytest.mark.parametrize(
    "figures",
    ["", "[", "[" * 100_000, "{}", '{"figures": 3}', '{"figures": {"with_it": {"values": [NaN]}}}',
     FIGURES.replace("[5, 6]", "[5]"), "x" * 70_000],
)  # fmt: skip
def test_stored_figures_that_cannot_be_read_are_a_sentence(tmp_path, figures):
    attempt(lambda: read_lesson(write_lesson(tmp_path, figures=figures)))


def test_a_file_that_is_no_text_is_a_sentence(tmp_path):
    folder = write_lesson(tmp_path)
    (folder / "en.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"en\.md: expected text in UTF-8"):
        read_lesson(folder)


def test_a_lesson_that_is_dropped_in_or_changed_is_there_at_once(tmp_path):
    shelf = tmp_path / "assets" / "lessons"
    folder = write_lesson(tmp_path)
    assert open_library(shelf) is open_library(shelf), "nothing is read twice"
    write_lesson(tmp_path, name="04_next")
    assert list(open_library(shelf).lessons) == ["small", "next"]
    (folder / "en.md").write_text("# Nothing", "utf-8")
    assert list(open_library(shelf).lessons) == ["next"]
    assert "03_small" in open_library(shelf).broken


def test_a_claim_holds_for_its_figures_and_breaks_when_they_change_places(tmp_path):
    lesson = read_lesson(write_lesson(tmp_path))
    assert broken(lesson.claims, lesson.figures) == []
    for claim in lesson.claims:
        worlds = list(without_effect(claim, lesson.effects, lesson.figures))
        assert worlds
        assert not any(holds(claim, world) for world in worlds)
    weak = json.loads(FIGURES)
    weak["figures"]["with_it"]["values"] = [0.91, 0.3, 0.2]
    other = read_lesson(write_lesson(tmp_path, figures=json.dumps(weak)))
    assert broken(other.claims, other.figures) == list(other.claims)
