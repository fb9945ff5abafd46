"""The tab of the reader's own model: the memory it takes, and what it asks of a file and keeps."""

import gc
from pathlib import Path

import pytest
import torch
from safetensors.torch import save
from streamlit.testing.v1 import AppTest
from torch import Tensor, nn

from core.analysis.inspection import Inspection
from core.io.model_files import read_model_file
from core.io.watch import watch
from core.layers.recording import Recording
from core.layers.recurrent import Recurrent
from dashboard.session.inspected import InspectedState
from dashboard.session.own_model import OpenedFile, OwnModelState
from tests.dashboard.views.test_views import MAIN
from tests.helpers.own_model import recorded_batch
from tests.helpers.pages import find_control, go_to, state_of
from tests.helpers.tiny_checkpoint import trained


@pytest.fixture(scope="module")
def batch() -> Recording:
    return recorded_batch()


class TestMemory:
    """A model or a recording that a reader brings is counted beside the runs of all readers."""

    @pytest.fixture
    def app(self) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        go_to(app, "yours")
        app.session_state["yours tab"] = "Own model"
        return app.run()

    def test_a_model_with_what_it_has_read(self, scheduler, app):
        state = trained(torch.float32).state_dict()
        app.file_uploader(key="own model").upload("model.safetensors", save(state)).run()
        tensors = sum(v.nbytes for v in state.values())
        weights = sum(v.nbytes for name, v in state.items() if name.startswith("rnn."))
        reading = state_of(app, InspectedState).subject.recording().nbytes
        _count, reserved = scheduler.reserved_memory()
        # weights once more and their gradients; the recording on its tape, and a copy
        assert reserved == pytest.approx(tensors + 2 * weights + 2 * reading, rel=0.25)
        find_control(app, "own steps").set_value(200).run()
        assert scheduler.reserved_memory()[1] > 4 * reserved
        before = scheduler.reserved_memory()
        app.file_uploader(key="own model").set_value(("bad.pt", b"PK no", "")).run()
        assert "a zip file that has lost its end" in app.warning[0].value
        assert (
            len(state_of(app, InspectedState).subject.symbols),
            scheduler.reserved_memory(),
        ) == (200, before)
        app.file_uploader(key="own model").clear().run()
        assert not app.warning
        assert (
            len(state_of(app, InspectedState).subject.symbols),
            scheduler.reserved_memory(),
        ) == (200, before)
        upload = app.file_uploader(key="own model")
        upload.set_value(("model.safetensors", save(state), "")).run()
        app.file_uploader(key="own model").clear().run()
        assert scheduler.reserved_memory()[1] == 0
        assert state_of(app, InspectedState).subject is None
        assert not app.exception

    def test_a_server_without_room_says_so_and_keeps_what_there_was(self, scheduler, app):
        other = scheduler.add_client()
        scheduler.reserve_memory(other, "live", 2**30 - 2**14)
        upload = app.file_uploader(key="own model")
        upload.upload("model.safetensors", save(trained(torch.float32).state_dict())).run()
        sentence = "Memory: expected at most"
        assert app.warning[0].value.replace("\\", "").startswith(sentence)
        assert state_of(app, InspectedState).subject is None
        del other
        gc.collect()
        app.run()
        assert not app.exception

    def test_a_recording_until_it_is_closed(self, scheduler, app, batch, tmp_path):
        batch.save(tmp_path / "mine.safetensors")
        content = (tmp_path / "mine.safetensors").read_bytes()
        app.file_uploader(key="own model").upload("mine.safetensors", content).run()
        assert (
            scheduler.reserved_memory()[1] == batch.nbytes == pytest.approx(len(content), rel=0.2)
        )
        app.button(key="watched close").click().run()
        assert scheduler.reserved_memory()[1] == 0
        assert not app.exception


def subject_of(app: AppTest) -> Inspection | None:
    """The reader's own model, where one was read."""
    return state_of(app, InspectedState).subject


