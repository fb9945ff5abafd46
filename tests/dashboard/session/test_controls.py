"""Settings change by the reader's choices alone, whatever an outdated browser says of its controls beside them.

A browser is imitated that renders what the server drew some events later, and that tells with each message the
values of all controls that it shows. Streamlit itself takes its messages.
"""

from copy import deepcopy
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, Widget

from core.training.experiment import Experiment
from core.training.presets import PRESETS
from dashboard.session.controls import ControlState
from dashboard.session.settings import Settings
from tests.helpers.pages import find_control, state_of

FIRST = Experiment(task="adding", length=5, cell="lstm", hidden_size=4, batch_size=4)
DEFAULTS = "Back to the defaults"
VALUES: dict[str, list[Any]] = {
    "cell": ["rnn", "lstm", "gru"],
    "hidden_size": [4, 5, 6],
    "learning_rate": [1e-3, 1e-2, 0.1],
    "clipping": ["off", "norm", "value"],
    "bias": [True, False],
    "dropout": [0.0, 0.3],
    "forget_bias": [None, 1.0, 2.0],
    "example": list(PRESETS)[:3],
}


def panel() -> None:
    import streamlit

    from core.training.experiment import Experiment
    from dashboard.session.settings import Settings
    from dashboard.session.state import state
    from dashboard.widgets import experiment_panel

    for box in ("training box", "network box"):  # unfolded
        if box not in streamlit.session_state:
            streamlit.session_state[box] = True
    first = {"length": 5, "hidden_size": 4, "batch_size": 4}
    settings = state(Settings)
    settings.experiment = settings.experiment or Experiment(task="adding", cell="lstm", **first)
    experiment_panel.draw_panel()
    streamlit.button("Rerun")


class Browser:
    """It has rendered the `rendered`-th answer of the server, and shows `shown`: id of a control -> itself.

    experiment: the one that the reader's acts ask for.
    """

    def __init__(self) -> None:
        self.app = AppTest.from_function(panel, default_timeout=60).run()
        self.answers: list[list[Any]] = []
        self.shown: dict[str, Any] = {}
        self.rendered, self.experiment = -1, FIRST
        self._take_answer()
        self.render(1)

    def _take_answer(self) -> None:
        widgets = [each for each in self.app._tree if isinstance(each, Widget)]
        for each in widgets:
            each.set_value(each.value) if not isinstance(each, Button) else None  # as it is now
        self.answers.append(widgets)

    def render(self, answers: int) -> None:
        """Renders up to so many further answers: a control that it knows keeps the value that it has here."""
        self.rendered = min(self.rendered + answers, len(self.answers) - 1)
        newest = {each.id: each for each in self.answers[self.rendered]}
        self.shown = {id_: self.shown.get(id_, each) for id_, each in newest.items()}

    def send(self) -> None:
        """The message of an act, or of something that reran the page without one."""
        message = WidgetStates()
        for each in self.shown.values():
            if not isinstance(each, Button) or each.value:
                message.widgets.append(deepcopy(each._widget_state))
        self.app._run(message)
        assert not self.app.exception, self.app.exception[0].value
        self._take_answer()

    def move(self, name: str, value: Any) -> None:
        """The reader puts this value there, if the browser shows such a control with another one."""
        control = next(
            (w for w in self.shown.values() if (w.key or "").startswith(f"control {name}.")), None
        )
        if control is not None and control.value != value:
            control.set_value(value)
            self.experiment = asked_for(self.experiment, name, value)
        self.send()

    def press(self, label: str) -> None:
        button = next(w for w in self.shown.values() if isinstance(w, Button) and w.label == label)
        button.click()
        if label == DEFAULTS:
            self.experiment = Experiment(task=self.experiment.task)
        self.send()
        button._value = False


def asked_for(experiment: Experiment, name: str, value: Any) -> Experiment:
    """The experiment after such a choice; the same one where it is impossible."""
    if name == "example":
        return PRESETS[value].experiment
    try:
        return experiment.but(**{name: value})
    except (ValueError, LookupError):
        return experiment


MOVES = st.sampled_from([("move", name, value) for name in VALUES for value in VALUES[name]])
PRESSES = st.sampled_from([("press", DEFAULTS), ("press", "Rerun")])
EVENTS = st.tuples(st.integers(0, 3), st.one_of(MOVES, MOVES, PRESSES))


@settings(max_examples=12, deadline=None)
@example([(0, ("move", "example", "deep")), (0, ("press", "Rerun"))])
@example([(0, ("move", "hidden_size", 6)), (0, ("press", DEFAULTS)), (0, ("press", "Rerun"))])
@example([(0, ("press", DEFAULTS)), (0, ("move", "learning_rate", 0.1)), (0, ("press", "Rerun"))])
@example([(1, ("move", "bias", False)), (0, ("move", "bias", True)), (0, ("press", "Rerun"))])
@given(st.lists(EVENTS, max_size=12))
def test_the_experiment_is_what_the_readers_acts_ask_for(events):
    browser = Browser()
    for answers, (kind, *what) in events:
        browser.render(answers)
        getattr(browser, kind)(*what)
        assert state_of(browser.app, Settings).experiment == browser.experiment
    browser.render(len(events))
    browser.press("Rerun")
    assert state_of(browser.app, Settings).experiment == browser.experiment
    for name in state_of(browser.app, ControlState).connected:
        _scope, _space, option = name.partition(" ")
        if hasattr(browser.experiment, option):
            try:
                shown = find_control(browser.app, name)
            except StopIteration:  # of another cell
                continue
            assert shown.value == getattr(browser.experiment, option), name
