"""Messages of a component, forged: none raises, none trains much, and sound ones are answered."""

import math
from types import SimpleNamespace

import hypothesis
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.player.messages import Message
from dashboard.player.pull import MAX_UPDATES_PER_ANSWER
from dashboard.session import autosave
from dashboard.session.controls import read_message
from dashboard.session.live_run import get_run
from dashboard.session.position import PositionState
from dashboard.session.state import state
from dashboard.views.compare import runs
from dashboard.views.unrolled import slow_motion
from tests.dashboard.views.test_views import open_page
from tests.helpers import forging
from tests.helpers.pages import go_to, state_of

NONSENSE = [
    *(None, 0, 1.5, True, math.nan, "", "pull", [], ["x"], [[1]], {}, {"have": 1}),
    *({"run": None}, {"run": []}, {"run": {}}, {"run": "another's", "have": 0, "n": 9}),
]


@pytest.fixture
def run():
    st.session_state.clear()
    forging.deliver_message(("live pull", None))
    yield get_run()
    st.session_state.clear()


def send(component: str, event: str, message: object) -> None:
    st.session_state[component] = SimpleNamespace(**{event: message})


@pytest.mark.parametrize("message", NONSENSE, ids=str)
@pytest.mark.parametrize("who", ["live pull", "live action", "compare pull", "compare action"])
def test_nonsense_is_no_question(run, who, message):
    assert forging.deliver_message((who, message)) == "refused"


@pytest.mark.parametrize("have", [[], {}, "1", None, math.nan, math.inf, 0.5, True])
@pytest.mark.parametrize("n", [[], 10**300, None, math.nan, "9"])
def test_numbers_that_are_none_train_nothing(run, have, n):
    for component in ("live", "triangle"):
        sentence = forging.ask(component, {"run": run.id, "have": have, "n": [n], "every": {}})
        assert isinstance(sentence, str)
        assert "Reload the page" in sentence
    assert run.trainer.index == 0


@pytest.mark.parametrize("n", [10**300, 2**63, 5])
def test_a_huge_number_is_a_bounded_one(run, n):
    forging.ask("live", {"run": run.id, "have": 1, "n": n, "every": 10**300})
    assert 0 < run.trainer.index <= MAX_UPDATES_PER_ANSWER
    assert len(run.frames) <= MAX_UPDATES_PER_ANSWER


def test_a_question_behind_and_beyond_what_there_is(run):
    sentence = forging.ask("live", {"run": run.id, "have": 10**300, "n": 1})
    assert "expected at most 1 at the player" in sentence
    assert run.trainer.index == 0
    forging.ask("live", {"run": run.id, "have": -(10**300), "n": 2})
    assert run.trainer.index == 1


def test_half_a_sign_does_not_reach_the_page(run):
    asked = {"run": run.id, "kind": "probe", "text": "ab\ud800c", "have": 1, "n": 0}
    assert forging.ask("live", asked)
    (run.trainer.probe.text + run.probe_error).encode()


def test_an_unknown_action_does_nothing_to_the_columns(run):
    columns = runs.get_runs()
    before = columns.id
    sentence = forging.ask("compare", {"run": columns.id, "kind": "<script>", "have": 0, "n": 0})
    assert "<" not in sentence
    assert columns.id == before


def test_pause_takes_a_question_back_and_trains_nothing(run):
    columns = runs.get_runs()
    for component, played in (("live", run), ("compare", columns)):
        asked = {"run": played.id, "kind": "pause", "have": 1, "n": 0}
        assert isinstance(forging.ask(component, asked), bytes)
        question = forging.STREAMS[component](Message(asked))
        assert question.is_click, "it goes before the question that waits, which then gives way"
    assert run.trainer.index == columns.lockstep.trainers[0][0].index == 0


def test_of_a_message_only_what_is_of_the_right_kind_is_read():
    told = Message(
        {"n": 5, "far": 10**30, "truth": True, "list": [1], "text": "é\udfff", "long": "x" * 99}
    )
    assert told.integer("n", 0, 3) == 3
    assert told.integer("far", 0, 7) == 7
    assert [told.integer(name, 0, 9) for name in ("truth", "list", "text", "missing")] == [None] * 4
    assert told.text("text") == "é\ufffd"
    assert told.text("long", 5) == "xxxxx"
    assert told.text("list") == ""


def test_a_message_is_for_its_own_run_alone(run):
    probe = run.trainer.probe.text
    for kind in ({}, {"kind": "probe", "text": "abc"}, {"kind": "reset"}):
        assert isinstance(forging.ask("live", {"run": "other", "have": 0, "n": 9} | kind), bytes)
        assert get_run() is run
        assert (run.trainer.index, run.trainer.probe.text) == (0, probe)
    send("player", "pull", {"run": "other", "n": 1})
    assert read_message("player", "pull") is not None
    assert read_message("nobody", "pull") is None


@pytest.mark.parametrize("key", [None, 5, [], {}, "", "short", "x" * 65, "a/../../b" * 3])
def test_what_cannot_be_a_key_is_not_kept(key):
    assert not autosave.set_browser_key(key)


def click(app: AppTest, **changes: object) -> AppTest:
    place = {"kind": "pick", "name": "h", "t": 1, "unit": 0, "part": "network", "layer": 0}
    message = place | {"direction": "forward", "column": None} | changes
    path = state_of(app, PositionState).numbers
    send("unrolled", "action", message)
    slow_motion._on_action()
    path.extend(state(PositionState).numbers)
    state(PositionState).numbers.clear()
    return app.run()


@pytest.mark.parametrize(
    "changes",
    [
        *({"unit": 10**9}, {"t": -5}, {"layer": 77}, {"part": "<b>"}, {"direction": "up"}),
        *({"column": 10**9, "name": "da_r"}, {"column": 0}, {"column": -1, "name": "da_r"}),
    ],
    ids=str,
)
def test_a_click_on_no_number_leaves_the_page_whole(changes):
    app = open_page(task="names", hidden_size="5")
    go_to(app, "unrolled").run()
    app = click(app, **changes)
    assert not app.exception
    assert any("**h = " in said.value for said in app.markdown), (
        "it shows the number of the beginning"
    )


@hypothesis.settings(max_examples=60, deadline=None)
@hypothesis.given(forging.messages())
def test_random_messages(given):
    forging.deliver_message(given)
