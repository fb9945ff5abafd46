"""The tab of the reader's own model: what it says of a file, and what can be chosen of it."""

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from core.analysis.inspection import Inspection
from core.analysis.microscope import Place
from core.layers.recurrent import Recurrent
from dashboard.session.inspected import InspectedState
from dashboard.session.own_model import OwnModelState
from dashboard.views.unrolled.slow_motion import UnrolledState
from tests.helpers.model_files import INPUTS, H, Tagger, saved, under
from tests.helpers.pages import MAIN, find_control, go_to, state_of, unfold

WORDS = ["the", "cat", "dog", "sat", "ran", "on", "a", "mat", "<unk>"]


@pytest.fixture
def app(scheduler) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    go_to(app, "yours")
    app.session_state["yours tab"] = "Own model"
    return app.run()


@pytest.fixture
def model() -> Tagger:
    torch.manual_seed(3)
    return Tagger()


def upload(app: AppTest, content: bytes, name: str = "epoch=3.ckpt") -> AppTest:
    app.file_uploader(key="own model").upload(name, content).run()
    assert not app.exception, app.exception[0].value
    return app


def sentences(app: AppTest) -> str:
    texts = (*app.caption, *app.markdown, *app.warning)
    return " ".join(each.value.replace("\\", "") for each in texts)


def test_of_several_state_dicts_each_is_named_and_one_can_be_chosen(app, model):
    average = {name: v * 0.5 for name, v in model.state_dict().items()}
    upload(app, saved({"ema": average, "state_dict": under("module.", model.state_dict())}))
    assert "Open: **epoch=3.ckpt**" in sentences(app)
    assert "2 state_dicts with recurrent layers: 'state_dict', 'ema'" in sentences(app)
    layers = find_control(app, "own layer")
    titles = [title.replace("\\", "").split(": LSTM")[0] for title in layers.options]
    assert titles == ["state_dict: rnn", "ema: rnn"]
    layers.set_value(1).run()
    weight = state_of(app, InspectedState).subject.layers[""].weight_hh_l0
    torch.testing.assert_close(weight, model.rnn.weight_hh_l0 * 0.5)


def test_a_layer_that_cannot_be_read_is_named_beside_the_others(app, model):
    projected = nn.LSTM(INPUTS, H, proj_size=2).state_dict()
    upload(app, saved(under("aux.", projected) | model.state_dict()))
    (warning,) = app.warning
    assert warning.value.replace("\\", "").startswith("Layer 'aux': expected an LSTM without proj")
    assert "start from the last state of another layer" not in sentences(app)
    assert state_of(app, InspectedState).subject.title == "rnn"


def test_where_the_gradients_start_is_named_and_a_head_can_be_taken(app, model):
    upload(app, saved(model.state_dict()))
    assert "A linear layer with 8 inputs could be the head" in sentences(app)
    assert "‖h_T‖ = **" in sentences(app)
    find_control(app, "own loss").set_value("class").run()
    find_control(app, "own unit").set_value(2).run()
    assert "The head was found by its shape" in sentences(app)
    subject = state_of(app, InspectedState).subject
    x = torch.randn(20, 1, INPUTS, generator=torch.Generator().manual_seed(1))
    logits = model.fc(model.rnn(x)[0][-1])
    expected = nn.functional.cross_entropy(logits, torch.tensor([2])).item()
    assert f"−log p(class 2) at step T = **{expected:.4g}**" in sentences(app)
    assert subject.read().loss == pytest.approx(expected, rel=1e-5)
    assert subject.read().output.shape == (20, 3)


def test_a_file_without_a_head_says_so(app):
    upload(app, saved({"rnn": nn.LSTM(INPUTS, H).state_dict(), "other": torch.zeros(3, 5)}))
    assert "no linear layer with 8 inputs that could be the head" in sentences(app)
    assert len(find_control(app, "own loss").options) == 3


def test_of_several_heads_one_is_chosen(app, model):
    upload(app, saved(model.state_dict() | under("aux.", nn.Linear(H, 7).state_dict())))
    heads = find_control(app, "own head")
    assert heads.options == ["fc, 3 outputs", "aux, 7 outputs"]
    heads.set_value("aux").run()
    find_control(app, "own loss").set_value("one output").run()
    assert find_control(app, "own unit").max == 6


