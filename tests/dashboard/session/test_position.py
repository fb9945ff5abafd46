"""Where a reader stands, as part of a link: read, written, carried out, and refused with a sentence."""

import json
from pathlib import Path

import pytest
import streamlit
import torch
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.analysis.microscope import Place
from core.layers.interventions import Clamp, Intervention
from core.training.intervention_log import interventions_of, set_interventions
from core.training.trainer import Experiment, Trainer
from dashboard.navigation import LIVE, PAGES
from dashboard.session import interventions, position
from dashboard.session.interventions import InterventionState
from dashboard.session.position import PositionState
from dashboard.views.yours import positions
from tests.helpers.pages import find_control, go_to, run_of, state_of

MAIN = Path(__file__).parents[3] / "dashboard" / "main.py"
RUN = {"task": "adding", "length": "6", "hidden_size": "4", "batch_size": "4", "cell": "lstm"}
OPEN = {"": Intervention((Clamp("f", 1.0),))}
WHOLE = {
    "update": 12,
    "reads": "ä b, 0.5",
    "tab": 2,
    "step": 3,
    "layer": 2,
    "quantity": "f",
    "unit": 0,
    "show": "gradients",
    "phase": 0,
    "number": "da_f.3.5.2.reverse..1",
    "cut": 4,
    "loss": 7,
    "state": 2,
    "scale": "share",
}


