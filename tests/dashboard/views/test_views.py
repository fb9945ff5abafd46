"""Every page runs, and its controls do what they say."""

import gc
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.tasks import TASKS
from core.training.trainer import Experiment
from dashboard.session.link import read_experiment
from dashboard.session.settings import Settings
from dashboard.views.compare.runs import CompareState
from tests.helpers.pages import find_control, go_to, run_of, state_of, unfold

MAIN = Path(__file__).parents[3] / "dashboard" / "main.py"


def open_page(**query: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize("task", TASKS)
def test_every_task_opens(task):
    app = open_page(task=task)
    assert not app.exception
    assert state_of(app, Settings).experiment == Experiment(task=task)
    assert run_of(app).trainer.experiment.task == task


def test_a_link_sets_the_controls():
    app = open_page(task="adding", cell="lstm", hidden_size="7", forget_bias="1.0", length="20")
    assert not app.exception
    assert not app.warning
    assert state_of(app, Settings).experiment == Experiment(
        task="adding", cell="lstm", hidden_size=7, forget_bias=1.0, length=20
    )
    assert find_control(app, "control hidden_size").value == 7


def test_a_control_changes_the_run_and_only_then():
    app = open_page()
    first = run_of(app).id
    app.run()
    assert run_of(app).id == first
    find_control(app, "control hidden_size").set_value(8).run()
    assert state_of(app, Settings).experiment.hidden_size == 8
    assert run_of(app).id != first
    find_control(app, "control task").set_value("text").run()
    assert state_of(app, Settings).experiment == Experiment(task="text")
    assert not app.exception


def test_a_run_goes_on_with_another_learning_rate():
    app = open_page(task="adding", length="9")
    first = run_of(app)
    find_control(app, "control learning_rate").set_value(0.1).run()
    assert run_of(app) is first
    assert first.trainer.experiment == Experiment("adding", length=9, learning_rate=0.1)
    assert "previous run" not in [each.key for each in app.button]


def test_another_network_leaves_a_way_back_to_the_run_before():
    app = open_page(task="adding", length="9")
    first = run_of(app)
    first.train(2)
    find_control(app, "control hidden_size").set_value(8).run()
    assert run_of(app) is not first
    assert [each.key for each in app.button].count("previous run") == 0, "the player offers it"
    go_to(app, "unrolled").run()
    app.button(key="previous run").click().run()
    assert run_of(app) is first
    assert first.trainer.index == 2
    assert state_of(app, Settings).experiment == first.trainer.experiment
    assert find_control(app, "control hidden_size").value == first.trainer.experiment.hidden_size
    assert "adding" in app.query_params["task"]
    assert not app.exception


def test_a_number_that_can_be_empty_begins_with_its_value_and_can_be_emptied_once_it_is_there():
    app = open_page(task="adding", cell="lstm", forget_bias="1.0", length="9")
    begun = find_control(app, "control forget_bias")
    assert begun.proto.default == 1.0, "whatever other message is lost"
    app.run()
    there = find_control(app, "control forget_bias")
    assert (there.id, there.value) == (begun.id, 1.0)
    assert not there.proto.HasField("default"), "Streamlit empties no box that begins full"
    there.set_value(None).run()
    assert state_of(app, Settings).experiment.forget_bias is None
    assert find_control(app, "control forget_bias").id == begun.id


def test_a_learning_rate_between_two_marks_stays_what_it_is():
    rate = 0.0030000001  # 0.003 in six digits
    app = open_page(task="adding", length="9", learning_rate=str(rate))
    app.run()
    assert state_of(app, Settings).experiment.learning_rate == rate


@pytest.mark.parametrize(
    ("box", "control"),
    [("training box", "control optimizer"), ("network box", "control initialization")],
)
def test_what_is_folded_is_drawn_when_it_is_unfolded(box, control):
    def keys() -> set[str]:
        choices = (*app.sidebar.selectbox, *app.sidebar.button_group)
        return {str(choice.key).rpartition(".")[0] for choice in choices}

    app = open_page()
    assert control not in keys()
    unfold(app, box)
    assert control in keys()
    assert not app.exception


def test_formulas_are_drawn_when_they_are_unfolded():
    app = open_page(cell="lstm")
    assert not app.latex
    unfold(app, "equations box")
    assert any("f_t" in formula.value for formula in app.latex)
    assert not app.exception


def test_what_does_not_fit_is_refused_with_a_sentence_and_nothing_is_lost():
    app = open_page(task="text")
    run = run_of(app).id
    unfold(app, "network box")
    find_control(app, "control bidirectional").set_value(True).run()
    assert "Two directions: expected false" in app.warning[0].value.replace("\\", "")
    assert run_of(app).id == run
    assert find_control(app, "control bidirectional").value is False


@pytest.mark.parametrize(
    "query",
    [
        {"hidden_size": "1000000000"},
        {"cell": "<script>alert(1)</script>"},
        {"bogus": "1"},
        {"learning_rate": "nan"},
        {"task": "names", "length": "x" * 5000},
    ],
)
def test_a_broken_link_keeps_what_is_good_in_it(query):
    app = open_page(seed="9", **query)
    assert not app.exception
    assert "expected" in app.warning[0].value
    assert state_of(app, Settings).experiment.seed == 9


@given(
    st.dictionaries(
        st.sampled_from(["task", "cell", "hidden_size", "seed", "length", "clipping", "x"])
        | st.text(max_size=8),
        st.sampled_from(["names", "text", "adding", "rnn", "lstm", "5", "-1", "1e99", "true", ""])
        | st.text(max_size=20),
        max_size=5,
    )
)
@settings(max_examples=150)
def test_any_link_gives_an_experiment_or_a_sentence(query):
    experiment, complaints = read_experiment(query)
    assert isinstance(experiment, Experiment)
    for sentence in complaints:
        assert "expected" in sentence
    if not complaints:
        assert Experiment.from_query(experiment.to_query()) == experiment


def test_the_sample_beside_the_curves_is_drawn_as_the_sliders_say():
    app = open_page(task="text", hidden_size="8")
    assert run_of(app).trainer.panel_options == {}
    find_control(app, "write temperature").set_value(0.0).run()
    live = run_of(app)
    assert live.trainer.panel_options == {"temperature": 0.0, "top_k": 0}
    assert live.layouts[-1] == live.layouts[0], "another sequence is read"
    assert b'"temperature": 0.0' in live.frames[-1]
    find_control(app, "write top_k").set_value(5).run()
    assert b'"top_k": 5' in run_of(app).frames[-1]
    find_control(app, "control hidden_size").set_value(9).run()  # another run is drawn so too
    assert run_of(app).trainer.panel_options == {"temperature": 0.0, "top_k": 5}
    assert not app.exception


def test_a_run_that_will_be_slow_is_told_before_it_starts(scheduler):
    others = [scheduler.add_client() for _ in range(40)]
    for client in others:
        client.recent, client.last = 1.0, scheduler.now()
    app = open_page(task="names", batch_size="1024")
    assert not app.exception
    sentence = app.warning[0].value.replace("\\", "")
    assert sentence.startswith(
        "Runs that others train on this server: 40. One update of yours takes"
    )
    for client in others:
        client.last = 0.0
    assert not open_page(task="names").warning


def test_a_server_without_memory_says_so_and_goes_on(scheduler):
    app = open_page(task="adding")
    other = scheduler.add_client()
    scheduler.reserve_memory(other, "live", 50)
    scheduler.memory = 100
    find_control(app, "control hidden_size").set_value(8).run()
    assert not app.exception
    assert "Memory: expected at most" in app.error[0].value.replace("\\", "")
    del other
    app.run()
    assert not app.error
    assert run_of(app).trainer.experiment.hidden_size == 8


def test_the_client_of_a_session_is_given_back_with_it(scheduler):
    app = open_page(task="adding")
    assert scheduler.reserved_memory() == (1, app.session_state["client"].reserved["live"])
    del app
    gc.collect()
    assert scheduler.reserved_memory() == (0, 0)


def test_the_deep_card_leads_to_shallow_and_deep_side_by_side():
    app = go_to(open_page(), "architectures").run()
    app.button(key="compare deep").click().run()
    assert not app.exception
    compared = state_of(app, Settings).comparison
    assert [e.num_layers for e in compared.experiments] == [1, 2, 3]
    assert compared.fair == "parameters"
    assert state_of(app, CompareState).runs.comparison == compared


def test_the_way_to_own_data_and_back_to_that_of_the_task():
    app = open_page(task="text")
    app.button(key="to own data").click().run()
    app.text_area(key="own paste").set_value(
        "to be or not to be, that is the question. " * 30
    ).run()
    app.button(key="train on text").click().run()
    assert not app.exception
    assert "that is the question" in str(state_of(app, Settings).experiment.options)
    assert "that is the question" in str(run_of(app).trainer.experiment.options)
    (defaults,) = (each for each in app.button if each.label == "Back to the defaults")
    defaults.click().run()
    assert state_of(app, Settings).experiment == Experiment(task="text")


def test_a_task_without_data_of_ones_own_offers_no_way_to_it():
    assert "to own data" not in [each.key for each in open_page(task="adding").button]
