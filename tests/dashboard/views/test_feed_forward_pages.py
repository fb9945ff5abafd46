"""Every page and tab shows a run without recurrence, and one with windows, and says what does not apply."""

import pytest
from streamlit.testing.v1 import AppTest

from core.training.trainer import Experiment, Trainer
from dashboard.navigation import PAGES
from dashboard.session.live_run import LiveRun
from tests.helpers.pages import MAIN, find_control, go_to, run_of, unfold, words_of

KINDS = {
    "off": {"cell": "lstm", "recurrence": "false"},
    "convolution": {"cell": "rnn", "recurrence": "false", "window": "3", "num_layers": "2"},
    "windows": {"cell": "gru", "window": "2", "bidirectional": "true", "combine": "sum"},
}
ONE_OFTEN = [
    kind if k == 0 else pytest.param(kind, marks=pytest.mark.long) for k, kind in enumerate(KINDS)
]
TABS = {"gates": 6, "gradients": 7}


def open_page(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params.update({"task": "names", "hidden_size": "6", "update": "3", **query})
    app = go_to(app, page).run()
    assert not app.exception, [each.value for each in app.exception]
    assert not app.warning, [each.value for each in app.warning]
    return app


@pytest.mark.parametrize("kind", ONE_OFTEN)
@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("", "memory")])
def test_every_page_opens(page, kind):
    for tab in range(1, TABS.get(page, 1) + 1):
        open_page(page, **KINDS[kind], tab=str(tab))


def test_what_is_not_carried_is_not_measured():
    app = open_page("gates", **KINDS["off"], tab="2")
    assert any("nothing is carried" in each.value for each in app.info)
    app = open_page("gates", **(KINDS["off"] | {"recurrence": "true"}), tab="2")
    assert not any("nothing is carried" in each.value for each in app.info)


def test_the_drawer_has_the_controls_and_combine_only_where_there_are_two_directions():
    app = unfold(open_page("", **KINDS["off"]), "network box")
    assert find_control(app, "control recurrence").value is False
    assert find_control(app, "control window").value == 1
    with pytest.raises(StopIteration):
        find_control(app, "control combine")
    app = find_control(app, "control bidirectional").set_value(True).run()
    app = unfold(app, "network box")
    find_control(app, "control combine").set_value("sum").run()
    assert run_of(app).trainer.model.combine == "sum"
    assert run_of(app).trainer.experiment.recurrence is False


def test_the_line_above_a_page_says_it():
    words = words_of(open_page("unrolled", **KINDS["windows"]))
    assert "GRU, 6 units, two directions, added, windows of 2 inputs" in words
    words = words_of(open_page("unrolled", **KINDS["off"]))
    assert "LSTM, 6 units, without recurrence" in words


def test_the_player_draws_nothing_that_is_carried():
    off = LiveRun(Trainer(Experiment("names", cell="lstm", recurrence=False))).header()
    on = LiveRun(Trainer(Experiment("names", cell="lstm"))).header()
    assert (off["recurrence"], off["carry"]) == (False, None)
    assert (on["recurrence"], on["carry"]["gate"]) == (True, "f")
    assert "nothing is kept" in off["strings"]["keeps nothing"]
    assert "nothing is kept" not in on["strings"]["keeps nothing"]


def test_unrolled_says_that_every_term_is_zero():
    words = [each.value for each in open_page("unrolled", **KINDS["off"]).info]
    assert any("every term of dW_hh is 0" in each for each in words)
    assert not open_page("unrolled", **KINDS["windows"]).info
