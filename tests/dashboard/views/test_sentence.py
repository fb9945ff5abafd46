"""The sentence of the Live page: its parts say the experiment, and a choice in it is one of the experiment."""

import re

import pytest
import streamlit as st

from core.cells import CELLS
from core.common.options import Option
from core.tasks import TASKS
from core.training.experiment import FIELDS, Experiment
from dashboard.common import i18n
from dashboard.player.messages import Message
from dashboard.session.settings import Settings, choose_experiment, experiment
from dashboard.session.simplification import Simplification, SimplificationState
from dashboard.session.state import state
from dashboard.views.live.sentence import choose_in_sentence, write_sentence


@pytest.fixture(autouse=True)
def fresh_session():
    st.session_state.clear()
    yield
    st.session_state.clear()


def said(present: Experiment) -> str:
    """The sentence in plain words."""
    parts = write_sentence(present)
    return "".join(part if isinstance(part, str) else part["title"] for part in parts)


def choices(present: Experiment) -> dict[str, dict]:
    return {part["name"]: part for part in write_sentence(present) if not isinstance(part, str)}


def option_of(present: Experiment, name: str) -> Option:
    return FIELDS.get(name) or next(o for o in present.make_task().options if o.name == name)


@pytest.mark.parametrize(
    ("settings", "beginning"),
    [
        ({"cell": "gru", "hidden_size": 24}, "A GRU with 24 units reads"),
        ({"cell": "lstm", "hidden_size": 1}, "An LSTM with 1 unit reads"),
        ({"cell": "mgu", "num_layers": 2, "hidden_size": 16}, "An MGU with 2 layers of 16 units"),
        (
            {"cell": "rnn", "num_layers": 3, "first_size": 50, "hidden_size": 20},
            "An RNN with 3 layers of 50 and 20 units reads",
        ),
        (
            {"hidden_size": 20, "bidirectional": True},
            "A GRU with 20 units in both directions with joined states reads",
        ),
        (
            {"hidden_size": 20, "bidirectional": True, "combine": "sum"},
            "A GRU with 20 units in both directions with added states reads",
        ),
        (
            {"num_layers": 2, "hidden_size": 20, "normalization": "layer"},
            "A GRU with 2 layers of 20 units and layer normalisation reads",
        ),
        ({"recurrence": False}, "A GRU with 64 units, without recurrence, reads"),
        (
            {"hidden_size": 24, "recurrence": False, "window": 3},
            "A GRU with 24 units, without recurrence, on windows of the last 3 inputs, reads",
        ),
        (
            {"cell": "rnn", "window": 2},
            "An RNN with 64 units, on windows of the last 2 inputs, reads",
        ),
    ],
)
def test_it_says_the_network(settings, beginning):
    present = Experiment("names", **settings)
    assert said(present).startswith(beginning)
    assert said(present).endswith("letter by letter, and says which of 10 languages it comes from.")


@pytest.mark.parametrize("task", list(TASKS))
def test_every_part_has_its_own_value_among_its_choices_and_each_is_one_of_its_option(task):
    present = Experiment(task)
    parts = choices(present)
    assert {"cell", "hidden_size", "task"} <= parts.keys()
    for name, part in parts.items():
        values = [value for value, _words in part["choices"]]
        words = [words for _value, words in part["choices"]]
        assert part["value"] in values
        assert len(set(values)) == len(values) > 1
        assert len(set(words)) == len(words), "two choices are told apart"
        option = option_of(present, name)
        assert option.parse(part["value"]) == getattr(present, name)
        for value in values:
            option.parse(value)


def test_the_memoryless_network_is_a_choice_of_its_own_and_leads_back():
    parts = choices(Experiment("names", recurrence=False, window=3, bidirectional=True))
    assert parts["recurrence"]["choices"] == [
        ["true", "with recurrence"],
        ["false", "without recurrence"],
    ]
    assert parts["window"]["choices"][:3] == [
        ["1", "one input"],
        ["2", "the last 2 inputs"],
        ["3", "the last 3 inputs"],
    ]
    assert parts["combine"]["choices"] == [["concat", "joined"], ["sum", "added"]]
    choose_experiment(Experiment("names", recurrence=False, window=3))
    choose_in_sentence({"recurrence": "true", "window": "1"})
    assert experiment() == Experiment("names")


def test_units_are_the_usual_ones_and_the_present_one():
    units = choices(Experiment("names", hidden_size=50))["hidden_size"]
    assert [value for value, _ in units["choices"]] == [
        "1",
        "2",
        "4",
        "8",
        "16",
        "24",
        "32",
        "50",
        "64",
        "128",
    ]
    assert units["choices"][0][1] == "1 unit"
    assert units["title"] == "50 units"


def test_every_cell_and_task_can_be_chosen():
    parts = choices(Experiment("names"))
    assert [value for value, _ in parts["cell"]["choices"]] == list(CELLS)
    assert [value for value, _ in parts["task"]["choices"]] == list(TASKS)


@pytest.mark.parametrize(
    "lesson", [Simplification(hide=frozenset(["cell"])), Simplification(lock=frozenset(["cell"]))]
)
def test_what_a_lesson_hides_or_locks_is_said_and_cannot_be_chosen(lesson):
    state(SimplificationState).simplification = lesson
    present = Experiment("names", cell="gru", hidden_size=8)
    choose_experiment(present)
    assert said(present).startswith("A GRU with 8 units")
    assert "cell" not in choices(present)
    choose_in_sentence({"cell": "lstm", "hidden_size": "16"})
    assert experiment() == present.but(hidden_size=16)


def test_choices_are_taken_together():
    choose_experiment(Experiment("names", cell="gru", hidden_size=8))
    choose_in_sentence({"cell": "lstm", "hidden_size": "16", "length": "12"})
    assert experiment() == Experiment("names", cell="lstm", hidden_size=16, length=12)
    choose_in_sentence({"task": "echo", "delay": "3", "source": "original"})
    assert experiment() == Experiment("echo", delay=3), "what the new task does not have is dropped"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hidden_size": "0"}, "hidden_size: expected"),
        ({"hidden_size": "many"}, "hidden_size: expected"),
        ({"marked": "90"}, "marked: expected fewer than the 30 steps"),
        ({"task": "nonsense"}, "task"),
        ({"cell": "<b>"}, "cell"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(changes, sentence):
    before = Experiment("two_sequence", hidden_size=5)
    choose_experiment(before)
    choose_in_sentence(changes)
    assert experiment() == before
    (complaint,) = state(Settings).complaints
    assert complaint.startswith(sentence)
    choose_in_sentence({"hidden_size": "6"})
    assert state(Settings).complaints == []


def test_a_message_holds_texts_alone():
    message = Message({"changes": {"cell": "lstm", "hidden_size": 8, "x": None}, "other": ["cell"]})
    assert message.texts("changes") == {"cell": "lstm"}
    assert message.texts("other") == message.texts("none") == {}


@pytest.fixture
def chinese():
    i18n.speak("zh")
    yield
    i18n.speak("en")


READS_AT_A_STEP = ({}, {"recurrence": False}, {"window": 3}, {"recurrence": False, "window": 3})


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        (name, settings)
        for name, task in TASKS.items()
        for settings in (READS_AT_A_STEP[:1] if task.network == "seq2seq" else READS_AT_A_STEP)
    ],
)
def test_no_space_stands_in_the_chinese_sentence_but_beside_other_letters(chinese, name, settings):
    sentence = said(Experiment(task=name, **settings))
    assert not re.search("[\u3400-\u9fff，。：；、] +[\u3400-\u9fff，。：；、]", sentence), sentence
