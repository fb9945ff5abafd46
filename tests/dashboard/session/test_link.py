"""Links and runs from before still open: both were written by an earlier state of this project.

data/links.json: addresses, each with what it opened then. data/run_before: a run that was saved then, with the
losses of the updates that came next.
"""

import json
import shutil
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.io.runs import load_with_curves
from core.io.store import Store
from core.layers.interventions import Clamp, Intervention
from core.training.experiment import Experiment
from core.training.intervention_log import interventions_of
from dashboard.navigation import COMPARE, LIVE, MEMORY, PAGES
from dashboard.session import interventions, link
from dashboard.session.autosave import ReaderState
from dashboard.session.interventions import InterventionState
from dashboard.session.live_run import RunState
from dashboard.session.position import PositionState
from dashboard.session.settings import Settings
from dashboard.session.simplification import SimplificationState
from tests.helpers.pages import MAIN, go_to, run_of, state_of

DATA = Path(__file__).parents[2] / "data"
LINKS = json.loads((DATA / "links.json").read_text())
BEFORE = DATA / "run_before"
EXPECTED = json.loads((BEFORE / "expected.json").read_text())
HELD = {"": Intervention((Clamp("f", 1.0),))}
KEY = "k" * 20


def opened(page: str, query: dict[str, str]) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return go_to(app, page).run()


def described(values: dict[str, Any] | None) -> Experiment | None:
    return None if values is None else Experiment.from_dict(values)


def in_address(app: AppTest) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else "".join(value)
        for name, value in app.query_params.items()
    }


@pytest.mark.parametrize(
    "case", LINKS, ids=[f"{k} {case['page'] or 'live'}" for k, case in enumerate(LINKS)]
)
def test_a_link_from_before_opens_what_it_opened(case):
    app, then = opened(case["page"], case["query"]), case["opens"]
    assert not app.exception
    settings = state_of(app, Settings)
    if then["experiment"] is not None:
        assert settings.experiment == described(then["experiment"])
    if then["comparison"] is not None:
        comparison, expected = settings.comparison, then["comparison"]
        assert comparison is not None
        assert list(comparison.experiments) == [described(e) for e in expected["experiments"]]
        assert (comparison.fair, comparison.seeds) == (expected["fair"], expected["seeds"])
        assert list(comparison.sizes or ()) == (expected["sizes"] or [])
    if then["study"] is not None:
        assert settings.study is not None
        assert settings.study.chosen == then["study"]["chosen"]
        assert settings.study.values == then["study"]["values"]
    if then["notation"] is not None:
        assert settings.notation == then["notation"]
    simplified = state_of(app, SimplificationState).simplification
    assert {
        "hide": sorted(simplified.hide),
        "lock": sorted(simplified.lock),
        "say": simplified.say,
        "big": simplified.big,
    } == then["lesson"]
    assert state_of(app, PositionState).position == then["position"]
    assert interventions.to_link(state_of(app, InterventionState).in_run) == then["held"]
    if then["in_force"] is not None:
        run = run_of(app).trainer
        assert interventions.to_link(interventions_of(run.model)) == then["in_force"]
        assert (run.index, run.probe.text) == (then["update"], then["reads"])
    else:
        assert state_of(app, RunState).run is None
    assert len(app.warning) >= len(then["warnings"])
    assert in_address(app) == then["link"]


def test_there_are_links_to_every_page():
    assert len(LINKS) >= 25
    # A page whose link holds no more than the experiment's says nothing new.
    own = {url for url, page in PAGES.items() if page.position or page.describes != "experiment"}
    assert {case["page"] for case in LINKS} >= own


def test_a_link_is_read_once():
    app = opened("", {"task": "adding", "notation": "uvw"})
    app.query_params["task"] = "names"
    app.query_params["notation"] = "d2l"
    app.run()
    assert state_of(app, Settings).experiment == Experiment(task="adding")
    assert in_address(app) == {"task": "adding", "notation": "uvw"}


@pytest.mark.parametrize("page", [LIVE, COMPARE, MEMORY], ids=lambda page: page.name)
def test_what_is_left_out_of_any_link_gets_a_sentence(page):
    query = {"update": "-1", "seeds": "99", "notation": "runes", "hide": "<b>", "under": "1"}
    read = link.read_link(page, query)
    starts = {sentence.partition(":")[0] for sentence in read.complaints}
    assert "update" in starts
    assert starts & {"seeds", "experiment"}
    assert (read.notation, read.simplification.hide, read.train_under) == (
        "torch",
        frozenset(),
        False,
    )


def test_a_run_from_before_goes_on_with_the_same_losses():
    trainer, curves = load_with_curves(BEFORE)
    assert trainer.experiment == described(EXPECTED["experiment"])
    assert trainer.index == EXPECTED["index"]
    assert interventions_of(trainer.model) == HELD
    assert trainer.intervention_log.changes == [(4, HELD)]
    assert curves.values[:, 0].tolist() == pytest.approx(EXPECTED["curve"], abs=1e-6)
    assert trainer.look().loss == pytest.approx(EXPECTED["loss_of_probe"], abs=1e-6)
    losses = [update.loss for update in islice(trainer, len(EXPECTED["next_losses"]))]
    assert losses == pytest.approx(EXPECTED["next_losses"], abs=1e-6)


def test_it_opens_from_the_list_of_saved_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path))
    shutil.copytree(BEFORE, Store(tmp_path, KEY).folder / "aaaaaaaa")
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    state_of(app, ReaderState).session_key = KEY
    go_to(app, "yours").run()
    assert EXPECTED["name"] in " ".join(each.value for each in app.markdown)
    assert app.text_area(key="notes aaaaaaaa").value == EXPECTED["notes"]
    app.button(key="open aaaaaaaa").click().run()
    assert not app.exception
    run = run_of(app)
    assert (run.trainer.index, len(run.curves)) == (EXPECTED["index"], EXPECTED["index"])
    run.train(1, seconds=60)
    assert run.latest[-1].loss == pytest.approx(EXPECTED["next_losses"][0], abs=1e-6)
