"""The Gates page's session: what is held, its link, its figures, and what a broken link or a small run gets."""

import base64
import json

import numpy as np
import pytest
import streamlit
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.layers.interventions import Clamp, Edit, Intervention
from core.layers.recurrent import Recurrent
from core.training.trainer import Experiment, Trainer
from dashboard.figures.heat import HeatMap, largest_size
from dashboard.figures.interventions import comparison_figure
from dashboard.figures.saturation import half_life_figure
from dashboard.figures.time_axis import symbol_label, time_axis
from dashboard.session import interventions
from dashboard.session.interventions import InterventionState
from dashboard.views.gates.unit_search import mark_stretch
from tests.dashboard.views.test_views import MAIN
from tests.helpers.pages import find_control, go_to, run_of, state_of

SMALL = {"task": "adding", "length": "6", "hidden_size": "3", "batch_size": "4"}
TABS = ["Over time", "Saturation and memory", "Over training", "Interventions", "Find units"]


def open_page(tab: str = "", **query: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    go_to(app, "gates")
    for name, value in query.items():
        app.query_params[name] = value
    if tab:
        app.session_state["gates tab"] = tab
    return app.run()


def charts(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(
    "query",
    [
        {**SMALL, "cell": "rnn"},
        {**SMALL, "cell": "lstm", "num_layers": "2", "bidirectional": "true"},
        {**SMALL, "cell": "gru", "reset": "none", "hidden_size": "1"},
        {"task": "translate", "hidden_size": "4"},
        {"task": "load", "hidden_size": "3"},
    ],
    ids=["rnn", "deep lstm", "one unit", "encoder", "unequal layers"],
)
def test_every_view_of_every_kind_of_network_opens(query, tab):
    app = open_page(tab, **query)
    assert not app.exception, app.exception[0].value
    assert not app.error
    if tab == "Interventions":
        app.button(key="hold add").click().run()
        assert not app.exception, app.exception[0].value
    if tab != "Saturation and memory" or query.get("cell") != "rnn":
        assert app.get("plotly_chart")
    if query.get("cell") == "rnn" and tab in TABS[:3]:
        assert "A plain RNN has no gates" in app.info[0].value


def test_train_makes_a_hundred_updates_of_the_run_on_the_live_page():
    app = open_page(**SMALL)
    live = run_of(app)
    app.button(key="train 100").click().run()
    assert run_of(app) is live
    assert live.trainer.index == 100
    assert live.total == 101
    assert live.history.updates[0] == 0
    assert live.history.updates[-1] > 90


def test_what_is_held_changes_the_reading_and_not_the_run():
    app = open_page("Interventions", **SMALL, cell="lstm")
    trainer = run_of(app).trainer
    loss = trainer.look().loss
    app.button(key="hold add").click().run()  # f = 1, all units
    assert state_of(app, InterventionState).in_run == {"": Intervention((Clamp("f", 1.0),))}
    compare = charts(app)[0]
    assert trainer.model.parts[""].intervention is None
    assert trainer.look().loss == loss
    with trainer.model.parts[""].intervene(f=1.0):
        look = trainer.look()
    states = [trace for trace in compare["data"] if "hidden state" in trace.get("name", "")]
    assert len(states) == 3
    np.testing.assert_allclose(
        heat(states[1]), look.recording["h"].values[:, 0].T, rtol=1e-5, atol=1e-7
    )
    np.testing.assert_allclose(heat(states[2]), heat(states[1]) - heat(states[0]), atol=1e-6)


def heat(trace: dict) -> np.ndarray:
    """The numbers of a heat map, decoded."""
    z = trace["z"]
    if isinstance(z, dict):
        shape = [int(n) for n in str(z["shape"]).split(",")]
        return np.frombuffer(base64.b64decode(z["bdata"]), z["dtype"]).reshape(shape)
    return np.array(z, float)


def test_the_run_trains_on_under_it_until_it_is_taken_away():
    app = open_page("Interventions", **SMALL, cell="gru")
    app.button(key="hold add").click().run()
    layer = run_of(app).trainer.model.parts[""]
    app.button(key="hold train").click().run()
    assert layer.intervention == Intervention((Clamp("z", 1.0),))
    assert "under an intervention" in app.warning[0].value
    find_control(app, "held  z = 0, all").set_value(0.0).run()  # what is trained under follows
    assert layer.intervention == Intervention((Clamp("z", 0.0),))
    app.button(key="train 100").click().run()
    trainer = run_of(app).trainer
    assert (trainer.look().recording["z"].values == 0).all()
    go_to(app, "live").run()
    assert "z = 0" in app.warning[0].value.replace("\\", "")
    app.button(key="take away").click().run()
    assert layer.intervention is None
    assert not app.warning


def test_a_new_run_keeps_what_it_trains_under_where_it_fits():
    app = open_page("Interventions", **SMALL, cell="gru")
    app.button(key="hold add").click().run()
    app.button(key="hold train").click().run()
    find_control(app, "control seed").set_value(7).run()
    layer = run_of(app).trainer.model.parts[""]
    assert run_of(app).trainer.experiment.seed == 7
    assert layer.intervention == Intervention((Clamp("z", 1.0),))
    find_control(app, "control cell").set_value("rnn").run()
    assert not app.exception
    assert run_of(app).trainer.model.parts[""].intervention is None
    assert "expected one of h, got 'z'" in " ".join(w.value for w in app.warning).replace("\\", "")


def test_the_link_carries_what_is_held():
    clamped = {"": Intervention((Clamp("f", 0.25, 2), Clamp("h", 0.0, 1)), forget_bias=1.0)}
    app = open_page("Interventions", **SMALL, cell="lstm", intervene=interventions.to_link(clamped))
    assert not app.exception
    assert not app.warning
    assert state_of(app, InterventionState).in_run == clamped
    assert interventions.from_link("".join(app.query_params["intervene"])) == clamped
    app.button(key="remove  f = 0, unit 2").click().run()
    app.button(key="remove  forget bias").click().run()
    assert state_of(app, InterventionState).in_run == {"": Intervention((Clamp("h", 0.0, 1),))}
    app.button(key="remove  h = 0, unit 1").click().run()
    assert state_of(app, InterventionState).in_run == {}
    assert "intervene" not in app.query_params


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "intervene: expected interventions"),
        ("[]", "intervene: expected interventions"),
        ("x" * 5000, "got 5000 characters"),
        (
            '{"":{"clamps":[{"quantity":"f","value":2}]}}',
            "value of f: expected a number from 0 to 1",
        ),
        ('{"":{"clamps":[{"quantity":"f","value":1,"unit":99}]}}', "unit of f: expected"),
        ('{"":{"clamps":[{"quantity":"<b>","value":1}]}}', "expected one of"),
        ('{"encoder":{"forget_bias":1}}', "part: expected ''"),
        ('{"":{"edits":[{"parameter":"w","index":[0],"value":1}]}}', "parameter: expected one of"),
    ],
)
def test_a_link_with_what_cannot_be_held_says_so(text, sentence):
    app = open_page("Interventions", **SMALL, cell="lstm", intervene=text)
    assert not app.exception
    warnings = " ".join(warning.value for warning in app.warning).replace("\\", "")
    assert sentence.lower() in warnings.lower()
    assert "Nothing is held yet" in app.info[0].value


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["f", "h", "weight_hh_l0", "before"])
    | st.text(max_size=5)
)
CLAMPS = st.fixed_dictionaries(
    {"quantity": LEAVES, "value": LEAVES},
    optional={"unit": LEAVES, "layer": LEAVES, "direction": LEAVES},
)
EDITS = st.fixed_dictionaries(
    {"parameter": LEAVES, "index": LEAVES | st.lists(LEAVES, max_size=3), "value": LEAVES}
)
HELD = st.fixed_dictionaries(
    {},
    optional={
        "clamps": LEAVES | st.lists(CLAMPS, max_size=2),
        "edits": LEAVES | st.lists(EDITS, max_size=2),
        "forget_bias": LEAVES,
        "reset": LEAVES,
    },
)


