"""Many checkpoints on Yours: in the order of their step, one slider, curves, and the difference of two."""

import io
import zipfile
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from dashboard.session.inspected import InspectedState
from dashboard.session.own_model import OwnModelState
from tests.helpers.model_files import INPUTS, Tagger, saved
from tests.helpers.pages import MAIN, find_control, go_to, state_of, unfold


@pytest.fixture
def app(scheduler) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    go_to(app, "yours")
    app.session_state["yours tab"] = "Own model"
    return app.run()


def models() -> dict[int, Tagger]:
    made = {}
    for epoch in (10, 9, 2):
        torch.manual_seed(epoch)
        made[epoch] = Tagger()
    return made


def zipped(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def texts(app: AppTest) -> str:
    return " ".join(e.value.replace("\\", "") for e in (*app.caption, *app.markdown, *app.warning))


def weight(app: AppTest) -> Any:
    subject = state_of(app, InspectedState).subject
    assert subject is not None
    return subject.layers[""].weight_hh_l0


def test_a_zip_is_read_in_the_order_of_its_steps_and_the_slider_opens_each(app):
    made = models()
    files = {f"run/epoch_{k}.pt": saved(m.state_dict()) for k, m in made.items()}
    files["run/other.pt"] = saved(nn.GRU(INPUTS, 3).state_dict())
    app.file_uploader(key="own model").upload("run.zip", zipped(files)).run()
    assert not app.exception, app.exception[0].value
    assert "other.pt: expected the model of the other files" in texts(app)
    slider = find_control(app, "series at")
    assert slider.options == ["2", "9", "10"]
    assert "Checkpoint, by “epoch” in their names" in slider.label
    torch.testing.assert_close(weight(app), made[10].rnn.weight_hh_l0)  # the last one is open
    find_control(app, "own steps").set_value(7).run()
    find_control(app, "series at").set_value(0).run()
    assert not app.exception, app.exception[0].value
    torch.testing.assert_close(weight(app), made[2].rnn.weight_hh_l0)
    inspected = state_of(app, InspectedState)
    assert inspected.model is not None
    assert len(inspected.model.symbols) == 7  # the same sequence
    series = state_of(app, OwnModelState).series
    assert series is not None
    (points,) = [p for settings, p in series.points.items() if "('own steps', 7)" in settings]
    assert [(p.step, p.name) for p in points] == [
        (2, "epoch_2.pt"),
        (9, "epoch_9.pt"),
        (10, "epoch_10.pt"),
    ]
    assert points[0].loss == pytest.approx(inspected.model.reading.loss)
    assert len({p.loss for p in points}) == 3
    assert "The order can be read in several ways" not in " ".join(s.label for s in app.selectbox)
    unfold(app, "series difference box")
    assert not app.exception, app.exception[0].value
    find_control(app, "series second").set_value(0).run()
    assert not app.exception, app.exception[0].value


def test_an_order_that_can_be_read_in_two_ways_is_asked_for(app):
    names = {"a_1.pt": 3, "a_2.pt": 1, "a_3.pt": 2}
    for name, epoch in names.items():
        torch.manual_seed(epoch)
        content = saved({"epoch": epoch, "model": Tagger().state_dict()})
        app.file_uploader(key="own model").upload(name, content)
    app.run()
    assert not app.exception, app.exception[0].value
    order = find_control(app, "series order")
    assert order.options == ["“epoch” in the file", "“a” in their names"]
    own: Any = state_of(app, OwnModelState)
    assert own.opened.file == "a_1.pt"  # of epoch 3, the last
    order.set_value("a").run()
    assert not app.exception, app.exception[0].value
    assert own.series.at == 0
    assert find_control(app, "series at").options == ["1", "2", "3"]
    find_control(app, "own extent").set_value("whole").run()
    assert not app.exception, app.exception[0].value
    inspected: Any = state_of(app, InspectedState)
    assert inspected.subject.derived == ""
    app.button(key="looking close").click().run()
    assert state_of(app, OwnModelState).series is None
