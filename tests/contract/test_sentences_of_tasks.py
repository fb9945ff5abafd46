"""Every task is said in one plain sentence, whose choices are its own options with their present values."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.io import user_data
from core.tasks import TASKS, Task
from core.tasks.sentence import read_sentence
from tests.core.io.test_user_data import AIR, NAMES, PAIRS, REVIEWS, SERIES, SINE, TEXT

OWN = {
    "series": (SINE, SERIES, AIR),
    "labelled": (NAMES, REVIEWS),
    "pairs": (PAIRS,),
    "running text": (TEXT,),
}


def say_sentence(template: str, values: Mapping[str, Any]) -> str:
    """The whole sentence in plain words."""
    return "".join(part.say(values) for part in read_sentence(template))


def check_sentence(task: Task) -> None:
    """One sentence in plain words; each part an option that means something now, and the task exactly once."""
    values = task.sentence_values
    sentence = say_sentence(task.present_sentence, values)
    assert sentence.endswith(".")
    assert ". " not in sentence
    assert not set("[]{}|_") & set(sentence.replace(values.get("column name", "\0"), ""))
    assert sentence == " ".join(sentence.split())
    assert sentence[0].islower(), "it goes on after “A GRU with 24 units”"
    parts = [part for part in read_sentence(task.present_sentence) if part.option]
    options = {option.name: option for option in task.shown_options}
    assert [part.option for part in parts].count("task") == 1
    assert {part.option for part in parts} <= {"task", *options}
    for part in parts:
        words = part.say(values)
        assert words.strip() == words
        assert words
        if part.option in options and options[part.option].kind == "integer":
            value = task.values[part.option]
            assert str(value) in words or value == 1 or task.value_titles(part.option)


def options_of(name: str) -> st.SearchStrategy[dict]:
    """Values of the options of a task's own data; of a choice that a download brings too, as nothing is read."""
    strategies = {}
    for option in TASKS[name].options:
        if option.kind == "integer":
            strategies[option.name] = st.integers(int(option.low), int(option.high))
        elif option.kind == "truth":
            strategies[option.name] = st.booleans()
        elif option.kind == "choice":
            strategies[option.name] = st.sampled_from(option.choices)
    return st.fixed_dictionaries({}, optional=strategies)


@pytest.mark.parametrize("name", list(TASKS))
@given(data=st.data())
def test_the_sentence_says_the_options(name, data):
    try:
        task = TASKS[name](**data.draw(options_of(name)))
    except ValueError:
        return  # it refuses them
    check_sentence(task)


@pytest.mark.parametrize("name", [name for name in TASKS if TASKS[name].own_data_kind])
def test_the_sentence_is_right_with_the_readers_data(name):
    fitting = [
        fit.experiment.make_task()
        for content in OWN[TASKS[name].own_data_kind]
        for fit in user_data.fit_tasks(content)
        if fit.task == name and fit.experiment is not None
    ]
    assert fitting
    for task in fitting:
        assert task.has_own_data
        check_sentence(task)
        assert task.present_sentence != task.sentence


def test_no_task_keeps_the_words_of_all_tasks():
    for task in TASKS.values():
        assert task.sentence != Task.sentence, task.title
    sentences = [task.sentence for task in TASKS.values()]
    assert len(set(sentences)) == len(TASKS)


def test_a_task_that_says_nothing_is_said_by_its_title():
    class Quiet(TASKS["adding"]):
        sentence = Task.sentence

    assert say_sentence(Quiet.sentence, Quiet().sentence_values) == "learns Adding."


@pytest.mark.parametrize("name", list(TASKS))
def test_what_is_spoken_is_a_value_of_an_option(name):
    options = {option.name: option for option in TASKS[name].options}
    for option, words in TASKS[name].spoken.items():
        assert not options[option].choices or set(words) == set(options[option].choices)


@pytest.mark.parametrize("name", list(TASKS))
def test_what_stands_after_the_score_fits_what_it_is(name):
    """A share is "of ..."; what is no share names the metric first."""
    task = TASKS[name]
    unseen, seen = task.score_words
    assert unseen.startswith("of ") == task.is_share[task.headline]
    assert seen.startswith(("of ", "on "))
    assert seen.startswith("of ") == unseen.startswith("of ")
    assert unseen != Task.score_words[0], "that is for tasks that say nothing"


def test_words_for_one_are_said_of_one_only():
    template = "waits [delay|{delay} step|{delay} steps], [growing|slowly|fast]."
    assert say_sentence(template, {"delay": 1, "growing": True}) == "waits 1 step, fast."
    assert say_sentence(template, {"delay": 11, "growing": False}) == "waits 11 steps, fast."
    assert say_sentence("says {column name}.", {"column name": "[x|{y}]"}) == "says [x|{y}]."
