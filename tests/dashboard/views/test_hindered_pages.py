"""The pages on a disk that takes nothing: they stay alive, say so, and save as soon as it works again."""

import logging
import sys

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.io.store import Store
from core.training.curves import Curves
from core.training.trainer import Experiment, Trainer
from dashboard.session.autosave import ReaderState
from tests.helpers.hindered import HINDRANCES, ordinary, unreadable
from tests.helpers.monkey import MAIN, PAGES
from tests.helpers.pages import go_to, run_of, state_of
from tests.helpers.streams import ask_page, header_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts and limits as on Linux")
KEY = "k" * 20
LINK = {"task": "adding", "length": "5", "hidden_size": "4"}


@pytest.fixture(autouse=True, scope="module")
def imported():
    """What a page imports late is imported now: nobody, whom some tests become, may not read modules."""
    with ordinary() as folder, pytest.MonkeyPatch.context() as patch:
        for name in ("UNROLLED_RUNS", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(folder))
        for page in PAGES:
            visitor(page)


@pytest.fixture(params=HINDRANCES)
def disk(request, monkeypatch):
    """(the folder, what hinders writing into it)"""
    place, hindered = HINDRANCES[request.param]
    try:
        opened = place()
        folder = opened.__enter__()
    except OSError as error:
        pytest.skip(f"no mount is allowed here: {error}")
    for name in ("UNROLLED_RUNS", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        (folder / name).mkdir()
        monkeypatch.setenv(name, str(folder / name))
    logging.disable(logging.ERROR)
    yield folder, hindered
    logging.disable(logging.NOTSET)
    opened.__exit__(None, None, None)


def visitor(page: str, **link: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in (LINK | link).items():
        app.query_params[name] = value
    state_of(app, ReaderState).key = KEY
    go_to(app, page)
    return app.run()


def warnings(app: AppTest) -> str:
    assert not app.exception
    return " ".join(warning.value.replace("\\", "") for warning in app.warning)


def test_saving_is_tried_again_until_it_works_and_the_page_says_how_it_stands(disk):
    folder, hindered = disk
    app = visitor("gates")
    live = run_of(app)

    def train_and_look() -> str:
        live.autosave.due = 0  # as if seconds had passed
        app.button(key="train 100").click().run()
        go_to(app, "live").run()
        answer = header_of(ask_page(app, "live", run=live.id, have=0, n=0))
        go_to(app, "gates").run()
        assert not app.exception
        return answer["notice"]

    store = Store(folder / "UNROLLED_RUNS", KEY)
    with hindered(folder):
        for _ in range(2):
            before = live.trainer.index
            assert "saving is tried again" in train_and_look()
            assert live.trainer.index > before, "training goes on"
            assert live.autosave.due > 0, "and so does saving"
    assert store.entries() == []
    assert "runs: expected" not in train_and_look()
    (entry,) = store.entries()
    assert store.open(entry.id)[0].index == live.trainer.index


def test_every_page_opens(disk):
    folder, hindered = disk
    with hindered(folder):
        for page in PAGES:
            assert not visitor(page).exception


def test_a_folder_that_may_not_even_be_read(monkeypatch):
    logging.disable(logging.ERROR)
    with ordinary() as folder:
        store = Store(folder / "runs", KEY)
        store.save("aaaaaaaa", Trainer(Experiment.from_query(LINK)), Curves(), name="mine")
        token = store.share("aaaaaaaa")
        (folder / "studies").mkdir()
        monkeypatch.setenv("UNROLLED_RUNS", str(folder / "runs"))
        monkeypatch.setenv("XDG_DATA_HOME", str(folder / "studies"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        with unreadable(folder):
            for page in PAGES:
                assert not visitor(page).exception
            for link in ("shared", "watched"):
                app = visitor("live", **{link: token})
                assert not app.exception
                assert "expected" in app.info[0].value
                assert str(folder) not in app.info[0].value.replace("\\", "")
        assert [entry.name for entry in store.entries()] == ["mine"]
    logging.disable(logging.NOTSET)


def test_every_button_of_the_runs_gets_a_sentence_or_does_it(disk):
    folder, hindered = disk
    store, trainer, curves = (
        Store(folder / "UNROLLED_RUNS", KEY),
        Trainer(Experiment.from_query(LINK)),
        Curves(),
    )
    store.save("aaaaaaaa", trainer, curves, name="mine")
    store.share("aaaaaaaa")
    with hindered(folder):
        app = visitor("live")
        go_to(app, "yours").run()
        for deed in ("keep aaaaaaaa", "save run"):
            app.text_input(key="save name").set_value("another")
            app.text_input(key="name aaaaaaaa").set_value("changed")
            app.button(key=deed).click().run()
            assert "expected" in warnings(app), deed
        for deed in ("unshare aaaaaaaa", "delete aaaaaaaa"):
            app.button(key=deed).click().run()
            warning_text = warnings(app)
            # a full disk leaves room to move things; where nothing may be moved it is said
            assert (
                "expected" in warning_text
                or "aaaaaaaa" not in {e.id for e in store.entries()}
                or deed[0] == "u"
            )
        if "aaaaaaaa" not in {e.id for e in store.entries()}:
            app.button(key="undo").click().run()
            warnings(app)
    (entry,) = store.entries()
    assert (entry.id, entry.name) == ("aaaaaaaa", "mine")
    assert store.open("aaaaaaaa")[0].index == 0


def test_a_study_that_cannot_be_written_gets_a_sentence(disk):
    folder, hindered = disk
    with hindered(folder):
        app = visitor("memory")
        (begin,) = (button for button in app.button if button.label == "Start")
        begin.click().run()
        assert "Study: expected" in warnings(app)