@given(
    st.text(max_size=60) | st.dictionaries(st.just("") | st.text(max_size=4), HELD).map(json.dumps)
)
@settings(max_examples=300)
def test_any_text_is_a_link_that_can_be_said_and_checked_or_a_sentence(text):
    layer = Recurrent("lstm", 2, 2)
    try:
        for each in interventions.from_link(text).values():
            interventions.describe({"": each})
            layer.intervention = each
            layer(torch.zeros(2, 1, 2))
    except (ValueError, LookupError) as error:
        if "expected" not in str(error):
            raise


def test_what_is_held_at_the_same_place_is_replaced(monkeypatch):
    monkeypatch.setattr(streamlit, "session_state", {})
    interventions.add_intervention("", Intervention((Clamp("f", 1.0), Clamp("f", 0.5, 2))))
    interventions.add_intervention(
        "", Intervention((Clamp("f", 0.0),), (Edit("weight_hh_l0", (0, 1), 3.0),))
    )
    interventions.add_intervention(
        "", Intervention(edits=(Edit("weight_hh_l0", (0, 1), 4.0),), reset="before")
    )
    assert interventions.get_interventions()[""] == Intervention(
        (Clamp("f", 0.5, 2), Clamp("f", 0.0)), (Edit("weight_hh_l0", (0, 1), 4.0),), reset="before"
    )
    sentence = interventions.describe(interventions.get_interventions())
    assert sentence == (
        "f = 0.5, unit 2; f = 0, all; weight_hh_l0[0, 1] = 4; reset gate before the product"
    )