class TestTwoBlocks:
    """Weights of no torch class: the page asks which cell they are, and reads nothing before."""

    def upload(self, app: AppTest, state: dict[str, Tensor]) -> None:
        app.file_uploader(key="own model").upload("mine.safetensors", save(state)).run()
        assert not app.exception, app.exception[0].value

    @pytest.fixture
    def app(self, scheduler) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        go_to(app, "yours")
        app.session_state["yours tab"] = "Own model"
        return app.run()

    def test_nothing_is_read_before_the_reader_says_which_cell_it_is(self, scheduler, app):
        state = Recurrent("gru", 3, 5, reset="none").state_dict()
        self.upload(app, {f"rnn.{name}": v for name, v in state.items()})
        question = find_control(app, "own cell")
        assert question.value is None
        assert question.options == ["GRU, reset none (blocks z, n)", "MGU (blocks f, n)"]
        assert "rnn: 2 blocks of rows, 1 layer" in find_control(app, "own layer").options[0]
        assert subject_of(app) is None
        assert scheduler.reserved_memory()[1] == sum(v.nbytes for v in state.values())
        question.set_value(0).run()
        assert not app.exception, app.exception[0].value
        assert subject_of(app).layers[""].cell.options["reset"] == "none"

    def test_the_answer_is_for_its_layer_alone(self, app):
        two = {f"a.{k}": v for k, v in Recurrent("gru", 3, 5, reset="none").state_dict().items()}
        torchs = {f"b.{k}": v for k, v in nn.GRU(3, 5).state_dict().items()}
        peephole = Recurrent("lstm", 3, 5, peephole=True).state_dict()
        self.upload(app, {**torchs, **two, **{f"c.{k}": v for k, v in peephole.items()}})
        layer = {
            title.split(":")[0]: k for k, title in enumerate(find_control(app, "own layer").options)
        }
        find_control(app, "own layer").set_value(layer["b"]).run()
        assert subject_of(app).title == "b"
        assert not [radio for radio in app.radio if radio.key.startswith("own cell.")]
        find_control(app, "own layer").set_value(layer["a"]).run()
        assert subject_of(app) is None, "the other pages would show the layer before"
        find_control(app, "own cell").set_value(0).run()
        assert subject_of(app).title == "a"
        find_control(app, "own layer").set_value(layer["c"]).run()
        question = find_control(app, "own cell")
        assert question.value is None
        assert question.options[1] == "LSTM, peephole, activation relu (blocks i, f, g, o)"
        question.set_value(1).run()
        cell = subject_of(app).layers[""].cell
        assert (cell.options["peephole"], cell.options["activation"]) == (True, "relu")

    def test_the_answer_outlives_another_page(self, app):
        self.upload(app, Recurrent("gru", 3, 5, reset="none").state_dict())
        find_control(app, "own cell").set_value(0).run()
        go_to(app, "gates").run()
        go_to(app, "yours")
        app.session_state["yours tab"] = "Own model"
        app.run()
        assert find_control(app, "own cell").value == 0
        assert subject_of(app) is not None


KERAS = Path(__file__).parents[2] / "data" / "keras"


def test_a_file_of_keras_opens_and_asks_nothing_that_it_says(scheduler):
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    go_to(app, "yours")
    app.session_state["yours tab"] = "Own model"
    app.run()
    content = (KERAS / "gru_reset_before.keras").read_bytes()
    app.file_uploader(key="own model").upload("mine.keras", content).run()
    assert not app.exception, app.exception[0].value
    assert "GRU, reset before, 1 layer" in find_control(app, "own layer").options[0]
    assert not [each for each in app.button_group if each.key.startswith("own reset.")]
    assert subject_of(app).layers[""].cell.options["reset"] == "before"
    bad = KERAS.joinpath("stacked_lstm.h5").read_bytes()[:5000]
    app.file_uploader(key="own model").set_value(("bad.h5", bad, "")).run()
    assert "an HDF5 file that is damaged" in app.warning[0].value


def test_yours_keeps_model_and_sequence_while_another_page_is_open():
    held = read_model_file(save(trained(torch.float32).state_dict()))
    model = OpenedFile("model.safetensors", held)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    go_to(app, "yours")
    app.session_state["yours tab"] = "Own model"
    state_of(app, OwnModelState).opened = model
    app.run()
    find_control(app, "own source").set_value("typed").run()
    find_control(app, "own numbers").input("1 2 3\n-1 0.5 2").run()
    assert not app.exception, app.exception[0].value
    assert len(state_of(app, InspectedState).subject.symbols) == 2
    go_to(app, "gates").run()
    go_to(app, "yours")
    app.session_state["yours tab"] = "Own model"
    app.run()
    assert find_control(app, "own numbers").value == "1 2 3\n-1 0.5 2"
    assert len(state_of(app, InspectedState).subject.symbols) == 2


def test_a_link_from_a_notebook_names_what_was_not_recorded(tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path))
    model = torch.nn.ModuleDict(
        {"plain": torch.nn.GRU(3, 4), "other": torch.nn.LSTM(3, 4, proj_size=2)}
    )
    with watch(model) as recordings:
        model["plain"](torch.randn(5, 1, 3))[0].sum().backward()
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["watched"] = recordings.show(browser=False).rpartition("=")[2]
    go_to(app, "yours")
    app.run()
    assert not app.exception
    captions = [caption.value.replace("\\", "") for caption in app.caption]
    assert recordings.passed_over["other"] in captions
