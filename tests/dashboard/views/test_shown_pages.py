"""What a notebook showed with its weights: the pages look inside it as they do into a run."""

from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from core.io.watch import watch
from dashboard.session.inspected import InspectedState
from dashboard.session.own_model import OwnModelState
from tests.helpers.pages import MAIN, find_control, go_to, state_of
from tests.helpers.whole_models import Tagger, V

IDS = torch.tensor([[1, 4, 2, 9], [3, 3, 5, 7]])


@pytest.fixture
def shown(scheduler, tmp_path, monkeypatch) -> tuple[AppTest, Tagger, np.ndarray]:
    """The app, opened by the link that `show` gave; the model; dL/dh of the second sequence."""
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path))
    torch.manual_seed(4)
    model = Tagger()
    with watch(model) as recordings:
        tags = model.hidden2tag(model.lstm(model.word_embeddings(IDS))[0])
        nn.functional.cross_entropy(tags.flatten(0, 1), torch.arange(8) % 5).backward()
    link = recordings.show(browser=False, symbols=[["the", "cat", "sat", "on"], list("abcd")])
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    go_to(app, "yours")
    app.query_params["watched"] = link.partition("watched=")[2]
    app.run()
    assert not app.exception, app.exception[0].value
    gradients: Any = recordings["lstm"]["h"].grads
    return app, model, gradients[:, 1]


def texts(app: AppTest) -> str:
    every = (*app.caption, *app.markdown, *app.warning, *app.info)
    return " ".join(e.value.replace("\\", "") for e in every)


def test_the_pages_look_inside_with_the_weights_and_the_notebooks_gradients(shown):
    app, model, gradients = shown
    assert "with the layer’s weights" in texts(app)
    find_control(app, "recorded sequence").set_value(1).run()
    inspected = state_of(app, InspectedState)
    assert inspected.recording is not None
    assert inspected.recording.symbols == ("a", "b", "c", "d")
    subject = inspected.recording.subject
    assert subject is not None
    torch.testing.assert_close(subject.layers[""].weight_hh_l0, model.lstm.weight_hh_l0)
    own: Any = inspected.recording.reading.recording["h"].grads
    np.testing.assert_allclose(own[:, 0], gradients, rtol=1e-4, atol=1e-7)
    for page in ("unrolled", "gates", "gradients"):
        go_to(app, page).run()
        assert not app.exception, app.exception[0].value
        assert "needs the weights" not in texts(app)
        assert "that your notebook’s own loss sent into this layer" in texts(app)


def test_the_whole_model_opens_from_the_notebook(shown):
    app, model, _gradients = shown
    app.button(key="watched whole").click().run()
    assert not app.exception, app.exception[0].value
    assert state_of(app, InspectedState).watched == {}
    assert state_of(app, OwnModelState).opened is not None
    subject = state_of(app, InspectedState).subject
    assert subject is not None
    ids = torch.arange(8) % V
    with torch.no_grad():
        expected = model.eval()(ids).softmax(-1)
    np.testing.assert_allclose(subject.read().output, expected, atol=1e-6)
