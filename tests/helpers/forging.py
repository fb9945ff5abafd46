"""Messages that no component of ours would send, and what becomes of them. Used as tests/helpers/fuzzing.py is."""

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import streamlit
from hypothesis import strategies as st

from core.analysis.microscope import Microscope
from core.studies.comparison import Comparison
from core.training.trainer import Experiment, Trainer
from dashboard.player.messages import Message
from dashboard.player.pull import MAX_UPDATES_PER_ANSWER
from dashboard.serving.streams import Request
from dashboard.session import live_run
from dashboard.session.playing import read_question
from dashboard.session.position import PositionState
from dashboard.session.state import state
from dashboard.views.compare import runs
from dashboard.views.gradients import triangle
from dashboard.views.live import player as live_player
from dashboard.views.unrolled import microscope, slow_motion
from dashboard.views.yours import data
from dashboard.widgets import welcome
from tests.helpers.fuzzing import NASTY, TEXT
from tests.helpers.streams import long_slice

SMALL = Experiment(task="names", hidden_size=3, batch_size=2, num_layers=2, bidirectional=True)
PAIR = Comparison(tuple(SMALL.but(cell=cell) for cell in ("rnn", "lstm")), fair="sizes")
MINE = "this run's"  # stands for the name of the run, wherever it is in a message

NUMBERS = (
    st.integers(-3, 40)
    | st.integers()
    | st.sampled_from([2**31, 2**63, -(2**70), 10**300, True, 1.0, 0.5, 1e308, math.nan, math.inf])
)
VALUES = st.recursive(
    st.none() | NUMBERS | TEXT | st.sampled_from([MINE, "probe", "reset", "rewind", "pick"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
KINDS = st.sampled_from(["reset", "probe", "rewind", "reopen", "choose", "pick"])
PULL = st.fixed_dictionaries(
    {"run": st.just(MINE), "have": NUMBERS, "n": NUMBERS}, optional={"every": NUMBERS}
)
CHANGES = st.dictionaries(st.sampled_from(["cell", "hidden_size", "task"]) | TEXT, TEXT) | VALUES
ACTION = st.fixed_dictionaries(
    {"run": st.just(MINE), "kind": KINDS, "have": NUMBERS, "n": NUMBERS},
    optional={"text": TEXT, "saved": TEXT, "changes": CHANGES},
)
CURVE = st.lists(st.floats(-1, 1) | NUMBERS, min_size=20, max_size=60) | st.lists(
    st.floats(0, 1), min_size=30, max_size=60
)
PICK = st.fixed_dictionaries(
    {
        **{"kind": st.just("pick"), "t": NUMBERS, "unit": NUMBERS, "layer": NUMBERS},
        "name": st.sampled_from(["h", "dh", "da_r", "r", "dW", "x"]) | TEXT,
        "part": st.sampled_from(["", "encoder", "decoder"]) | TEXT,
        "direction": st.sampled_from(["forward", "reverse"]) | TEXT,
    },
    optional={"column": NUMBERS | st.none()},
)


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, Any]:
    """(who gets it, a message): one that could be, with something wrong in it, or anything at all."""
    sound = {
        "live pull": PULL,
        "live action": ACTION,
        "compare pull": PULL,
        "compare action": ACTION,
    }
    sound |= {"triangle pull": PULL, "unrolled action": PICK, "key": VALUES, "curve": CURVE}
    receiver = draw(st.sampled_from(sorted(sound)))
    if draw(st.integers(0, 3)) == 0:
        return receiver, draw(VALUES)
    message = draw(sound[receiver])
    if isinstance(message, dict) and message and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(message)) | st.sampled_from(NASTY))
        message = {**message, name: draw(VALUES)}
        if draw(st.booleans()):
            del message[name]
    return receiver, message


def deliver_message(given: tuple[str, Any]) -> str:
    """The message arrives; whatever it is, the page goes on, and little is trained."""
    receiver, message = given
    if live_run.find_run() is None:
        live_run.set_run(live_run.LiveRun(Trainer(SMALL)))
        state(runs.CompareState).runs = runs.ComparedRuns(PAIR)
    run, columns = live_run.get_run(), runs.get_runs()
    component, _, event = receiver.partition(" ")
    named = _named(message, columns.id if component == "compare" else run.id)
    before = run.trainer.index, columns.lockstep.trainers[0][0].index
    key = {"key": "keyring"}.get(component, component)
    streamlit.session_state[key] = SimpleNamespace(**{event or component: named})
    if component in STREAMS:
        ask(component, named)
    else:
        _deliver(receiver, named, run)
    run, columns = live_run.get_run(), runs.get_runs()
    after = run.trainer.index, columns.lockstep.trainers[0][0].index
    assert all(0 <= b <= a + MAX_UPDATES_PER_ANSWER for a, b in zip(before, after, strict=True))
    if run.trainer.index > 100 or columns.lockstep.trainers[0][0].index > 100:
        state(live_run.RunState).run = state(runs.CompareState).runs = None
    return "accepted" if before != after else "refused"


STREAMS: dict[str, Callable[[Message], Request]] = {
    "live": lambda message: read_question(message, live_run.get_run, live_player.ACTIONS),
    "compare": lambda message: read_question(message, runs.get_runs, runs.ACTIONS),
    "triangle": triangle._read_question,
}


def ask(component: str, values: Any) -> bytes | str:
    """What the stream of that component answers; the sentence where it refuses."""
    if not isinstance(values, dict):
        return ""  # the route takes objects alone
    try:
        return STREAMS[component](Message(values)).answer(long_slice(seconds=0.01))
    except (ValueError, LookupError) as error:
        return str(error)


def _deliver(receiver: str, named: Any, run: live_run.LiveRun) -> None:
    if receiver == "unrolled action":
        slow_motion._on_action()
        microscope.draw_microscope(Microscope(run.inspect()), "the same", slow_motion._on_action)
        assert len(state(PositionState).numbers) <= 30
    elif receiver == "key":
        welcome._take_key()
    else:
        data.take_drawn(named)


def _named(message: Any, run: str) -> Any:
    """The message, with the run's own name where MINE stands."""
    if isinstance(message, dict):
        return {name: _named(value, run) for name, value in message.items()}
    if isinstance(message, list):
        return [_named(value, run) for value in message]
    return run if message == MINE else message