def test_words_are_read_through_a_table_of_any_name(app, model):
    upload(app, saved(model.state_dict()))
    find_control(app, "own source").set_value("symbols").run()
    tables = find_control(app, "own table")
    assert tables.options == ["its row of words.weight, 9 symbols", "one-hot, 6 symbols"]
    find_control(app, "own units").set_value("word").run()
    find_control(app, "own alphabet").input(" ".join(WORDS)).run()
    find_control(app, "own text").input("the cat sat").run()
    assert not app.warning
    subject = state_of(app, InspectedState).subject
    assert subject.symbols == ("the", "cat", "sat")
    rows = model.words(torch.tensor([0, 1, 3]))[:, None]
    torch.testing.assert_close(subject.run(1), model.rnn(rows)[0])
    find_control(app, "own text").input("the bird").run()
    assert "Text: expected symbols of the vocabulary" in sentences(app)
    assert "got 'bird'" in sentences(app)


def test_a_decoder_starts_from_zeros_and_the_page_says_so(app):
    both = nn.ModuleDict({"encoder": nn.GRU(INPUTS, H), "decoder": nn.GRU(INPUTS, H)})
    upload(app, saved(both.state_dict()))
    assert "starts from a state of zeros here" in sentences(app)


def test_a_column_of_dates_gets_its_own_cure(app, model):
    upload(app, saved(model.state_dict()))
    find_control(app, "own source").set_value("typed").run()
    lines = [f"2024-01-0{k} 1 2 3 4 5 6" for k in range(1, 5)]
    find_control(app, "own numbers").input("\n".join(lines)).run()
    (warning,) = app.warning
    assert "a column 1 without numbers, as '2024-01-01'" in warning.value.replace("\\", "")


@pytest.mark.parametrize("can_be_read", [True, False])
def test_closing_empties_the_uploader_and_another_file_opens(app, model, can_be_read):
    unknown = Recurrent(
        "gru", INPUTS, H, reset="none"
    )  # not before the reader says which cell it is
    upload(app, saved(model.state_dict() if can_be_read else under("rnn.", unknown.state_dict())))
    closing = [b.key for b in app.button if b.label == "Close"]
    assert closing == ["looking close" if can_be_read else "own model close"], "one way to close"
    app.button(key=closing[0]).click().run()
    assert not app.exception
    assert state_of(app, OwnModelState).opened is None
    assert state_of(app, InspectedState).subject is None
    assert not app.file_uploader(key="own model 1").value
    app.file_uploader(key="own model 1").upload("b.pt", saved(model.state_dict())).run()
    assert "Open: **b.pt**" in sentences(app)


def test_the_tab_of_the_model_says_what_is_looked_at_and_the_others_name_the_run(app, model):
    upload(app, saved(model.state_dict()))

    def lines() -> str:
        return " ".join(each.value.replace("\\", "") for each in app.main.markdown)

    assert "**epoch=3.ckpt** · **rnn** · LSTM · 20 steps, 8 units · gradients of ‖h_T‖" in lines()
    assert "loss **" not in lines()
    find_control(app, "look at").set_value("run").run()
    assert "No run yet" in lines()
    assert "gradients of" not in lines()
    find_control(app, "look at").set_value("model").run()
    for tab in ("Runs", "Own data", "Export", "Share"):
        app.session_state["yours tab"] = tab
        app.run()
        assert not app.exception, app.exception[0].value
        assert "No run yet" in lines()
        assert "gradients of" not in lines()


def test_the_maps_are_drawn_when_they_are_unfolded(app, model):
    upload(app, saved(model.state_dict()))
    assert not app.get("plotly_chart")
    unfold(app, "own recording box")
    assert len(app.get("plotly_chart")) == 1


def test_a_sequence_is_read_once_until_what_it_is_read_by_changes(app, model, monkeypatch):
    readings = []
    read = Inspection.read
    monkeypatch.setattr(Inspection, "read", lambda own: readings.append(own) or read(own))
    upload(app, saved(model.state_dict()))
    app.run()
    go_to(app, "unrolled").run()
    assert not app.exception, app.exception[0].value
    scope, _ = state_of(app, UnrolledState).reading
    place = Place("dh", 18, 2)
    assert scope.explain(place).total == pytest.approx(scope.explain(place).value, rel=1e-3)
    go_to(app, "yours").run()
    assert len(readings) == 1
    first = state_of(app, InspectedState).model.reading.loss
    find_control(app, "own seed").set_value(2).run()
    assert len(readings) == 2
    assert state_of(app, InspectedState).model.reading.loss != first
    other = {name: v * 0.5 for name, v in model.state_dict().items()}
    upload(app, saved(other))  # of the same shapes, so that every setting stays
    assert len(readings) == 3
    find_control(app, "own extent").set_value("whole").run()
    app.run()
    assert len(readings) == 4
    find_control(app, "whole reads").set_value("mean").run()
    assert len(readings) == 5