def open_page(view: str = "live", **query: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in (RUN | query).items():
        app.query_params[name] = value
    go_to(app, view)
    return app.run()


def in_link(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return value if isinstance(value, str) else "".join(value)


def losses(updates: int, held=None) -> float:
    trainer = Trainer(Experiment.from_query(RUN))
    set_interventions(trainer.model.parts, held or {})
    for _ in range(updates):
        next(trainer)
    return trainer.look().loss


def test_every_part_of_a_position_has_words():
    assert {name for page in PAGES.values() for name in page.position} == set(position.PARAMETERS)
    assert positions.WORDS.keys() == position.PARAMETERS.keys()


def test_a_link_and_back():
    assert position.from_query(position.to_query(WHOLE)) == (WHOLE, [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("update", "-1"),
        ("update", "1e3"),
        ("update", "٣"),
        ("update", "9" * 5000),
        ("step", "0"),
        ("layer", "100"),
        ("quantity", "<b>"),
        ("show", "everything"),
        ("number", "h.1"),
        ("number", "h.1.2.1.sideways"),
        ("reads", "x" * 201),
        ("reads", "a\nb"),
        ("scale", "1"),
    ],
)
def test_nonsense_gets_a_sentence_and_the_rest_is_kept(name, text):
    found, complaints = position.from_query({name: text, "cut": "4"})
    assert found == {"cut": 4}
    assert len(complaints) == 1
    assert complaints[0].startswith(f"{name}: expected ")
    assert len(complaints[0]) < 300


@given(st.dictionaries(st.sampled_from(list(position.PARAMETERS)), st.text(max_size=30)))
def test_any_text_is_a_cursor_or_a_sentence(query):
    found, complaints = position.from_query(query)
    assert position.from_query(position.to_query(found)) == (found, [])
    assert len(found) + len(complaints) == sum(bool(text) for text in query.values())


@pytest.mark.parametrize(
    ("place", "column", "text"),
    [
        (Place("dc", 2, 5), None, "dc.3.5"),
        (Place("h", 0, 0, "", 1, "reverse"), None, "h.1.0.2.reverse"),
        (Place("h", 0, 0, "decoder"), None, "h.1.0.1.forward.decoder"),
        (Place("da_f", 9, 3), 7, "da_f.10.3.1.forward..7"),
    ],
)
def test_the_number_under_the_microscope(place, column, text):
    assert position.format_number(place, column) == text
    assert position.parse_number(text) == (place, column)


def test_what_the_browser_tells_is_checked():
    said = {
        "": {"run": "abc", "update": 7, "step": "x", "tab": 2, "show": None},
        "unrolled": {"run": 3, "phase": True, "layer": 2.0},
        "yours": {"update": 1},
        "gates": [],
    }
    assert position.parse_positions(json.dumps(said)) == {
        "": ("abc", {"update": 7}),
        "unrolled": ("3", {}),
    }
    for nonsense in (None, 3, "", "[", "[]", "null", "[" * 4000, "x" * 10**6):
        assert position.parse_positions(nonsense) == {}


@pytest.mark.parametrize("view", ["unrolled", "gates", "gradients"])
def test_a_page_without_the_player_trains_to_the_update_of_its_link(view):
    app = open_page(view, update="9")
    assert not app.exception
    run = run_of(app)
    assert run.trainer.index == 9
    assert run.trainer.look().loss == losses(9)
    app.run()
    assert run_of(app).trainer.index == 9
    assert in_link(app, "update") == "9"


def test_live_leaves_the_training_to_the_player():
    app = open_page(update="9", step="2", reads="")
    assert run_of(app).trainer.index == 0
    assert in_link(app, "update") == "9"
    assert position.to_query(state_of(app, PositionState).position) == {"update": "9", "step": "2"}
    run = run_of(app)
    run.from_link = False  # as of one that was begun anew
    assert position.get_link_position(LIVE, run) is None
    run.from_link = True
    find_control(app, "control hidden_size").set_value(5).run()  # another run
    assert "update" not in app.query_params
    assert not run_of(app).from_link


def test_too_many_updates_are_not_trained_at_once(monkeypatch):
    monkeypatch.setattr(position, "MAX_UPDATES_FOR_LINK", 5)
    app = open_page("gates", update="900000")
    assert run_of(app).trainer.index == 5
    assert "asks for update 900000" in app.warning[0].value.replace("\\", "")


def test_what_the_unrolled_page_stands_at():
    app = open_page("unrolled", update="3", number="f.2.1", cut="2")
    assert state_of(app, PositionState).numbers == [(Place("f", 1, 1), None)]
    assert find_control(app, "unrolled chunk").value == 2
    assert any("f = " in each.value for each in app.markdown)
    for number in ("f.99.1", "f.1.99", "zz.1.1", "da_f.1.1.1.forward..99", "f.1.1.1.reverse"):
        app = open_page("unrolled", number=number)
        assert not app.exception
        assert state_of(app, PositionState).numbers[-1][0].name == "h"


def test_tabs_and_layers():
    app = open_page("gates", tab="4", layer="2", num_layers="2")
    assert state_of(app, PositionState).noted["gates"] == {"tab": 4, "layer": 2}
    app = open_page("gates", tab="9", layer="99", num_layers="2")
    assert state_of(app, PositionState).noted["gates"] == {"tab": 6, "layer": 2}
    app = open_page("gradients", tab="4")
    assert state_of(app, PositionState).noted["gradients"] == {"tab": 4}
    assert not app.exception


def test_who_comes_back_to_a_page_finds_the_open_tab():
    app = open_page("gates", tab="2")
    app.run()
    go_to(app, "memory").run()
    assert "gates tab" not in app.session_state
    go_to(app, "gates").run()
    assert app.session_state["gates tab"] == "Saturation and memory"


def test_a_sequence_that_the_reader_typed():
    app = open_page(task="names", length="", reads="anna")
    assert run_of(app).trainer.probe.text == "anna"
    app = open_page(task="names", length="", reads="♥♥")
    assert run_of(app).trainer.probe.text == ""
    assert any("expected" in each.value for each in app.warning)


def test_a_link_puts_the_run_under_its_intervention():
    link = interventions.to_link(OPEN)
    app = open_page("gates", intervene=link, under="1", update="4")
    run = run_of(app)
    assert interventions_of(run.trainer.model) == OPEN
    assert run.trainer.intervention_log.changes == [(1, OPEN)]
    assert run.trainer.look().loss == losses(4, OPEN) != losses(4)
    assert (in_link(app, "intervene"), in_link(app, "under")) == (link, "1")
    app = open_page("live", intervene=link)  # in view on Gates, and not in force
    assert interventions_of(run_of(app).trainer.model) == {}
    assert state_of(app, InterventionState).in_run == OPEN
    assert "under" not in app.query_params


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"":{"clamps":[{"quantity":"z","value":1}]}}', "[" * 5000, '{"":3}']
)
def test_an_intervention_that_makes_no_sense_gets_a_sentence(text):
    app = open_page("live", intervene=text, under="1")
    assert not app.exception
    assert interventions_of(run_of(app).trainer.model) == {}
    assert any("expected" in each.value for each in app.warning)


def test_opening_a_saved_run_shows_what_it_is_held_under(monkeypatch):
    trainer = Trainer(Experiment.from_query(RUN))
    set_interventions(trainer.model.parts, OPEN)
    monkeypatch.setattr(streamlit, "session_state", {})
    interventions.set_intervention("", Intervention((Clamp("h", 0.0),)))
    interventions.adopt_from_run(trainer)
    assert interventions.get_interventions() == OPEN
    set_interventions(trainer.model.parts, {})
    interventions.adopt_from_run(trainer)
    assert interventions.get_interventions() == OPEN
