"""Yours shows one update: that of the run, in the list of saved runs, in the files and in the report."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.io.model_files import read_model_file
from core.io.store import Store
from core.training.trainer import Experiment, Trainer
from dashboard.session.autosave import ReaderState
from dashboard.session.live_run import LiveRun, RunState
from dashboard.session.settings import Settings
from dashboard.views.yours.export import ExportState
from tests.helpers.pages import MAIN, go_to, state_of, without_link

KEY = "a-browser-of-a-reader"
SMALL = Experiment(task="echo", hidden_size=3, batch_size=2)


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path))
    return Store(tmp_path, KEY)


def yours(tab: str, live: LiveRun) -> AppTest:
    app = without_link(AppTest.from_file(str(MAIN), default_timeout=60))
    state_of(app, ReaderState).key = KEY
    state_of(app, Settings).experiment = live.trainer.experiment
    state_of(app, RunState).run = live
    app.session_state["yours tab"] = tab
    return go_to(app, "yours").run()


def trained(updates: int, **options: str) -> LiveRun:
    live = LiveRun(Trainer(SMALL), **options)  # type: ignore[arg-type]
    live.train(updates)
    return live


@pytest.mark.parametrize("tab", ["Runs", "Export", "Share"])
def test_what_is_saved_is_of_the_update_that_the_page_names(store, tab):
    live = trained(3)
    live.autosave.due = 0
    live.save_if_due()
    live.train(4)
    assert [entry.index for entry in store.entries()] in ([], [3])
    app = yours(tab, live)
    assert not app.exception
    assert [entry.index for entry in store.entries()] == [7]
    if tab == "Export":
        text = " ".join(each.value for each in (*app.markdown, *app.caption))
        assert "after update 7**, its newest" in text
        assert "Weights and recording are those after update 7" in text
    elif tab == "Share":
        assert "update=7" in app.code[0].value
    else:
        assert "update 7 · just now" in " ".join(each.value for each in app.caption)


def test_a_run_that_was_opened_and_not_trained_is_not_saved_once_more(store):
    store.save("aaaaaaaa", *(lambda live: (live.trainer, live.curves))(trained(3)), name="mine")
    trainer, curves = store.open("aaaaaaaa")
    yours("Runs", LiveRun(trainer, curves))
    assert [entry.id for entry in store.entries()] == ["aaaaaaaa"]


def test_a_script_of_another_update_is_not_offered(store):
    live = trained(3)
    app = yours("Export", live)
    app.button(key="make script").click().run()
    assert app.get("download_button")
    assert state_of(app, ExportState).files.get("script")
    live.train(1)
    app.run()
    assert not state_of(app, ExportState).files.get("script")


def test_the_network_is_offered_as_onnx_and_a_cell_that_it_lacks_is_said(store):
    live = trained(3)
    app = yours("Export", live)
    app.button(key="make onnx").click().run()
    assert not app.exception
    (layer,) = read_model_file(state_of(app, ExportState).files["onnx"]).layers
    assert torch.equal(layer.weights["weight_hh_l0"], live.trainer.model.recurrent.weight_hh_l0)
    other = LiveRun(Trainer(Experiment(task="echo", cell="mgu", hidden_size=3, batch_size=2)))
    app = yours("Export", other)
    app.button(key="make onnx").click().run()
    assert "ONNX has no such operator" in app.warning[0].value
    assert not state_of(app, ExportState).files.get("onnx")
