"""Yours, where a run is under an intervention: every tab says so, and the link carries it."""

from itertools import islice
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.io.store import Store
from core.layers.interventions import Clamp, Intervention
from core.training.curves import Curves
from core.training.intervention_log import interventions_of, set_interventions
from core.training.trainer import Experiment, Trainer
from dashboard.session import interventions
from dashboard.session.autosave import ReaderState
from dashboard.session.interventions import InterventionState
from dashboard.session.live_run import LiveRun, RunState
from dashboard.session.settings import Settings
from dashboard.session.study_settings import StudySettings
from dashboard.views.yours import share
from dashboard.widgets.addresses import Reach
from tests.helpers.pages import find_control, go_to, run_of, state_of, without_link

MAIN = Path(__file__).parents[3] / "dashboard" / "main.py"
KEY = "k" * 20
OPEN = {"": Intervention((Clamp("f", 1.0),))}
SMALL = Experiment(task="adding", length=6, cell="lstm", hidden_size=4, batch_size=4)


def trained(*spans: tuple[dict, int]) -> tuple[Trainer, Curves]:
    trainer, curves = Trainer(SMALL), Curves()
    for held, updates in spans:
        set_interventions(trainer.model.parts, held)
        for step in islice(trainer, updates):
            curves.add(step)
    return trainer, curves


def yours(tab: str, trainer: Trainer | None = None, curves: Curves | None = None) -> AppTest:
    torch.set_num_threads(1)
    app = without_link(AppTest.from_file(str(MAIN), default_timeout=60))
    state_of(app, ReaderState).session_key = KEY
    app.session_state["yours tab"] = tab
    if trainer is not None:
        state_of(app, Settings).experiment = trainer.experiment
        state_of(app, RunState).run = LiveRun(trainer, curves)
    return go_to(app, "yours").run()


def said(elements) -> str:
    return " ".join(each.value for each in elements).replace("\\", "")


def query(app: AppTest) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(app.code[0].value).query))


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path))
    monkeypatch.setattr(share, "find_reach", lambda: Reach(is_local=False))
    return Store(tmp_path, KEY)


def test_the_list_says_it_and_opening_goes_on_under_it(store):
    store.save("aaaaaaaa", *trained((OPEN, 2)))
    store.save("bbbbbbbb", *trained((OPEN, 2), ({}, 1)))
    store.save("cccccccc", *trained(({}, 1)))
    app = yours("Runs")
    captions = said(app.caption)
    assert captions.count("intervention: f = 1, all") == 1
    assert captions.count("intervention at some updates") == 1
    app.button(key="open aaaaaaaa").click().run()
    assert interventions_of(run_of(app).trainer.model) == OPEN
    assert state_of(app, InterventionState).in_run == OPEN  # or the Gates page would take it away
    assert "under an intervention" in said(app.warning)


def test_compare_says_that_it_trains_without(store):
    store.save("aaaaaaaa", *trained((OPEN, 2)), name="mine")
    store.save("cccccccc", *trained(({}, 1)), name="other")
    app = yours("Runs")
    app.checkbox(key="choose aaaaaaaa").check()
    app.checkbox(key="choose cccccccc").check().run()
    app.button(key="compare runs").click().run()
    assert not app.exception
    assert "“mine” trained under an intervention. Compare trains every" in said(app.warning)
    assert "other" not in said(app.warning)


def test_export_says_it_before_the_script_is_made(store):
    app = yours("Export", *trained(({}, 1), (OPEN, 2)))
    assert "from update 2 on: f = 1, all" in said(app.warning)
    assert "trains without the intervention" in said(app.warning)
    assert app.button(key="make script").label == "Make the script without the intervention"
    app = yours("Export", *trained(({}, 1)))
    assert not app.warning
    assert app.button(key="make script").label == "Make the script"


def test_share_holds_it_and_the_update(store):
    app = yours("Share", *trained((OPEN, 3)))
    assert not app.warning
    assert interventions.from_link(query(app)["intervene"]) == OPEN
    assert (query(app)["under"], query(app)["update"]) == ("1", "3")
    app.toggle(key="with intervention").set_value(False).run()
    assert not {"intervene", "under"} & query(app).keys()
    assert "was not under the same intervention" in said(app.warning)
    app.toggle(key="with cursor").set_value(False).run()
    assert "update" not in query(app)
    find_control(app, "to page").set_value("memory").run()
    assert urlsplit(app.code[0].value).path == "/memory"
    assert "with cursor" not in [each.key for each in app.toggle]


def test_share_leads_to_the_study_on_the_memory_page(store):
    app = yours("Share", *trained(({}, 1)))
    state_of(app, Settings).study = StudySettings("own", {"updates": "70"})
    find_control(app, "to page").set_value("memory").run()
    assert query(app) == {"updates": "70"}
    assert urlsplit(app.code[0].value).path == "/memory"


def test_share_says_when_a_link_cannot_give_the_same_numbers(store):
    app = yours("Share", *trained(({}, 2), (OPEN, 1)))
    assert "(from update 3 on: f = 1, all)" in said(app.warning)
    app = yours("Share", *trained((OPEN, 1), ({}, 1)))
    assert "from update 2 on: no intervention" in said(app.warning)
    assert "intervene" not in query(app)


def test_what_is_held_in_view_alone_is_not_trained_under(store):
    app = yours("Share", *trained(({}, 2)))
    assert "intervene" not in query(app)
    state_of(app, InterventionState).in_run = OPEN
    app.run()
    assert interventions.from_link(query(app)["intervene"]) == OPEN
    assert "under" not in query(app)
    assert not app.warning