def test_a_diverged_run_is_said_and_still_shown():
    app = open_page(
        "Over time",
        **SMALL,
        cell="rnn",
        learning_rate="1e6",
        clipping="off",
        optimizer="sgd",
        activation="relu",
    )
    for _ in range(3):
        if not app.button(key="train 100").disabled:
            app.button(key="train 100").click().run()
    assert not app.exception
    assert run_of(app).trainer.diverged
    assert app.button(key="train 100").disabled
    assert "Go back on the Live page" in app.error[0].value
    app.session_state["gates tab"] = "Interventions"
    app.run()
    app.button(key="hold add").click().run()
    assert not app.exception


def test_the_reader_types_a_sequence():
    app = open_page("Over time", task="names", cell="gru", hidden_size="3")
    find_control(app, "sequence").set_value("Rossi").run()
    assert charts(app)[0]["layout"]["xaxis"]["ticktext"] == list("rossi")
    find_control(app, "sequence").set_value("R0ssi").run()
    assert "expected" in app.warning[0].value
    assert charts(app)[0]["layout"]["xaxis"]["ticktext"] == list("rossi")


@pytest.mark.parametrize("tab", TABS)
def test_one_step_of_one_unit_is_shown_and_has_no_elsewhere(tab):
    app = open_page(tab, task="names", cell="lstm", hidden_size="1")
    find_control(app, "sequence").set_value("a").run()
    if tab == "Interventions":
        app.button(key="hold add").click().run()
    assert not app.exception, app.exception[0].value
    if tab == "Find units":
        assert "one step" in app.info[0].value
    else:
        assert charts(app)


def test_the_search_names_the_unit_and_where_else_it_is_on():
    app = open_page("Find units", task="names", cell="gru", hidden_size="4")
    app.button(key="train 100").click().run()
    assert not app.exception
    tables = app.dataframe
    assert set(tables[0].value.columns) == {"unit", "is", "inside", "outside"}
    texts = " ".join(m.value for m in app.markdown)
    assert "in held-out sequences" in texts
    assert all("[" in text for text in tables[1].value.iloc[:, 3])


def test_a_stretch_is_marked_in_its_surroundings():
    letters = tuple("abcdefghijklmnopqrstuvwxyz")
    assert mark_stretch(tuple("rossi"), 3, 5) == "ros[si]"
    assert mark_stretch(letters, 13, 14) == "… bcdefghijklm[n]opqrstuvwxyz"
    assert mark_stretch(("the", "cat", "was"), 1, 2) == "the [cat] was"


def test_symbols_cannot_become_markup_and_spaces_are_seen():
    assert symbol_label("<b>") == "&lt;b&gt;"
    assert symbol_label(" ") == "␣"
    axis = time_axis(tuple("<&> "))
    assert axis["ticktext"] == ["&lt;", "&amp;", "&gt;", "␣"]
    assert len(time_axis(["0.25"] * 30)["ticktext"]) == 30
    assert time_axis(["0.25"] * 30)["autotickangles"] == [0, -90]
    assert time_axis(["0.25"] * 10)["tickangle"] == 0
    assert len(time_axis(["x"] * 1000)["ticktext"]) <= 60


def test_without_and_with_share_a_scale_and_the_difference_is_symmetric():
    one, two = np.array([[0.5, -1.0]]), np.array([[2.0, 1.0]])
    drawn = comparison_figure(
        [HeatMap("h", one, signed=True)], [HeatMap("h", two, signed=True)], ("a", "b"), "x"
    )
    ranges = [(trace["zmin"], trace["zmax"]) for trace in drawn["data"]]
    assert ranges == [(-2, 2), (-2, 2), (-2, 2)]
    assert drawn["data"][2]["z"].tolist() == [[1.5, 2.0]]
    assert largest_size(np.array([np.nan, np.inf, -3.0])) == 3
    assert largest_size(np.zeros(2)) == 1


def test_the_memory_figure_shows_half_lives_and_what_the_task_needs():
    trainer = Trainer(Experiment(task="adding", length=9, cell="lstm", hidden_size=3))
    layer = trainer.model.parts[""]
    with layer.intervene(f={0: 1.0, 1: 0.5, 2: 0.0}):
        trace = trainer.look().recording[0, "forward"]
    drawn = half_life_figure(trace, trainer.task.must_remember, "x")
    marks = {trace["name"]: trace for trace in drawn["data"]}
    assert marks["half-life"]["y"].tolist() == pytest.approx([1.0])
    assert marks["half-life"]["customdata"].tolist() == [1]
    assert marks["never forgets"]["customdata"].tolist() == [0]
    assert marks["forgets at once"]["customdata"].tolist() == [2]
    assert marks["this task needs 8 steps"]["y"] == [8, 8]
