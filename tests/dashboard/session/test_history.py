"""A press of Back or Forward sets the session up by the entry that it leads to, and nothing else does."""

from urllib.parse import urlencode

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.layers.interventions import Clamp, Intervention
from core.training.experiment import Experiment
from core.training.intervention_log import interventions_of
from dashboard.session import interventions, link
from dashboard.session.interventions import InterventionState
from dashboard.session.position import PositionState
from dashboard.session.settings import Settings
from tests.helpers.pages import MAIN, go_to, run_of, state_of

TINY = {"task": "adding", "hidden_size": "3", "length": "4"}
HELD = {"": Intervention((Clamp("h", 0.5, 0),))}


@pytest.fixture
def app():
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    for name, value in TINY.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture
def visit(app, monkeypatch):
    """Goes to the page by Back or Forward, with this behind the "?"."""

    def go(page: str, query: dict[str, str]) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(link, "visited_query", lambda: urlencode(query))
            go_to(app, page).run()
        assert not app.exception

    return go


def address(app: AppTest) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else "".join(value)
        for name, value in app.query_params.items()
    }


def test_a_visit_restores_experiment_and_book_and_writes_the_same_link(app, visit):
    query = {"task": "adding", "cell": "lstm", "hidden_size": "3", "length": "4", "notation": "uvw"}
    visit("architectures", query)
    settings = state_of(app, Settings)
    assert settings.experiment == Experiment.from_query(TINY | {"cell": "lstm"})
    assert settings.notation == "uvw"
    assert address(app) == query
    app.run()
    assert address(app) == query, "the next run went back to what was before"


def test_a_visit_leaves_what_its_page_does_not_describe(app, visit):
    visit("architectures", TINY | {"notation": "uvw"})
    settings = state_of(app, Settings)
    settings.experiment = experiment = Experiment.from_query(TINY | {"cell": "rnn"})
    visit("memory", {"study": "own", "task": "two_sequence", "cells": "rnn", "lengths": "7"})
    assert settings.study is not None
    assert (settings.study.chosen, settings.study.values["lengths"]) == ("own", "7")
    assert (settings.experiment, settings.notation) == (experiment, "uvw")
    study = settings.study
    visit("architectures", TINY)
    assert settings.study is study


@pytest.mark.parametrize(
    "query", [{}, {"embed": "true"}, {"say": "Look"}, {"shared": "t" * 24}], ids=" ".join
)
def test_an_entry_without_settings_changes_none(app, visit, query):
    visit("architectures", TINY | {"cell": "lstm"})
    visit("architectures", query)
    assert state_of(app, Settings).experiment == Experiment.from_query(TINY | {"cell": "lstm"})
    assert address(app)["cell"] == "lstm"


def test_what_an_entry_cannot_have_is_said_in_a_sentence(app, visit):
    visit("architectures", TINY | {"cell": "lstm", "hidden_size": "-1"})
    assert any("from 1 to 1024, got" in warning.value for warning in app.warning)
    assert state_of(app, Settings).experiment == Experiment.from_query(
        {"task": "adding", "length": "4", "cell": "lstm"}
    )


def test_a_visit_restores_what_is_held_and_whether_the_run_trains_under_it(app, visit):
    held = {"intervene": interventions.to_link(HELD)}
    visit("", TINY | held | {"under": "1"})
    assert interventions_of(run_of(app).trainer.model) == HELD
    visit("", TINY | held)
    assert interventions_of(run_of(app).trainer.model) == {}
    assert state_of(app, InterventionState).in_run == HELD
    visit("", TINY)
    assert state_of(app, InterventionState).in_run == {}


def test_a_visit_restores_where_the_reader_stood(app, visit):
    visit("gates", TINY | {"tab": "3"})
    assert state_of(app, PositionState).noted["gates"] == {"tab": 3}
    visit("", TINY)
    visit("gates", TINY | {"tab": "2"})
    assert state_of(app, PositionState).noted["gates"] == {"tab": 2}
